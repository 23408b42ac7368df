package org.zennet.headless.internal.beside;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.zennet.services.Rejected;

/** A command of {@code zennet} as a process of its own, with this installation. */
final class Child {
    private static final long LOOK_MILLIS = 100;
    private static final int END_SECONDS = 5;

    private Child() { }

    /** How to start it; standard streams are the caller's to choose. */
    static ProcessBuilder builder(List<String> words) throws Rejected {
        String launcher = System.getProperty("zennet.launcher");
        if (launcher == null) {
            throw new Rejected("the 'zennet' script of this installation is not known: start the workbench with it");
        }
        List<String> command = new ArrayList<>(List.of(launcher));
        command.addAll(words);
        ProcessBuilder b = new ProcessBuilder(command);
        b.environment().put("ZENNET_NO_BUILD", "1");
        String install = System.getProperty("zennet.install");
        if (install != null) {
            b.environment().put("ZENNET_PRODUCT", install);
        }
        return b;
    }

    /**
     * Runs a command to its end.
     *
     * @param said      is told every line of its standard error, on a thread of its own
     * @param cancelled asked ten times a second
     * @return its standard output, whatever its exit code
     * @throws Rejected when there is no output: with the last line that it said
     */
    static String run(List<String> words, Consumer<String> said, BooleanSupplier cancelled) throws Rejected, InterruptedException {
        Process process;
        try {
            process = builder(words).start();
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new Rejected("'zennet " + words.getFirst() + "' can't be started: " + e.getMessage(), e);
        }
        String[] last = {"it said nothing"};
        StringBuilder output = new StringBuilder();
        Thread errors = Thread.ofVirtual().start(() -> lines(process.errorReader(StandardCharsets.UTF_8), l -> {
            last[0] = l.strip();
            said.accept(l.strip());
        }));
        Thread out = Thread.ofVirtual().start(() -> lines(new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)),
                l -> output.append(l).append('\n')));
        try {
            while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                if (cancelled.getAsBoolean()) {
                    throw new InterruptedException("cancelled");
                }
            }
            out.join();
            errors.join();
        } finally {
            end(process);
        }
        if (output.toString().isBlank()) {
            throw new Rejected(last[0].replaceFirst("^zennet: (\\w+: )?", ""));
        }
        return output.toString();
    }

    /** Ends a process and those it started: politely, then not. */
    static void end(Process process) {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroy);
        try {
            if (process.isAlive() && !process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                all.forEach(ProcessHandle::destroyForcibly);
            }
        } catch (InterruptedException e) {
            all.forEach(ProcessHandle::destroyForcibly);
            Thread.currentThread().interrupt();
        }
    }

    private static void lines(BufferedReader reader, Consumer<String> each) {
        try (reader) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                each.accept(line);
            }
        } catch (IOException e) {
            each.accept("its output can't be read: " + e.getMessage());
        }
    }

    /** The root of data directories that a directory of a network lies in. */
    static Path root(Path networkDirectory) {
        return networkDirectory.toAbsolutePath().getParent();
    }
}
