package org.zennet.workbench.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.services.network.JoinLine;

/**
 * The words after {@code zennet workbench}. Words with one dash belong to the platform.
 *
 * @param data    the root of data directories
 * @param network the name of a network under it, where there are several
 * @param join    a network to join
 * @param theme   the id of the platform's theme to switch to
 * @param demo    whether to make a demo market at once
 * @param connect machines elsewhere to watch, {@code ssh://HOST}
 */
record Arguments(Path data, Optional<String> network, Optional<JoinLine> join, Optional<String> theme, boolean demo,
        List<String> connect) {
    private static final String DEMO = "--demo";
    private static final String THEMES = "org.eclipse.e4.ui.css.theme.e4_";
    private static final String CONTRAST = "org.zennet.workbench.theme.dark.contrast";
    private static final Map<String, String> THEME_IDS = Map.of("light", THEMES + "default", "dark", THEMES + "dark", "contrast", CONTRAST);
    private static final List<String> OPTIONS = List.of("--data", "--network", "--join", "--theme", "--connect");

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException with one line on what is wrong
     */
    static Arguments parse(String[] words, Path defaultData) {
        Path data = defaultData;
        Optional<String> network = Optional.empty();
        Optional<JoinLine> join = Optional.empty();
        Optional<String> theme = Optional.empty();
        boolean demo = false;
        List<String> connect = new ArrayList<>();
        for (int i = 0; words != null && i < words.length; i++) {
            if (!words[i].startsWith("--")) {
                continue;
            }
            if (words[i].equals(DEMO)) {
                demo = true;
                continue;
            }
            int equals = words[i].indexOf('=');
            String name = equals < 0 ? words[i] : words[i].substring(0, equals);
            if (!OPTIONS.contains(name)) {
                throw new IllegalArgumentException("unknown option " + name + " (see ./zennet workbench --help)");
            }
            if (equals < 0 && i + 1 >= words.length) {
                throw new IllegalArgumentException(name + " needs a value (see ./zennet workbench --help)");
            }
            String value = equals < 0 ? words[++i] : words[i].substring(equals + 1);
            switch (name) {
                case "--data" -> data = Path.of(value);
                case "--network" -> network = Optional.of(value);
                case "--join" -> join = Optional.of(JoinLine.parse(value));
                case "--connect" -> connect.add(machine(value));
                default -> theme = Optional.of(theme(value));
            }
        }
        return new Arguments(data.toAbsolutePath().normalize(), network, join, theme, demo, List.copyOf(connect));
    }

    private static String machine(String address) {
        if (!address.startsWith("ssh://")) {
            throw new IllegalArgumentException("--connect takes ssh://[USER@]HOST[:PORT][/DIR], not '" + address + "'");
        }
        return address;
    }

    private static String theme(String name) {
        String id = THEME_IDS.get(name);
        if (id == null) {
            throw new IllegalArgumentException("there is no theme '" + name + "': use light, dark or contrast");
        }
        return id;
    }
}
