package org.zennet.virtualization.wasm.internal.child;

import static org.zennet.virtualization.wasm.internal.Wasm.F64;
import static org.zennet.virtualization.wasm.internal.Wasm.I32;
import static org.zennet.virtualization.wasm.internal.Wasm.I64;
import static org.zennet.virtualization.wasm.internal.Wasm.VOID;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.zennet.virtualization.wasm.internal.Wasm;

/**
 * A valid module made from a seed: control flow of every kind, calls direct and through a table, traps, loops that may
 * never end. No float's bits reach memory, since those of a NaN are not fixed.
 */
final class RandomModule {
    private static final int[] TYPES = {I32, I64, F64};

    private record Signature(int index, int[] parameters, int result) { }

    private final Random random;
    private final Wasm wasm = new Wasm().memory(1);
    private final List<Signature> signatures = new ArrayList<>();
    private final int[] globals = {I32, I64, F64};
    private int oneToOne;
    private int table;
    // of the function that is made
    private int self;
    private List<Integer> locals;
    /** What a branch to each open label takes with it, the innermost last. */
    private List<Integer> labels;
    private int result;
    private Wasm.Code code;
    private int budget;

    private RandomModule(long seed) {
        random = new Random(seed);
    }

    static byte[] of(long seed) {
        return new RandomModule(seed).make();
    }

    private byte[] make() {
        oneToOne = wasm.type(new int[] {I32}, I32);
        int functions = 2 + random.nextInt(6);
        for (int i = 0; i < functions; i++) {
            int[] parameters = random.ints(random.nextInt(4), 0, 3).map(t -> TYPES[t]).toArray();
            int back = random.nextInt(4) == 0 ? VOID : TYPES[random.nextInt(3)];
            if (i == functions - 1) {
                parameters = new int[0];
                back = VOID;
            }
            signatures.add(new Signature(back == VOID ? wasm.type(parameters) : wasm.type(parameters, back),
                    parameters, back));
        }
        wasm.global(I32, Wasm.code().i32(random.nextInt(100)));
        wasm.global(I64, Wasm.code().i64(random.nextInt(100)));
        wasm.global(F64, Wasm.code().op(0x44, 0, 0, 0, 0, 0, 0, 0, 0x40));
        table = 8;
        wasm.table(table);
        wasm.elements(random.ints(1 + random.nextInt(table), 0, functions).toArray());
        wasm.data(16, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        for (self = 0; self < functions; self++) {
            function();
        }
        wasm.export("_start", 0, functions - 1);
        wasm.export("memory", 2, 0);
        wasm.export("g0", 3, 0).export("g1", 3, 1);
        if (random.nextInt(8) == 0) {
            wasm.start(functions - 1);
        }
        return wasm.toBytes();
    }

    private void function() {
        Signature s = signatures.get(self);
        locals = new ArrayList<>();
        for (int p : s.parameters()) {
            locals.add(p);
        }
        List<Long> declared = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            int type = TYPES[random.nextInt(3)];
            int count = 1 + random.nextInt(2);
            declared.add((long) count);
            declared.add((long) type);
            for (int k = 0; k < count; k++) {
                locals.add(type);
            }
        }
        result = s.result();
        labels = new ArrayList<>(List.of(result));
        code = Wasm.code();
        budget = 20 + random.nextInt(120);
        statements(4);
        if (result != VOID) {
            value(result, 3);
        }
        wasm.function(s.index(), code, declared.stream().mapToLong(Long::longValue).toArray());
    }

    private void statements(int depth) {
        for (int i = 1 + random.nextInt(4); i > 0 && budget > 0; i--) {
            statement(depth);
        }
    }

