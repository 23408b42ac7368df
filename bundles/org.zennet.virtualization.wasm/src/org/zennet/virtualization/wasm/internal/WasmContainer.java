package org.zennet.virtualization.wasm.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.UsageVector;
import org.zennet.virtualization.wasm.internal.wire.Wire;

/** A handle on a container that the keeper owns. */
final class WasmContainer implements Container {
    private final KeeperClient keeper;
    private final String leaseId;
    private volatile UsageVector last = UsageVector.ZERO;
    private volatile String ended = "";

    WasmContainer(KeeperClient keeper, Wire.State state) {
        this.keeper = keeper;
        this.leaseId = state.leaseId();
        update(state);
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
        Wire.Run run;
        try {
            run = Wire.Run.of(leaseId, task);
            Wire.encode(run);
        } catch (IllegalArgumentException e) {
            throw new ContainerException("the task is too large: " + e.getMessage(), e);
        }
        try {
            return keeper.ask(run, (first, in) -> {
                Record answer = first;
                while (answer instanceof Wire.Waiting) {
                    answer = KeeperClient.next(in);
                }
                return outcome(KeeperClient.expect(Wire.Result.class, answer), run.maxOutput(), in);
            });
        } catch (ContainerException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while task " + task.taskId() + " ran");
            }
            throw e;
        }
    }

    private static Outcome outcome(Wire.Result r, int maxOutput, InputStream in)
            throws IOException, EncodingException, ContainerException {
        if (r.stdout() > maxOutput) {
            throw new ContainerException("the keeper gave more output than the task may have");
        }
        ByteArrayOutputStream stdout = new ByteArrayOutputStream(r.stdout());
        while (stdout.size() < r.stdout()) {
            Wire.Piece piece = KeeperClient.expect(Wire.Piece.class, KeeperClient.next(in));
            if (piece.bytes().length == 0 || piece.bytes().length > r.stdout() - stdout.size()) {
                throw new IOException("the keeper's output has another length than it said");
            }
            stdout.writeBytes(piece.bytes());
        }
        return new Outcome(r.reason(), r.exitCode(), stdout.toByteArray(), r.stderr(), r.usage(), r.detail(),
                new byte[0], r.fuel());
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
        return "wasm container of " + leaseId;
    }
}
