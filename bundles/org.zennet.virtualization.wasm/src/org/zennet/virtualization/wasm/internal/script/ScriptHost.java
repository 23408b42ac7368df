package org.zennet.virtualization.wasm.internal.script;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Resources;

/**
 * Runs one script: a container of the backend for strangers' work, kept warm between questions, started anew when the file changed or anything went
 * wrong in it. Thread-safe: one question at a time.
 */
final class ScriptHost implements AutoCloseable {
    /** The most bytes of a script's file. */
    static final long MAX_FILE = 8L << 20;
    /** What a script may hold, in bytes. */
    static final long MEMORY = 64L << 20;
    /** How long a script may take to answer, in milliseconds: less than its caller waits. */
    static final long ANSWER_MILLIS = 800;
    private static final Logger LOG = LoggerFactory.getLogger(ScriptHost.class);
    private static final long SAMPLE_MILLIS = 3_000;
    private static final long DAY_MILLIS = 86_400_000;
    private static final long IDLE_MILLIS = 3_600_000;
    /** After so many questions its container is replaced: what it keeps of their outcomes is bounded. */
    private static final int MOST_QUESTIONS = 500;
    private static final int MAX_MESSAGE = 160;

    /** Makes the backend; it may start a process, so not before it is needed. */
    interface Backends {
        ContainerBackend make() throws IOException;
    }

    private final Backends backends;
    private final Path directory;
    private ContainerBackend backend;
    private Container container;
    private Path file;
    private FileTime modified;
    private long size;
    private String digest = "";
    private int questions;
    private int containers;

    /** For containers in a directory, which is this object's alone. */
    ScriptHost(Path directory, Backends backends) {
        this.directory = directory;
        this.backends = backends;
    }

    /**
     * Sees to it that a script is there and runs; may take seconds.
     *
     * @param sample a question that a fresh container is tried on, so that the first real one finds it compiled; what comes of it is not looked at
     */
    synchronized void prepare(Path script, byte[] sample) {
        try {
            FileTime now = Files.getLastModifiedTime(script);
            long bytes = Files.size(script);
            boolean same = container != null && script.equals(file) && now.equals(modified) && bytes == size && questions < MOST_QUESTIONS
                    && container.ended().isEmpty();
            if (same) {
                return;
            }
            drop();
            if (bytes > MAX_FILE) {
                throw new ScriptFailed(script + " has " + bytes + " bytes: a script has at most " + MAX_FILE);
            }
            start(script);
            container.run(new TaskSpec("sample", List.of(), Map.of(), sample, SAMPLE_MILLIS, ScriptText.MAX_ANSWER));
            file = script;
            modified = now;
            size = bytes;
            questions = 0;
        } catch (IOException | UncheckedIOException e) {
            throw new ScriptFailed(script + " can't be read: " + e.getMessage(), e);
        } catch (ContainerException e) {
            throw new ScriptFailed(script.getFileName() + " can't be started: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ScriptFailed("interrupted while " + script.getFileName() + " started", e);
        }
    }

    private void start(Path script) throws IOException, ContainerException, InterruptedException {
        byte[] module = Files.readAllBytes(script);
        Hash hash = Hash.of(sha256(module));
        if (backend == null) {
            Files.createDirectories(directory);
            backend = backends.make();
            // what an earlier process left when it was killed
            for (Container old : backend.survivors()) {
                old.stop();
            }
        }
        // a copy, so that whoever changes the file later does not change what runs
        Path copy = Files.write(directory.resolve("script.wasm"), module);
        String lease = "script-" + hash.toHex().substring(0, 12) + "-" + containers++;
        container = backend.start(new ContainerSpec(lease, copy, hash, new Resources(1000, MEMORY, 0), Files.createDirectories(directory.resolve("work")),
                DAY_MILLIS, IDLE_MILLIS));
        digest = hash.toHex().substring(0, 8);
        LOG.info("the script {} ({}) runs in a container of its own", script, digest);
    }

    /** The first digits of the SHA-256 of what runs. */
    synchronized String digest() {
        return digest;
    }

    /** What the script answers. */
    synchronized byte[] ask(byte[] question) {
        if (container == null) {
            throw new ScriptFailed("the script does not run");
        }
        try {
            Outcome o = container.run(new TaskSpec("question-" + questions++, List.of(), Map.of(), question, ANSWER_MILLIS, ScriptText.MAX_ANSWER));
            if (o.succeeded()) {
                return o.stdout();
            }
            drop();
            throw new ScriptFailed(why(o));
        } catch (ContainerException e) {
            drop();
            throw new ScriptFailed("its container failed: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            drop();
            Thread.currentThread().interrupt();
            throw new ScriptFailed("it was interrupted", e);
        }
    }

    private static String why(Outcome o) {
        String said = ScriptText.shortened(new String(o.stderr(), 0, Math.min(o.stderr().length, MAX_MESSAGE), StandardCharsets.UTF_8));
        String more = said.isEmpty() ? "" : " and said: " + said;
        return switch (o.reason()) {
            case EXITED -> "it ended with exit code " + o.exitCode() + more;
            case TIMEOUT -> o.detail().isEmpty() ? "it took longer than " + ANSWER_MILLIS + " ms" : "it did not come to an end: " + o.detail();
            case OUTPUT_LIMIT -> "it wrote more than the " + ScriptText.MAX_ANSWER + " bytes of an answer";
            case OUT_OF_MEMORY -> "it needs more than " + (MEMORY >> 20) + " MiB of memory";
            case INVALID_IMAGE -> "it is no program that runs here: " + o.detail();
            case TRAPPED -> "it trapped: " + o.detail() + more;
            default -> "it ended: " + o.reason() + " " + o.detail();
        };
    }

    private void drop() {
        if (container != null) {
            container.stop();
            container = null;
        }
    }

    @Override
    public synchronized void close() {
        drop();
        if (backend instanceof AutoCloseable c) {
            try {
                c.close();
            } catch (Exception e) {
                LOG.debug("the backend of scripts did not close: {}", e.getMessage());
            }
        }
        backend = null;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
