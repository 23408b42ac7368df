package org.zennet.virtualization.wasm.internal.child;

import java.util.Arrays;
import org.zennet.virtualization.wasm.internal.FuelTable;

/**
 * Walks over the code of one function after another and lets {@link FuelCharges} write it with its charges. One pass,
 * no recursion: what is open is on a stack that grows with the bytes that are there.
 */
final class FuelFunction extends ModuleReader {
    /** The most bytes of one function's code that counts. */
    static final int MAX_BODY = 2 << 20;

    private static final int BLOCK = 0;
    private static final int LOOP = 1;
    private static final int IF = 2;
    private static final int FUNCTION = 3;

    private final int types;
    private final int globals;
    private final FuelCharges charges;
    private int locals;

    /** The open constructs: their kind, what is known of the branches in them, the segment around them. */
    private int[] kinds = new int[64];
    private boolean[] targeted = new boolean[64];
    /** The outermost construct that a branch within leads to the label of. */
    private int[] reach = new int[64];
    private boolean[] deadAround = new boolean[64];
    private int[] around = new int[64];
    private int depth;

    /** For a module with so many types and globals; the global after those holds what is left. */
    FuelFunction(byte[] module, int types, int globals, boolean exact) {
        super(module);
        this.types = types;
        this.globals = globals;
        this.charges = new FuelCharges(globals, exact);
    }

    /**
     * Writes a function's size, locals and code with its charges.
     *
     * @param index      its number among those with code, for messages
     * @param from       where its locals begin
     * @param to         where its code ends
     * @param parameters how many it has
     */
    void write(int index, int from, int to, int parameters, ModuleBytes section)
            throws ModuleCheck.RefusedException {
        at = from;
        end = to;
        int groups = entries();
        int groupsFrom = at;
        long count = parameters;
        for (int i = 0; i < groups; i++) {
            count += u32();
            u8();
        }
        if (count > ModuleCheck.MAX_LOCALS + ModuleCheck.MAX_PARAMETERS) {
            throw refused("function " + index + " has too many locals");
        }
        locals = (int) count;
        int codeFrom = at;
        depth = 0;
        charges.function(locals);
        push(FUNCTION);
        while (depth > 0) {
            instruction();
            if (charges.length() > MAX_BODY) {
                throw tooLong(index);
            }
        }
        if (at != end) {
            throw refused("function " + index + " has bytes left over");
        }
        if (!charges.costs()) {
            section.u32((long) end - from).copy(b, from, end);
            return;
        }
        ModuleBytes paid = charges.paid();
        if (paid.length() > MAX_BODY) {
            throw tooLong(index);
        }
        ModuleBytes head = new ModuleBytes(codeFrom - groupsFrom + 16);
        head.u32((long) groups + charges.addedGroups()).copy(b, groupsFrom, codeFrom);
        charges.addGroups(head);
        section.u32((long) head.length() + paid.length()).copy(head).copy(paid);
    }

    private static ModuleCheck.RefusedException tooLong(int index) {
        return refused("function " + index + " has more than " + MAX_BODY + " bytes once it counts its fuel");
    }

    private void push(int kind) {
        if (depth == kinds.length) {
            kinds = Arrays.copyOf(kinds, depth * 2);
            targeted = Arrays.copyOf(targeted, depth * 2);
            reach = Arrays.copyOf(reach, depth * 2);
            deadAround = Arrays.copyOf(deadAround, depth * 2);
            around = Arrays.copyOf(around, depth * 2);
        }
        kinds[depth] = kind;
        targeted[depth] = false;
        reach[depth] = depth;
        deadAround[depth] = charges.dead();
        around[depth++] = charges.segment();
    }

    /** Copies an instruction that begins at a place and ends here; one that no way leads to is left out. */
    private void copy(int from) {
        if (!charges.dead()) {
            charges.code(b, from, at);
        }
    }

    /** Copies the else or end of a construct that began where a way leads to. */
    private void close(int from, boolean deadAround) {
        if (!deadAround) {
            charges.code(b, from, at);
        }
    }

    private void plain(int from) {
        charges.pay();
        copy(from);
    }

    private void call(int from) {
        charges.pay();
        charges.spill();
        charges.returned();
        copy(from);
    }

    /** An instruction that costs by its topmost operand, besides its 1. */
    private void byOperand(int from, int factor, int shift) {
        charges.pay();
        charges.payByOperand(factor, shift);
        copy(from);
    }