    private void statement(int depth) {
        budget--;
        int kind = random.nextInt(depth > 0 ? 20 : 8);
        switch (kind) {
            case 0, 1 -> {
                int l = random.nextInt(locals.size());
                value(locals.get(l), 3);
                if (random.nextBoolean()) {
                    code.op(0x21).u(l);
                } else {
                    code.op(0x22).u(l).op(0x1A);
                }
            }
            case 2 -> {
                int g = random.nextInt(3);
                value(globals[g], 3);
                code.op(0x24).u(g);
            }
            case 3 -> {
                address();
                if (random.nextBoolean()) {
                    value(I32, 2);
                    code.op(random.nextBoolean() ? 0x36 : 0x3A, 0).u(random.nextInt(9));
                } else {
                    value(I64, 2);
                    code.op(0x37, 0).u(random.nextInt(9));
                }
            }
            case 4 -> {
                value(TYPES[random.nextInt(3)], 3);
                code.op(0x1A);
            }
            case 5 -> code.op(0x01);
            case 6 -> bulk();
            case 7 -> {
                if (random.nextInt(12) == 0) {
                    code.op(0x00);
                }
            }
            case 8, 9 -> {
                value(I32, 3);
                code.op(0x04, VOID);
                labels.add(VOID);
                statements(depth - 1);
                if (random.nextBoolean()) {
                    code.op(0x05);
                    statements(depth - 1);
                }
                labels.remove(labels.size() - 1);
                code.op(0x0B);
            }
            case 10, 11 -> {
                code.op(0x02, VOID);
                labels.add(VOID);
                statements(depth - 1);
                labels.remove(labels.size() - 1);
                code.op(0x0B);
            }
            case 12, 13, 14 -> {
                code.op(0x03, VOID);
                labels.add(VOID);
                statements(depth - 1);
                if (random.nextInt(3) > 0) {
                    value(I32, 2);
                    code.i32(3).op(0x71).op(0x0D, 0);
                }
                labels.remove(labels.size() - 1);
                code.op(0x0B);
            }
            case 15 -> {
                int label = label();
                int takes = labels.get(labels.size() - 1 - label);
                taken(takes);
                value(I32, 2);
                code.op(0x0D).u(label);
                if (takes != VOID) {
                    code.op(0x1A);
                }
            }
            case 16 -> {
                if (random.nextInt(3) == 0) {
                    int label = label();
                    taken(labels.get(labels.size() - 1 - label));
                    code.op(0x0C).u(label);
                }
            }
            case 17 -> table();
            case 18 -> {
                if (random.nextInt(3) == 0) {
                    taken(result);
                    code.op(0x0F);
                }
            }
            default -> call(random.nextBoolean());
        }
    }

    /** A jump table whose labels take the same. */
    private void table() {
        int wanted = labels.get(labels.size() - 1 - label());
        List<Integer> same = new ArrayList<>();
        for (int l = 0; l < labels.size(); l++) {
            if (labels.get(labels.size() - 1 - l) == wanted) {
                same.add(l);
            }
        }
        taken(wanted);
        value(I32, 2);
        int n = random.nextInt(4);
        code.op(0x0E).u(n);
        for (int i = 0; i <= n; i++) {
            code.u(same.get(random.nextInt(same.size())));
        }
    }

    private int label() {
        return random.nextInt(labels.size());
    }

    private void taken(int type) {
        if (type != VOID) {
            value(type, 2);
        }
    }

    private void address() {
        value(I32, 2);
        if (random.nextInt(30) > 0) {
            code.i32(0x3FF).op(0x71);
        }
    }

    /** Instructions that cost by an operand. */
    private void bulk() {
        switch (random.nextInt(4)) {
            case 0 -> {
                code.i32(random.nextInt(2)).op(0x40, 0, 0x1A);
            }
            case 1 -> {
                address();
                value(I32, 1);
                value(I32, 1);
                code.i32(0xFF).op(0x71).op(0xFC, 11, 0);
            }
            case 2 -> {
                address();
                address();
                value(I32, 1);
                code.i32(0x7F).op(0x71).op(0xFC, 10, 0, 0);
            }
            default -> code.op(0xD0, 0x70).i32(random.nextInt(3)).op(0xFC, 15, 0, 0x1A);
        }
    }

