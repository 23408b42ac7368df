package org.example.stackmachine;

import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Counter;
import org.zennet.api.value.UsageVector;

/** One lease's container. A task runs on the thread that asks for it. */
final class StackContainer implements Container {
    /** What a run holds at most: its stack and what it wrote, in bytes. */
    private static final long HELD = 1 << 20;
    private static final int MAX_OUTCOMES = 10_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final ContainerSpec spec;
    private final LongSupplier nanos;
    private final StackProgram program;
    private final long started;
    private final Map<String, Outcome> outcomes = new HashMap<>();
    private String running = "";
    private long runner;
    private long runnerBefore;
    private long runSince;
    private boolean cancelled;
    private boolean frozen;
    private long cpuMicros;
    private long touched;
    private String ended;

    private StackContainer(ContainerSpec spec, LongSupplier nanos, StackProgram program, String ended) {
        this.spec = spec;
        this.nanos = nanos;
        this.program = program;
        this.ended = ended;
        this.started = nanos.getAsLong();
        this.touched = started;
    }

    static StackContainer running(ContainerSpec spec, LongSupplier nanos, StackProgram program) {
        return new StackContainer(spec, nanos, program, null);
    }

    /** For an image that can't run: each task ends with that reason, so that the publisher learns it. */
    static StackContainer refused(ContainerSpec spec, LongSupplier nanos, String why) {
        return new StackContainer(spec, nanos, null, why);
    }

    @Override
    public String leaseId() {
        return spec.leaseId();
    }

    @Override
    public Outcome run(TaskSpec task) throws ContainerException, InterruptedException {
        synchronized (this) {
            touched = nanos.getAsLong();
            while (running.equals(task.taskId())) {
                wait();
            }
            if (outcomes.containsKey(task.taskId())) {
                return outcomes.get(task.taskId());   // never done or billed twice
            }
            if (program == null) {
                return remember(task, new Outcome(Reason.INVALID_IMAGE, 0, new byte[0], new byte[0], UsageVector.ZERO, ended));
            }
            if (ended().isPresent()) {
                throw new ContainerException("the container of " + leaseId() + " has ended: " + ended);
            }
            if (!running.isEmpty() || outcomes.size() >= MAX_OUTCOMES) {
                throw new ContainerException(running.isEmpty() ? "a lease runs at most " + MAX_OUTCOMES + " tasks" : "busy with task " + running);
            }
            running = task.taskId();
            runner = Thread.currentThread().getId();
            runnerBefore = THREADS.getThreadCpuTime(runner);
            runSince = nanos.getAsLong();
            cancelled = false;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Reason reason = Reason.EXITED;
        int code = 0;
        String detail = "";
        try {
            code = program.run(task.stdin(), out, task.maxOutput(), () -> mustEnd(task));
        } catch (StackProgram.Trap e) {
            reason = Reason.TRAPPED;
            detail = e.getMessage();
        } catch (StackProgram.OutputLimit e) {
            reason = Reason.OUTPUT_LIMIT;
            detail = "it wrote more than " + task.maxOutput() + " bytes";
        } catch (StackProgram.Stopped e) {
            synchronized (this) {
                reason = ended != null ? Reason.CONTAINER_ENDED : cancelled ? Reason.CANCELLED : Reason.TIMEOUT;
            }
        }
        synchronized (this) {
            UsageVector used = UsageVector.ZERO.with(Counter.CPU, cpuOfRun()).with(Counter.WALL, (nanos.getAsLong() - runSince) / 1_000_000);
            cpuMicros += cpuOfRun();
            running = "";
            notifyAll();
            return remember(task, new Outcome(reason, code, out.toByteArray(), new byte[0], used, detail));
        }
    }

    private Outcome remember(TaskSpec task, Outcome outcome) {
        outcomes.put(task.taskId(), outcome);
        return outcome;
    }

    /** Asked by the program every few thousand steps, on its own thread: waits here while the container is frozen. */
    private synchronized boolean mustEnd(TaskSpec task) {
        while (frozen && !cancelled && ended().isEmpty()) {
            try {
                wait(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                cancelled = true;
            }
        }
        return cancelled || ended().isPresent() || nanos.getAsLong() - runSince > task.timeoutMillis() * 1_000_000;
    }

    private long cpuOfRun() {
        return running.isEmpty() ? 0 : Math.max(0, THREADS.getThreadCpuTime(runner) - runnerBefore) / 1000;
    }

    @Override
    public synchronized void cancel() {
        cancelled = true;
        notifyAll();
    }

    @Override
    public synchronized UsageVector usage() {
        touched = nanos.getAsLong();
        // memory is held while a program runs, and a program that is not frozen computes all the time
        long cpu = cpuMicros + cpuOfRun();
        return UsageVector.ZERO.with(Counter.CPU, cpu).with(Counter.MEMORY, cpu * HELD / 1_000_000)
                .with(Counter.WALL, (nanos.getAsLong() - started) / 1_000_000);
    }

    @Override
    public synchronized void keepAlive() {
        touched = nanos.getAsLong();
    }

    @Override
    public synchronized void freeze(boolean now) {
        frozen = now;
        notifyAll();
    }

    @Override
    public synchronized void stop() {
        ended = ended == null ? "stopped" : ended;
        notifyAll();
    }

    @Override
    public synchronized Optional<String> ended() {
        long now = nanos.getAsLong();
        if (ended == null && now - started > spec.maxWallMillis() * 1_000_000) {
            ended = "its time of " + spec.maxWallMillis() + " ms is over";
        } else if (ended == null && now - touched > spec.idleMillis() * 1_000_000) {
            ended = "nobody touched it for " + spec.idleMillis() + " ms";
        }
        return program == null ? Optional.empty() : Optional.ofNullable(ended);
    }
}
