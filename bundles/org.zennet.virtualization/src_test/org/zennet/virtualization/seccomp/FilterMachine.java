package org.zennet.virtualization.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Runs a filter as the kernel does, and refuses what the kernel's checker would. */
final class FilterMachine {
    private final ByteBuffer program;
    private int steps;

    FilterMachine(byte[] bytes) {
        program = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length % 8 != 0 || bytes.length == 0 || bytes.length / 8 > 4096) {
            throw new IllegalArgumentException("a filter of " + bytes.length + " bytes");
        }
        int n = bytes.length / 8;
        for (int pc = 0; pc < n; pc++) {
            switch (code(pc)) {
                case 0x20 -> {
                    if (value(pc) < 0 || value(pc) > 60 || value(pc) % 4 != 0) {
                        throw new IllegalArgumentException("load outside of the data at " + pc);
                    }
                }
                case 0x15, 0x25, 0x35, 0x45 -> {
                    if (pc + 1 + Math.max(yes(pc), no(pc)) >= n) {
                        throw new IllegalArgumentException("jump out of the program at " + pc);
                    }
                }
                case 0x05 -> {
                    if (value(pc) < 0 || pc + 1L + value(pc) >= n) {
                        throw new IllegalArgumentException("jump out of the program at " + pc);
                    }
                }
                case 0x54, 0x06 -> { }
                default -> throw new IllegalArgumentException("unknown instruction " + code(pc) + " at " + pc);
            }
        }
        if (code(n - 1) != 0x06) {
            throw new IllegalArgumentException("the program does not end with a return");
        }
    }

    private int code(int pc) {
        return program.getShort(8 * pc) & 0xFFFF;
    }

    private int yes(int pc) {
        return program.get(8 * pc + 2) & 0xFF;
    }

    private int no(int pc) {
        return program.get(8 * pc + 3) & 0xFF;
    }

    private int value(int pc) {
        return program.getInt(8 * pc + 4);
    }

    /** What becomes of a call. */
    int run(int audit, int number, long... arguments) {
        ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        data.putInt(0, number).putInt(4, audit);
        for (int i = 0; i < arguments.length; i++) {
            data.putLong(16 + 8 * i, arguments[i]);
        }
        int a = 0;
        int pc = 0;
        steps = 0;
        while (true) {
            steps++;
            int k = value(pc);
            switch (code(pc)) {
                case 0x20 -> a = data.getInt(k);
                case 0x54 -> a &= k;
                case 0x05 -> pc += k;
                case 0x15 -> pc += a == k ? yes(pc) : no(pc);
                case 0x25 -> pc += Integer.compareUnsigned(a, k) > 0 ? yes(pc) : no(pc);
                case 0x35 -> pc += Integer.compareUnsigned(a, k) >= 0 ? yes(pc) : no(pc);
                case 0x45 -> pc += (a & k) != 0 ? yes(pc) : no(pc);
                default -> {
                    return k;
                }
            }
            pc++;
        }
    }

    /** Instructions of the last run. */
    int steps() {
        return steps;
    }
}