    /** A call of a function above this one, or through the table of any. */
    private void call(boolean direct) {
        if (direct && self > 0) {
            int f = random.nextInt(self);
            for (int p : signatures.get(f).parameters()) {
                value(p, 1);
            }
            code.call(f);
            if (signatures.get(f).result() != VOID) {
                code.op(0x1A);
            }
        } else if (!direct) {
            Signature s = signatures.get(random.nextInt(signatures.size()));
            for (int p : s.parameters()) {
                value(p, 1);
            }
            value(I32, 1);
            code.i32(7).op(0x71).op(0x11).u(s.index()).u(0);
            if (s.result() != VOID) {
                code.op(0x1A);
            }
        }
    }

    private void value(int type, int depth) {
        int kind = depth <= 0 || budget <= 0 ? random.nextInt(3) : random.nextInt(14);
        budget -= kind > 2 ? 1 : 0;
        switch (kind) {
            case 0 -> constant(type);
            case 1 -> {
                List<Integer> fitting = new ArrayList<>();
                for (int l = 0; l < locals.size(); l++) {
                    if (locals.get(l) == type) {
                        fitting.add(l);
                    }
                }
                if (fitting.isEmpty()) {
                    constant(type);
                } else {
                    code.op(0x20).u(fitting.get(random.nextInt(fitting.size())));
                }
            }
            case 2 -> code.op(0x23).u(type == I32 ? 0 : type == I64 ? 1 : 2);
            case 3 -> {
                value(type, depth - 1);
                value(type, depth - 1);
                value(I32, depth - 1);
                code.op(0x1B);
            }
            case 4 -> {
                value(I32, depth - 1);
                code.op(0x04, type);
                labels.add(type);
                value(type, depth - 1);
                code.op(0x05);
                if (random.nextInt(4) == 0) {
                    statements(1);
                }
                value(type, depth - 1);
                labels.remove(labels.size() - 1);
                code.op(0x0B);
            }
            case 5 -> {
                code.op(0x02, type);
                labels.add(type);
                statements(1);
                value(type, depth - 1);
                if (random.nextBoolean()) {
                    value(I32, 1);
                    code.op(0x0D, 0);
                }
                labels.remove(labels.size() - 1);
                code.op(0x0B);
            }
            case 6 -> {
                int f = self == 0 ? -1 : random.nextInt(self);
                if (f >= 0 && signatures.get(f).result() == type) {
                    for (int p : signatures.get(f).parameters()) {
                        value(p, depth - 1);
                    }
                    code.call(f);
                } else {
                    constant(type);
                }
            }
            default -> arithmetic(type, depth);
        }
    }

    private void constant(int type) {
        if (type == I32) {
            code.i32(random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(5));
        } else if (type == I64) {
            code.i64(random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(5));
        } else {
            code.op(0x44, 0, 0, 0, 0, 0, 0, random.nextInt(256), 0x3F + random.nextInt(2));
        }
    }

    private void arithmetic(int type, int depth) {
        int kind = random.nextInt(6);
        if (type == I32) {
            switch (kind) {
                case 0 -> {
                    value(I64, depth - 1);
                    code.op(0xA7);
                }
                case 1 -> {
                    value(F64, depth - 1);
                    code.op(0xFC, 2);
                }
                case 2 -> {
                    address();
                    code.op(0x28, 0).u(random.nextInt(9));
                }
                case 3 -> {
                    value(I32, depth - 1);
                    code.op(0x02, oneToOne, 0x45, 0x0B);
                }
                case 4 -> {
                    value(F64, depth - 1);
                    value(F64, depth - 1);
                    code.op(0x61 + random.nextInt(6));
                }
                default -> {
                    value(I32, depth - 1);
                    value(I32, depth - 1);
                    code.op(0x6A + random.nextInt(15));
                }
            }
        } else if (type == I64) {
            switch (kind) {
                case 0 -> {
                    value(I32, depth - 1);
                    code.op(0xAC + random.nextInt(2));
                }
                case 1 -> {
                    address();
                    code.op(0x29, 0).u(random.nextInt(9));
                }
                default -> {
                    value(I64, depth - 1);
                    value(I64, depth - 1);
                    code.op(0x7C + random.nextInt(15));
                }
            }
        } else if (kind == 0) {
            value(I32, depth - 1);
            code.op(0xB7);
        } else {
            value(F64, depth - 1);
            value(F64, depth - 1);
            code.op(0xA0 + random.nextInt(4));
        }
    }
}