    private void instruction() throws ModuleCheck.RefusedException {
        int from = at;
        int op = u8();
        switch (op) {
            case 0x02 -> {
                blockType();
                copy(from);
                push(BLOCK);
            }
            case 0x03 -> {
                blockType();
                charges.load();
                copy(from);
                push(LOOP);
                charges.begin(FuelCharges.CHECKED);
            }
            case 0x04 -> {
                blockType();
                charges.pay();
                charges.load();
                copy(from);
                push(IF);
                charges.begin(0);
            }
            case 0x05 -> {
                if (kinds[depth - 1] != IF) {
                    throw refused("an else without its if");
                }
                charges.load();
                close(from, deadAround[depth - 1]);
                charges.joined(deadAround[depth - 1]);
                charges.begin(0);
            }
            case 0x0B -> end(from);
            case 0x0C -> {
                boolean leaves = target(u32());
                charges.pay();
                if (leaves) {
                    charges.spill();
                } else {
                    charges.load();
                }
                copy(from);
                charges.nothingFollows();
            }
            case 0x0D -> {
                boolean leaves = target(u32());
                charges.pay();
                if (leaves) {
                    charges.spill();
                } else {
                    charges.load();
                }
                copy(from);
                charges.begin(0);
            }
            case 0x0E -> {
                int n = entries();
                boolean leaves = false;
                boolean stays = false;
                for (int i = 0; i <= n; i++) {
                    boolean l = target(u32());
                    leaves |= l;
                    stays |= !l;
                }
                charges.pay();
                if (leaves) {
                    charges.spill();
                }
                if (stays) {
                    charges.load();
                }
                copy(from);
                charges.nothingFollows();
            }
            case 0x00, 0x0F -> {
                if (op == 0x0F) {
                    target(depth - 1L);
                }
                charges.pay();
                charges.spill();
                copy(from);
                charges.nothingFollows();
            }
            case 0x10 -> {
                u32();
                call(from);
            }
            case 0x11 -> {
                u32();
                u32();
                call(from);
            }
            case 0x01, 0x1A, 0x1B, 0xD1 -> plain(from);
            case 0x1C -> {
                skip(entries());
                plain(from);
            }
            case 0x20, 0x21, 0x22 -> {
                if (u32() >= locals) {
                    throw refused("code names a local that is not there");
                }
                plain(from);
            }
            case 0x23, 0x24 -> {
                if (u32() >= globals) {
                    throw refused("code names a global that is not there");
                }
                plain(from);
            }
            case 0x25, 0x26, 0xD2 -> {
                u32();
                plain(from);
            }
            case 0x3F -> {
                u32();
                plain(from);
            }
            case 0x40 -> {
                u32();
                byOperand(from, FuelTable.PER_PAGE, 0);
            }
            case 0x41 -> {
                leb(5);
                plain(from);
            }
            case 0x42 -> {
                leb(10);
                plain(from);
            }
            case 0x43 -> {
                skip(4);
                plain(from);
            }
            case 0x44 -> {
                skip(8);
                plain(from);
            }
            case 0xD0 -> {
                int type = u8();
                if (type != 0x70 && type != 0x6F) {
                    throw refused("a null has an unknown type");
                }
                plain(from);
            }
            case 0xFC -> prefixed(from);
            default -> {
                if (op >= 0x28 && op <= 0x3E) {
                    if (u32() > 4) {
                        throw refused("an access to memory has flags that are not offered");
                    }
                    u32();
                } else if (op < 0x45 || op > 0xC4) {
                    throw refused("it has the instruction " + hex(op) + ", which is not offered where fuel is counted");
                }
                plain(from);
            }
        }
    }

    private void prefixed(int from) throws ModuleCheck.RefusedException {
        long op = u32();
        if (op <= 7) {
            plain(from);
            return;
        }
        switch ((int) Math.min(op, 99)) {
            case 8 -> {
                u32();
                u32();
                byOperand(from, 1, FuelTable.BYTES_SHIFT);
            }
            case 9, 13, 16 -> {
                u32();
                plain(from);
            }
            case 10 -> {
                u32();
                u32();
                byOperand(from, 1, FuelTable.BYTES_SHIFT);
            }
            case 11 -> {
                u32();
                byOperand(from, 1, FuelTable.BYTES_SHIFT);
            }
            case 12, 14 -> {
                u32();
                u32();
                byOperand(from, 1, 0);
            }
            case 15, 17 -> {
                u32();
                byOperand(from, 1, 0);
            }
            default -> throw refused("it has the instruction 0xfc " + op + ", which is not offered where fuel is "
                    + "counted");
        }
    }

    private void end(int from) {
        int frame = --depth;
        int kind = kinds[frame];
        if (kind == FUNCTION) {
            charges.spill();
            // Chicory 1.7.5's compiler fails on a branch out of a function that ends with the end of a construct
            charges.nop();
            close(from, deadAround[frame]);
            return;
        }
        boolean open = reach[frame] < frame;
        reach[frame - 1] = Math.min(reach[frame - 1], reach[frame]);
        boolean meets = kind == IF || kind == BLOCK && targeted[frame];
        if (meets) {
            charges.load();
        }
        close(from, deadAround[frame]);
        if (!open) {
            // whoever came in comes out here: the segment around it goes on
            if (meets || charges.dead()) {
                charges.joined(deadAround[frame]);
            }
            charges.resume(around[frame]);
        } else if (meets) {
            charges.joined(deadAround[frame]);
            charges.begin(0);
        } else if (charges.dead() && !deadAround[frame]) {
            // what follows is left out: to a validator it would have been possible
            charges.unreachable();
        }
    }

    /** Notes a branch; tells whether it leaves the function. */
    private boolean target(long label) throws ModuleCheck.RefusedException {
        if (label >= depth) {
            throw refused("a branch leads out of its function");
        }
        int frame = depth - 1 - (int) label;
        targeted[frame] = true;
        reach[depth - 1] = Math.min(reach[depth - 1], frame);
        return kinds[frame] == FUNCTION;
    }

    private void blockType() throws ModuleCheck.RefusedException {
        int x = b[Math.min(at, b.length - 1)] & 0xFF;
        switch (x) {
            case 0x40, 0x7F, 0x7E, 0x7D, 0x7C, 0x70, 0x6F -> u8();
            default -> {
                // a type's index, an s33 that is never negative
                if (x > 0x40 && x < 0x80 || u32() >= types) {
                    throw refused("a block has an unknown type");
                }
            }
        }
    }

    private static String hex(int op) {
        return "0x" + Integer.toHexString(op);
    }
}
