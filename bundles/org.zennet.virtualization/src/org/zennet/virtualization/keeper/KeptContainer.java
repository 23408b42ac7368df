package org.zennet.virtualization.keeper;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ExecSpec;
import org.zennet.api.container.GuestProcess;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.Reading;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.Hash;
import org.zennet.api.value.UsageVector;
import org.zennet.virtualization.image.FileArchive;
import org.zennet.virtualization.image.InvalidImageException;

/** A handle on a container that the keeper owns. */
public final class KeptContainer implements Container {
    private final KeeperClient keeper;
    private final String leaseId;
    private volatile UsageVector last = UsageVector.ZERO;
    private volatile String ended = "";

    /** From what the keeper says of it. */
    public KeptContainer(KeeperClient keeper, Wire.State state) {
        this.keeper = keeper;
        this.leaseId = state.leaseId();
        update(state);
    }

    /**
     * Looks at containers of this keeper with one question for each thousand.
     *
     * @throws ContainerException when the keeper can't be asked
     */
    public static Map<String, Reading> read(KeeperClient keeper, Collection<Container> containers) throws ContainerException {
        Map<String, Reading> all = new HashMap<>();
        Map<String, KeptContainer> running = new LinkedHashMap<>();
        for (Container c : containers) {
            if (c instanceof KeptContainer k && k.ended.isEmpty()) {
                running.put(k.leaseId, k);
            } else if (c instanceof KeptContainer k) {
                all.put(k.leaseId, k.reading());
            }
        }
        List<String> ids = List.copyOf(running.keySet());
        for (int i = 0; i < ids.size(); i += Wire.Look.MOST) {
            Wire.Look look = new Wire.Look(ids.subList(i, Math.min(ids.size(), i + Wire.Look.MOST)));
            for (Wire.State s : keeper.ask(look, Wire.States.class).states()) {
                KeptContainer k = running.get(s.leaseId());
                if (k != null) {
                    k.update(s);
                    all.put(k.leaseId, k.reading());
                }
            }
        }
        return all;
    }

    private Reading reading() {
        return new Reading(last, Optional.of(ended).filter(e -> !e.isEmpty()));
    }

    private void update(Wire.State state) {
        last = state.usage();
        if (!state.running()) {
            ended = state.ended();
        }
    }

    @Override
    public String leaseId() {
        return leaseId;
    }

