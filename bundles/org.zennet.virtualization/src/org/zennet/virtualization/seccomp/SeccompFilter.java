package org.zennet.virtualization.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Emits the filter: an array of {@code struct sock_filter} that the kernel runs before each system call of a guest
 * (Documentation/userspace-api/seccomp_filter.rst; instructions in {@code linux/bpf_common.h}). A call of another
 * architecture ends the process. The numbers are looked up by a search tree over runs of equal verdicts, so that a
 * call passes some eight comparisons and not some three hundred. All calls are forbidden that the list does not allow.
 */
public final class SeccompFilter {
    /** What the kernel takes at most. */
    static final int LARGEST = 4096;

    static final int ALLOW = 0x7FFF0000;
    static final int KILL = 0x80000000;
    private static final int ERRNO = 0x00050000;
    static final int EPERM = ERRNO | 1;
    static final int ENOSYS = ERRNO | 38;
    static final int EPROTONOSUPPORT = ERRNO | 93;
    static final int EAFNOSUPPORT = ERRNO | 97;

    /** Load a word of the call's data. */
    private static final int LOAD = 0x20;
    private static final int AND = 0x54;
    private static final int JUMP = 0x05;
    private static final int EQUAL = 0x15;
    private static final int AT_LEAST = 0x35;
    private static final int ANY_OF = 0x45;
    private static final int RETURN = 0x06;

    private static final int NUMBER = 0;
    private static final int ARCHITECTURE = 4;
    private static final int ARGUMENTS = 16;
    /** From here on x86_64 numbers mean the x32 calls. */
    private static final int X32 = 0x40000000;
    private static final int FARTHEST = 255;

    /** CLONE_NEWTIME is no flag of clone: its bit belongs to the signal there. */
    private static final int NEW_NAMESPACES = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000
            | 0x40000000;
    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int TIOCSTI = 0x5412;
    private static final int TIOCLINUX = 0x541C;

    /** One instruction; jumps count from the next one. */
    private record Instruction(int code, int ifTrue, int ifFalse, int value) { }

    /** Calls from a number up to the next run's. */
    private record Run(long from, SystemCall.Verdict verdict) { }

    private SeccompFilter() { }

    /** The filter for a processor, as {@code bwrap --seccomp} reads it. */
    public static byte[] emit(Processor processor) {
        List<Instruction> all = new ArrayList<>();
        all.add(new Instruction(LOAD, 0, 0, ARCHITECTURE));
        all.add(new Instruction(EQUAL, 1, 0, processor.audit()));
        all.add(giving(KILL));
        all.add(new Instruction(LOAD, 0, 0, NUMBER));
        if (processor == Processor.X86_64) {
            all.add(new Instruction(AT_LEAST, 0, 1, X32));
            all.add(giving(ENOSYS));
        }
        List<Run> runs = runs(SystemCall.of(processor));
        all.addAll(search(runs, 0, runs.size()));
        if (all.size() > LARGEST) {
            throw new IllegalStateException("the filter has " + all.size() + " instructions");
        }
        ByteBuffer bytes = ByteBuffer.allocate(8 * all.size()).order(ByteOrder.LITTLE_ENDIAN);
        for (Instruction i : all) {
            bytes.putShort((short) i.code()).put((byte) i.ifTrue()).put((byte) i.ifFalse()).putInt(i.value());
        }
        return bytes.array();
    }

    /** Neighbours of one verdict together; what the list leaves out is absent. */
    private static List<Run> runs(List<SystemCall> calls) {
        List<Run> runs = new ArrayList<>();
        long next = 0;
        for (SystemCall c : calls) {
            if (c.number() > next) {
                add(runs, new Run(next, SystemCall.Verdict.ABSENT));
            }
            add(runs, new Run(c.number(), c.verdict()));
            next = c.number() + 1L;
        }
        add(runs, new Run(next, SystemCall.Verdict.ABSENT));
        return runs;
    }

    private static void add(List<Run> runs, Run run) {
        if (runs.isEmpty() || runs.getLast().verdict() != run.verdict()) {
            runs.add(run);
        }
    }

    private static List<Instruction> search(List<Run> runs, int from, int to) {
        if (to - from == 1) {
            return leaf(runs.get(from).verdict());
        }
        int middle = (from + to) / 2;
        List<Instruction> below = search(runs, from, middle);
        List<Instruction> code = new ArrayList<>();
        int first = (int) runs.get(middle).from();
        if (below.size() <= FARTHEST) {
            code.add(new Instruction(AT_LEAST, below.size(), 0, first));
        } else {
            code.add(new Instruction(AT_LEAST, 0, 1, first));
            code.add(new Instruction(JUMP, 0, 0, below.size()));
        }
        code.addAll(below);
        code.addAll(search(runs, middle, to));
        return code;
    }

    private static List<Instruction> leaf(SystemCall.Verdict verdict) {
        return switch (verdict) {
            case ALLOW -> List.of(giving(ALLOW));
            case DENY -> List.of(giving(EPERM));
            case ABSENT -> List.of(giving(ENOSYS));
            case CLONE -> List.of(argument(0), new Instruction(ANY_OF, 0, 1, NEW_NAMESPACES), giving(EPERM), giving(ALLOW));
            case UNIX -> List.of(argument(0), new Instruction(EQUAL, 1, 0, AF_UNIX), giving(EAFNOSUPPORT), giving(ALLOW));
            case PERSONALITY -> List.of(argument(0), new Instruction(EQUAL, 2, 0, 0), new Instruction(EQUAL, 1, 0, -1),
                    giving(EPERM), giving(ALLOW));
            case IOCTL -> List.of(argument(1), new Instruction(EQUAL, 1, 0, TIOCSTI), new Instruction(EQUAL, 0, 1, TIOCLINUX),
                    giving(EPERM), giving(ALLOW));
            case SOCKET -> List.of(
                    argument(0),
                    new Instruction(EQUAL, 13, 0, AF_UNIX),
                    new Instruction(EQUAL, 2, 0, AF_INET),
                    new Instruction(EQUAL, 1, 0, AF_INET6),
                    giving(EAFNOSUPPORT),
                    // streams and datagrams, of the usual protocols only: others would load modules of the kernel
                    argument(1),
                    new Instruction(AND, 0, 0, 0xF),
                    new Instruction(EQUAL, 2, 0, 1),
                    new Instruction(EQUAL, 1, 0, 2),
                    giving(EPERM),
                    argument(2),
                    new Instruction(EQUAL, 3, 0, 0),
                    new Instruction(EQUAL, 2, 0, TCP),
                    new Instruction(EQUAL, 1, 0, UDP),
                    giving(EPROTONOSUPPORT),
                    giving(ALLOW));
        };
    }

    /** Loads the low half of an argument: what is looked at has 32 bits on every processor. */
    private static Instruction argument(int index) {
        return new Instruction(LOAD, 0, 0, ARGUMENTS + 8 * index);
    }

    private static Instruction giving(int verdict) {
        return new Instruction(RETURN, 0, 0, verdict);
    }
}
