package org.zennet.virtualization.sandbox.internal.box;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.zennet.api.container.Outcome;
import org.zennet.virtualization.cgroup.Meter;
import org.zennet.virtualization.keeper.Child;
import org.zennet.virtualization.keeper.KeeperException;
import org.zennet.virtualization.keeper.PackedFiles;
import org.zennet.virtualization.keeper.Wire;

/**
 * One task of a container: lays its files out, runs its main program, kills what that left running, packs what it was to
 * leave and removes the rest. For one thread.
 */
final class BoxTask {
    private static final int SIGKILL = 9;
    /** The packer left out what is no file, or has a name that an archive can't hold. */
    private static final int SKIPPED = 3;

    private final Box box;
    private final InitLink link;
    private final Meter meter;
    private final Plan plan;
    private final Child.Owner owner;
    private final long memory;
    private final Path packed;
    private final long number;
    private final Wire.Run task;
    private final String directory;

    /**
     * @param memory the container's limit, bytes
     * @param packed where the archive of what it leaves is made
     */
    BoxTask(Box box, InitLink link, Meter meter, Plan plan, Child.Owner owner, long memory, Path packed, long number, Wire.Run task) {
        this.box = box;
        this.link = link;
        this.meter = meter;
        this.plan = plan;
        this.owner = owner;
        this.memory = memory;
        this.packed = packed;
        this.number = number;
        this.task = task;
        this.directory = Ways.WORK + "/" + task.taskId(); // the same for whoever runs it: programs print where they are
    }

    private OwnProgram own(List<String> command, InputStream input, OutputStream out) throws IOException {
        return new OwnProgram(link, owner, command, input, out);
    }

    /** Runs it to its end, which the owner is told. */
    void run() throws IOException, KeeperException, InterruptedException {
        long killed = meter.oomKills();
        OwnProgram made = own(List.of(Ways.INSIDE, "unpack", directory), files(), OutputStream.nullOutputStream());
        InitLink.Exit exit = made.await();
        if (exit.code() != 0 && !box.interrupted(number)) {
            finish(Outcome.Reason.TRAPPED, 0, "its files can't be laid out: " + made.said(exit));
            return;
        }
        List<String> line = plan.line(task.command(), task.args());
        if (line.isEmpty()) {
            finish(Outcome.Reason.TRAPPED, 0, "the image has no command: name one");
            return;
        }
        MainProgram main = new MainProgram();
        if (!box.interrupted(number)) {
            main.begin(new InitLink.Order(line, Plan.environment(plan.environment(), task.environment()), directory, false, false, 0, 0));
            if (box.interrupted(number)) {
                // it was told to end just before there was something to kill
                link.killRest();
            }
            main.feed(task.stdinStream());
        } else {
            main.gone();
        }
        exit = main.exit.join();
        link.killRest().join();
        main.over();
        boolean memory = meter.oomKills() > killed && exit.kind() == InitLink.Exit.Kind.SIGNAL && exit.value() == SIGKILL;
        if (!task.outputs().isEmpty() && !box.interrupted(number) && !memory) {
            pack();
        }
        String detail = memory ? "it used more than " + memory + " bytes of memory" : exit.why().isEmpty()
                ? exit.kind() == InitLink.Exit.Kind.SIGNAL ? "ended by signal " + exit.value() : ""
                : "'" + line.getFirst() + "' can't be started: " + exit.why();
        finish(memory ? Outcome.Reason.OUT_OF_MEMORY : Outcome.Reason.EXITED, memory ? 0 : exit.code(), detail);
    }

    private void finish(Outcome.Reason reason, int code, String detail)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Ways.INSIDE, "remove", directory));
        if (box.beside() == 0) {
            // what lies in memory would be held against the next task; whoever works beside may need it
            command.addAll(List.of("/tmp", "/dev/shm", "ipc"));
        }
        for (int tries = 0; tries < 2; tries++) {
            InitLink.Exit how = own(command, InputStream.nullInputStream(), OutputStream.nullOutputStream()).await();
            if (how.kind() != InitLink.Exit.Kind.SIGNAL) {
                break;
            }
            // what ended the task ended this too
        }
        owner.ended(number, reason, code, detail, Optional.empty());
    }

    private InputStream files() throws IOException {
        return task.files().length == 0 ? new ByteArrayInputStream(new byte[1024])
                : Files.newInputStream(Path.of(new String(task.files(), StandardCharsets.UTF_8)));
    }

    private void pack() throws IOException, InterruptedException, KeeperException {
        List<String> command = new ArrayList<>(List.of(Ways.INSIDE, "pack", directory));
        command.addAll(task.outputs());
        PackedFiles files = new PackedFiles(packed, task.maxOutput());
        InitLink.Exit exit;
        try (files) {
            exit = own(command, InputStream.nullInputStream(), files).await();
        }
        if (files.full() || exit.code() == 0 || exit.code() == SKIPPED) {
            files.tell(number, owner);
        } else if (!box.interrupted(number)) {
            throw new IOException("what it left can't be packed: it ended with " + exit.code());
        }
    }

    private final class MainProgram extends WatchedProgram {
        MainProgram() {
            super(link, owner);
        }

        @Override
        void take(int stream, byte[] bytes) throws IOException {
            if (stream == 1) {
                owner.out(number, bytes);
            } else {
                owner.err(number, bytes);
            }
        }
    }
}
