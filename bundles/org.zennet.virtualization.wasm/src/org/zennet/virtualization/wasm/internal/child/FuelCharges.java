package org.zennet.virtualization.wasm.internal.child;

import java.util.Arrays;

/**
 * The code of one function while it is written, and what it pays. Code is divided into segments, each of which pays at
 * its start for all that it costs; that is known at the function's end only, so the charges are put in then.
 *
 * <p>What is left is in a global between functions and in a local within one, where the compiler can keep it in a
 * register; it goes to the global before whatever leaves the function. In the exact form it is always in the global,
 * where it can be read after a trap. Both forms charge the same.
 */
final class FuelCharges {
    /** The segment ends the program when nothing is left: functions and loops begin with such segments. */
    static final int CHECKED = 1;
    private static final int FROM_GLOBAL = 2;
    private static final int DEAD = 4;

    private static final int I32 = 0x7F;
    private static final int I64 = 0x7E;

    private final boolean exact;
    private final int global;
    private final ModuleBytes raw = new ModuleBytes(1024);
    private int locals;
    private boolean operand;
    private boolean costs;
    /** What is left is in the global, not in the local. */
    private boolean inGlobal;
    /** No way leads here. */
    private boolean dead;

    /** The segments in the order of their starts: where, what they cost, how they start. */
    private int[] starts = new int[64];
    private int[] cost = new int[64];
    private byte[] flags = new byte[64];
    private int segments;
    private int segment;

    /** For functions whose fuel is in a global of that index. */
    FuelCharges(int global, boolean exact) {
        this.global = global;
        this.exact = exact;
    }

    /** Starts over with a function that has so many parameters and locals. */
    void function(int itsLocals) {
        raw.clear();
        locals = itsLocals;
        operand = false;
        costs = false;
        inGlobal = true;
        dead = false;
        segments = 0;
        begin(CHECKED);
    }

    /** Bytes written so far, without the charges. */
    int length() {
        return raw.length();
    }

    /** Whether anything in the function costs. */
    boolean costs() {
        return costs;
    }

    /** Writes some code. */
    void code(byte[] from, int start, int stop) {
        raw.copy(from, start, stop);
    }

    /** Says that no way leads here. */
    void unreachable() {
        raw.add(0x00);
    }

    /** Does nothing, and costs nothing. */
    void nop() {
        raw.add(0x01);
    }

    /** The segment that pays for what comes next. */
    int segment() {
        return segment;
    }

    /** Goes on within an earlier segment: whoever went through that comes here. */
    void resume(int earlier) {
        segment = earlier;
    }

    boolean dead() {
        return dead;
    }

    /** Begins a segment here. Its charge puts what is left into the local, wherever it was. */
    void begin(int how) {
        if (segments == starts.length) {
            starts = Arrays.copyOf(starts, segments * 2);
            cost = Arrays.copyOf(cost, segments * 2);
            flags = Arrays.copyOf(flags, segments * 2);
        }
        starts[segments] = raw.length();
        cost[segments] = 0;
        flags[segments] = (byte) (how | (inGlobal ? FROM_GLOBAL : 0) | (dead ? DEAD : 0));
        if (!exact && !dead) {
            inGlobal = false;
        }
        segment = segments++;
    }

    /** Pays for an instruction. */
    void pay() {
        cost[segment]++;
        costs = true;
    }

    /** Puts what is left into the global, whichever way the code goes on. */
    void spill() {
        if (!exact && !dead && !inGlobal) {
            raw.add(0x20).u32(left()).add(0x24).u32(global);
        }
    }

    /** Puts what is left into the local. */
    void load() {
        if (!exact && !dead && inGlobal) {
            raw.add(0x23).u32(global).add(0x21).u32(left());
            inGlobal = false;
        }
    }

    /** After a call: what is left is where the callee put it. */
    void returned() {
        if (!dead) {
            inGlobal = true;
        }
    }

    /** Where ways meet, each has put what is left into the local. */
    void joined(boolean nobodyComes) {
        dead = nobodyComes;
        if (!exact) {
            inGlobal = false;
        }
    }

    /** After an instruction that always leaves: no way leads on. */
    void nothingFollows() {
        dead = true;
        begin(0);
    }

    /** Pays {@code (topmost operand >>> shift) * factor} right here; the operand, an i32, stays. */
    void payByOperand(int factor, int shift) {
        if (dead) {
            return;
        }
        load();
        operand = true;
        raw.add(0x22).u32(operand());
        raw.add(exact ? 0x23 : 0x20).u32(exact ? global : left());
        raw.add(0x20).u32(operand()).add(0xAD);
        if (shift > 0) {
            raw.add(0x42).s64(shift).add(0x88);
        }
        if (factor > 1) {
            raw.add(0x42).s64(factor).add(0x7E);
        }
        raw.add(0x7D);
        if (exact) {
            raw.add(0x24).u32(global).add(0x23).u32(global);
        } else {
            raw.add(0x22).u32(left());
        }
        stopIfNegative(raw);
    }

    /** How many groups of locals are added to the function's own. */
    int addedGroups() {
        return (exact ? 0 : 1) + (operand ? 1 : 0);
    }

    /** Writes the groups of locals that are added. */
    void addGroups(ModuleBytes to) {
        if (!exact) {
            to.add(1, I64);
        }
        if (operand) {
            to.add(1, I32);
        }
    }

    /** The code with the charge of each segment at its start. */
    ModuleBytes paid() {
        ModuleBytes result = new ModuleBytes(raw.length() + 12 * segments + 16);
        int from = 0;
        for (int i = 0; i < segments; i++) {
            result.copy(raw, from, starts[i]);
            from = starts[i];
            if ((flags[i] & DEAD) == 0) {
                charge(result, cost[i], (flags[i] & CHECKED) != 0, (flags[i] & FROM_GLOBAL) != 0);
            }
        }
        return result.copy(raw, from, raw.length());
    }

    /** The local that holds what is left. */
    private int left() {
        return locals;
    }

    /** The local for the operand of an instruction whose cost depends on it. */
    private int operand() {
        return exact ? locals : locals + 1;
    }

    private void charge(ModuleBytes to, int amount, boolean check, boolean fromGlobal) {
        if (exact) {
            if (amount > 0) {
                to.add(0x23).u32(global).add(0x42).s64(amount).add(0x7D, 0x24).u32(global);
                if (check) {
                    to.add(0x23).u32(global);
                    stopIfNegative(to);
                }
            }
            return;
        }
        if (amount == 0 && !fromGlobal) {
            return;
        }
        to.add(fromGlobal ? 0x23 : 0x20).u32(fromGlobal ? global : left());
        if (amount > 0) {
            to.add(0x42).s64(amount).add(0x7D);
        }
        to.add(check && amount > 0 ? 0x22 : 0x21).u32(left());
        if (check && amount > 0) {
            stopIfNegative(to);
        }
    }

    /** With what is left on the stack. */
    private void stopIfNegative(ModuleBytes to) {
        to.add(0x42, 0, 0x53, 0x04, 0x40);
        if (!exact) {
            to.add(0x20).u32(left()).add(0x24).u32(global);
        }
        to.add(0x00, 0x0B);
    }
}
