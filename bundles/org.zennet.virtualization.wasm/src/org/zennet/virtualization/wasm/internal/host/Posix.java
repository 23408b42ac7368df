package org.zennet.virtualization.wasm.internal.host;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The few system calls that Java has no name for. Where they can't be bound, {@code /proc} and {@code kill} serve. */
final class Posix {
    static final int SIGSTOP = 19;
    static final int SIGCONT = 18;
    private static final long TICK_NANOS = 10_000_000;

    private final MethodHandle clockGettime;
    private final MethodHandle kill;
    /** Bytes of a page of memory. */
    final long pageSize;

    Posix() {
        MethodHandle clock = null;
        MethodHandle signal = null;
        long page = 4096;
        try {
            Linker linker = Linker.nativeLinker();
            clock = linker.downcallHandle(linker.defaultLookup().findOrThrow("clock_gettime"),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
            signal = linker.downcallHandle(linker.defaultLookup().findOrThrow("kill"),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            MethodHandle getpagesize = linker.downcallHandle(linker.defaultLookup().findOrThrow("getpagesize"),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT));
            page = (int) getpagesize.invokeExact();
        } catch (Throwable e) {
            System.err.println("no native calls, /proc serves instead: " + e);
        }
        clockGettime = clock;
        kill = signal;
        pageSize = page;
    }

    /** Processor time of all threads of a process, ended ones too, in nanoseconds; empty when it is gone. */
    OptionalLong cpuNanos(long pid) {
        if (clockGettime == null) {
            return cpuTicks(pid);
        }
        // the clock of another process, as clock_getcpuclockid makes it: ~pid << 3 | CPUCLOCK_SCHED
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(16, 8);
            int result = (int) clockGettime.invokeExact((int) (~pid << 3 | 2), time);
            return result != 0 ? OptionalLong.empty() : OptionalLong.of(time.get(ValueLayout.JAVA_LONG, 0)
                    * 1_000_000_000L + time.get(ValueLayout.JAVA_LONG, 8));
        } catch (Throwable e) {
            return cpuTicks(pid);
        }
    }

    private static OptionalLong cpuTicks(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] f = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return OptionalLong.of((Long.parseLong(f[11]) + Long.parseLong(f[12])) * TICK_NANOS);
        } catch (IOException | RuntimeException e) {
            return OptionalLong.empty();
        }
    }

    /** Resident bytes of a process; empty when it is gone. */
    OptionalLong residentBytes(long pid) {
        try {
            String[] f = Files.readString(Path.of("/proc/" + pid + "/statm")).split(" ");
            return OptionalLong.of(Long.parseLong(f[1]) * pageSize);
        } catch (IOException | RuntimeException e) {
            return OptionalLong.empty();
        }
    }

    /** Waits until each thread of a process that was told to stop has stopped, at most so many milliseconds. */
    void awaitStopped(long pid, int millis) {
        long end = System.nanoTime() + millis * 1_000_000L;
        try {
            while (!stopped(pid) && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean stopped(long pid) {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path t : threads.toList()) {
                String stat = Files.readString(t.resolve("stat"));
                if ("TtZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) < 0) {
                    return false;
                }
            }
            return true;
        } catch (IOException | RuntimeException e) {
            // it is gone, or a thread of it is: the next look tells
            return !Files.exists(Path.of("/proc/" + pid));
        }
    }

    /** Sends a signal to a child, or to the one in the sandbox that the child is, which was not reaped yet. */
    void signal(Process process, long pid, int signal) {
        if (!process.isAlive()) {
            return;
        }
        try {
            if (kill != null) {
                int ignored = (int) kill.invokeExact((int) pid, signal);
            } else {
                new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            System.err.println("can't signal process " + pid + ": " + e);
        }
    }
}
