package org.zennet.headless.internal.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.zennet.headless.internal.node.DataDirectory;
import org.zennet.services.Rejected;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ssh NAME [COMMAND]}: OpenSSH with the files of a rent. */
@Command(name = "ssh", description = {"Log in to a rented machine with OpenSSH, or run a command there.",
    "The exit code is that of ssh: the command's, or 255 when it can't log in."})
final class SshCommand implements Callable<Integer> {
    private static final Pattern HOST = Pattern.compile("(?m)^Host (\\S+)\\n(?:  .*\\n)*?  IdentityFile \"[^\"]*-([0-9a-f]{8})\"$");

    @Mixin
    private Common common;
    @Option(names = "--dir", paramLabel = "DIR", description = "The directory that 'zennet rent --dir' named (default: those of the data directory).")
    private Path directory;
    @Parameters(index = "0", paramLabel = "NAME", description = "The machine, such as zennet-1, or its lease's id.")
    private String name;
    @Parameters(index = "1..*", arity = "0..*", paramLabel = "COMMAND", description = "What to run there; a shell when there is none.")
    private List<String> command = List.of();

    @Override
    public Integer call() throws Rejected {
        List<String> words = new ArrayList<>(List.of("ssh", "-F"));
        Found found = find();
        words.add(found.config().toString());
        words.add(found.host());
        words.addAll(command);
        try {
            return new ProcessBuilder(words).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new Rejected("OpenSSH's client can't be started: install it (on Debian: apt-get install openssh-client)", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted", e);
        }
    }

    private record Found(Path config, String host) { }

    private Found find() throws Rejected {
        List<Path> configs = new ArrayList<>();
        List<String> known = new ArrayList<>();
        Path root = directory == null ? DataDirectory.find(common.data, common.network()).path().resolve("rents") : directory;
        if (directory != null) {
            configs.add(directory.resolve("ssh_config"));
        } else if (Files.isDirectory(root)) {
            try (Stream<Path> all = Files.list(root)) {
                all.map(d -> d.resolve("ssh_config")).filter(Files::isRegularFile).sorted().forEach(configs::add);
            } catch (IOException e) {
                throw new Rejected(root + " can't be read: " + e.getMessage(), e);
            }
        }
        for (Path config : configs) {
            try {
                Matcher m = HOST.matcher(Files.readString(config));
                while (m.find()) {
                    known.add(m.group(1));
                    if (m.group(1).equals(name) || name.length() >= 8 && name.startsWith(m.group(2))) {
                        return new Found(config.toAbsolutePath(), m.group(1));
                    }
                }
            } catch (IOException e) {
                throw new Rejected(config + " can't be read: " + e.getMessage(), e);
            }
        }
        throw new Rejected("no machine " + name + " is rented here; " + (known.isEmpty() ? "'zennet rent' rents some" : "there are " + String.join(", ", known)));
    }
}