    @Override
    public Outcome run(TaskSpec task) throws ContainerException, InterruptedException {
        if (task.stdin().length > Wire.MAX_STDIN) {
            throw new ContainerException("a task reads at most " + Wire.MAX_STDIN + " bytes");
        }
        Optional<Path> files = Optional.empty();
        Optional<Path> input = Optional.empty();
        try {
            byte[] archive = FileArchive.of(task.files()).toBytes();
            if (archive.length > 0) {
                files = Optional.of(keeper.lay(leaseId + "." + task.taskId(), archive));
            }
            if (task.stdin().length > Wire.INLINE_STDIN) {
                input = Optional.of(keeper.lay(leaseId + "." + task.taskId(), task.stdin()));
            }
            Wire.Run run = Wire.Run.of(leaseId, task, files, hash(archive), input, hash(task.stdin()));
            if (Wire.encode(run).length > Frames.REQUEST) {
                throw new ContainerException("the task's arguments and environment have more than " + Frames.REQUEST + " bytes");
            }
            return keeper.ask(run, (first, in) -> {
                Record answer = first;
                while (answer instanceof Wire.Waiting) {
                    answer = KeeperClient.next(in);
                }
                return outcome(KeeperClient.expect(Wire.Result.class, answer), run.maxOutput(), in);
            });
        } catch (IllegalArgumentException e) {
            throw new ContainerException("the task is too large: " + e.getMessage(), e);
        } catch (InvalidImageException | FileArchive.TooLargeException e) {
            return new Outcome(Outcome.Reason.INVALID_IMAGE, 0, new byte[0], new byte[0], UsageVector.ZERO, "the task's files: "
                    + e.getMessage());
        } catch (IOException e) {
            throw new ContainerException("the task's files and input can't be passed on: " + e.getMessage(), e);
        } catch (ContainerException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while task " + task.taskId() + " ran");
            }
            throw e;
        } finally {
            files.ifPresent(keeper::take);
            input.ifPresent(keeper::take);
        }
    }

    private static Hash hash(byte[] bytes) {
        try {
            return Hash.of(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Outcome outcome(Wire.Result r, int maxOutput, InputStream in)
            throws IOException, EncodingException, ContainerException {
        if (r.stdout() > maxOutput) {
            throw new ContainerException("the keeper gave more output than the task may have");
        }
        ByteArrayOutputStream stdout = new ByteArrayOutputStream(r.stdout());
        InputStream pieces = new Pieces(in, r.stdout());
        pieces.transferTo(stdout);
        byte[] files = new byte[0];
        if (r.files() > 0) {
            try (InputStream archive = new Pieces(in, r.files())) {
                files = new FileArchive(maxOutput).read(archive, "", true).toBytes();
                archive.transferTo(OutputStream.nullOutputStream());
            } catch (InvalidImageException | FileArchive.TooLargeException e) {
                throw new ContainerException("what the task left can't be read: " + e.getMessage(), e);
            }
        }
        return new Outcome(r.reason(), r.exitCode(), stdout.toByteArray(), r.stderr(), r.usage(), r.detail(), files,
                r.fuel());
    }

    /** So many bytes that follow as pieces. */
    private static final class Pieces extends InputStream {
        private final InputStream in;
        private long left;
        private byte[] piece = new byte[0];
        private int at;

        Pieces(InputStream in, long bytes) {
            this.in = in;
            this.left = bytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] to, int from, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (at == piece.length) {
                if (left == 0) {
                    return -1;
                }
                try {
                    piece = KeeperClient.expect(Wire.Piece.class, KeeperClient.next(in)).bytes();
                } catch (EncodingException | ContainerException e) {
                    throw new IOException(e.getMessage(), e);
                }
                at = 0;
                if (piece.length == 0 || piece.length > left) {
                    throw new IOException("the keeper's output has another length than it said");
                }
                left -= piece.length;
            }
            int n = Math.min(length, piece.length - at);
            System.arraycopy(piece, at, to, from, n);
            at += n;
            return n;
        }
    }

    @Override
    public GuestProcess exec(ExecSpec spec) throws ContainerException {
        Wire.Exec order;
        try {
            order = KeptProcess.order(leaseId, spec);
            Wire.encode(order);
        } catch (IllegalArgumentException e) {
            throw new ContainerException("the program can't be described: " + e.getMessage(), e);
        }
        return new KeptProcess(keeper.open(order), spec, leaseId);
    }

    @Override
    public void cancel() throws ContainerException {
        if (ended.isEmpty()) {
            keeper.ask(new Wire.Cancel(leaseId), Wire.Done.class);
        }
    }

    @Override
    public UsageVector usage() throws ContainerException {
        if (ended.isEmpty()) {
            update(keeper.ask(new Wire.Ask(leaseId, true), Wire.State.class));
        }
        return last;
    }

    @Override
    public void keepAlive() throws ContainerException {
        usage();
    }

    @Override
    public void freeze(boolean frozen) throws ContainerException {
        keeper.ask(new Wire.Freeze(leaseId, frozen), Wire.Done.class);
    }

    @Override
    public void stop() {
        try {
            update(keeper.ask(new Wire.Stop(leaseId), Wire.State.class));
        } catch (ContainerException e) {
            if (ended.isEmpty()) {
                ended = e.getMessage();
            }
        }
    }

    @Override
    public Optional<String> ended() {
        if (ended.isEmpty()) {
            try {
                update(keeper.ask(new Wire.Ask(leaseId, false), Wire.State.class));
            } catch (ContainerException e) {
                return Optional.of(e.getMessage());
            }
        }
        return Optional.of(ended).filter(e -> !e.isEmpty());
    }

    @Override
    public String toString() {
        return "container of " + leaseId;
    }
}
