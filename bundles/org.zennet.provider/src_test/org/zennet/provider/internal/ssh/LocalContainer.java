package org.zennet.provider.internal.ssh;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ExecSpec;
import org.zennet.api.container.GuestProcess;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.UsageVector;

/** No isolation at all: programs are plain processes in a directory, terminals come from script(1). For tests of what is in front of a container. */
final class LocalContainer implements Container {
    private final Path home;
    final Set<Running> running = ConcurrentHashMap.newKeySet();

    LocalContainer(Path home) {
        this.home = home;
    }

    @Override
    public GuestProcess exec(ExecSpec spec) throws ContainerException {
        try {
            return new Running(spec);
        } catch (IOException e) {
            throw new ContainerException(e.getMessage(), e);
        }
    }

    final class Running implements GuestProcess {
        private final Process process;
        private final Optional<Path> tty;

        Running(ExecSpec spec) throws IOException {
            List<String> words = spec.command().isEmpty() ? List.of("/bin/sh", "-i") : spec.command();
            if (spec.terminal().isPresent()) {
                ExecSpec.Terminal t = spec.terminal().get();
                Path file = Files.createTempFile(home.getParent(), "tty", "");
                tty = Optional.of(file);
                StringBuilder line = new StringBuilder("tty > " + file + "; stty cols " + t.columns() + " rows " + t.rows() + "; exec");
                words.forEach(w -> line.append(' ').append(GuestFiles.quote(w)));
                words = List.of("script", "-qefc", line.toString(), "/dev/null");
            } else {
                tty = Optional.empty();
            }
            List<String> all = new ArrayList<>(List.of("setsid"));
            all.addAll(words);
            ProcessBuilder b = new ProcessBuilder(all).directory(home.toFile());
            b.environment().clear();
            b.environment().putAll(spec.environment());
            b.environment().put("HOME", home.toString());
            b.environment().put("PATH", "/usr/bin:/bin");
            spec.terminal().ifPresent(t -> b.environment().put("TERM", t.type()));
            if (tty.isPresent()) {
                b.redirectError(new File("/dev/null"));
            }
            process = b.start();
            running.add(this);
            process.onExit().thenRun(() -> running.remove(this));
        }

        @Override
        public OutputStream stdin() {
            return process.getOutputStream();
        }

        @Override
        public InputStream stdout() {
            return process.getInputStream();
        }

        @Override
        public InputStream stderr() {
            return process.getErrorStream();
        }

        @Override
        public void resize(int columns, int rows) throws ContainerException {
            run("stty -F $(cat " + tty.orElseThrow() + ") cols " + columns + " rows " + rows);
        }

        @Override
        public void signal(String name) throws ContainerException {
            run("kill -s " + name + " -- -" + process.pid());
        }

        private void run(String line) throws ContainerException {
            try {
                new ProcessBuilder("/bin/sh", "-c", line).start().waitFor();
            } catch (IOException e) {
                throw new ContainerException(e.getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public CompletableFuture<Integer> exit() {
            return process.onExit().thenApply(Process::exitValue);
        }

        @Override
        public void close() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @Override
    public String leaseId() {
        return "lease";
    }

    @Override
    public Outcome run(TaskSpec task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void cancel() {
        // no tasks
    }

    @Override
    public UsageVector usage() {
        return UsageVector.ZERO;
    }

    @Override
    public void keepAlive() {
        // nothing stops it
    }

    @Override
    public void freeze(boolean frozen) {
        // never
    }

    @Override
    public void stop() {
        running.forEach(Running::close);
    }

    @Override
    public Optional<String> ended() {
        return Optional.empty();
    }
}
