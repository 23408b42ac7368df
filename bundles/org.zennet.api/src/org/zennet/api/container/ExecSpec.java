package org.zennet.api.container;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program to start in a container that runs.
 *
 * @param command     the program and its arguments, at most 256; empty for the login shell of the image
 * @param environment the environment besides what the backend sets ({@code HOME}, {@code PATH}, {@code USER})
 * @param terminal    a terminal for it; then its output and its errors are one stream
 */
public record ExecSpec(List<String> command, Map<String, String> environment, Optional<Terminal> terminal) {
    private static final int MAX_WORDS = 256;

    /** Copies the collections. */
    public ExecSpec {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        if (command.size() > MAX_WORDS) {
            throw new IllegalArgumentException("a command has at most " + MAX_WORDS + " words, not " + command.size());
        }
    }

    /**
     * A terminal.
     *
     * @param type    as the environment variable TERM names it
     * @param columns 1 to 1,000
     * @param rows    1 to 1,000
     */
    public record Terminal(String type, int columns, int rows) {
        private static final int MOST = 1000;

        /** Refuses sizes that no terminal has. */
        public Terminal {
            if (columns < 1 || rows < 1 || columns > MOST || rows > MOST || !type.matches("[A-Za-z0-9._+-]{1,64}")) {
                throw new IllegalArgumentException("no terminal: " + type + " " + columns + "x" + rows);
            }
        }
    }
}
