package org.zennet.virtualization.wasm.internal.child;

import org.zennet.virtualization.wasm.internal.FuelTable;

/**
 * Writes a module anew so that it counts its own fuel: one more global, an i64, holds what is left; each function that
 * costs anything keeps it in a local of its own between calls. Every byte that is not code, its sizes or the section
 * of globals is copied as it is. docs/wasm.md defines what is counted; nothing here may change that but a new
 * {@link FuelTable#VERSION}.
 *
 * <p>A first pass over each function is enough: code between two boundaries is held back until its cost is known. No
 * recursion, no allocation by what a stranger declares: everything is bounded by the bytes that are there.
 */
final class FuelRewriter extends ModuleReader {
    /** The most bytes of a module that counts. */
    static final int MAX_OUTPUT = 24 << 20;

    private static final int I64 = 0x7E;

    /** The module that counts, and where: the index of its global. */
    record Result(byte[] module, int global) { }

    private final boolean exact;
    private int[] typeParameters = new int[0];
    private int[] functionTypes = new int[0];
    private int globals;

    private FuelRewriter(byte[] module, boolean exact) {
        super(module);
        this.exact = exact;
    }

    /**
     * Writes a module that {@link ModuleCheck} let pass.
     *
     * @param exact keeps what is left in the global at every moment, so that it can be read after a trap; slower, and
     *              the same count
     */
    static Result rewrite(byte[] module, boolean exact) throws ModuleCheck.RefusedException {
        FuelRewriter r = new FuelRewriter(module, exact);
        r.survey();
        ModuleBytes result = new ModuleBytes(Math.min(MAX_OUTPUT, module.length + module.length / 2 + 64));
        r.sections(result);
        return new Result(result.toArray(), r.globals);
    }

    // sections

    /** Reads types, imports, functions and globals, which code refers to. */
    private void survey() throws ModuleCheck.RefusedException {
        at = 8;
        while (at < b.length) {
            end = b.length;
            int id = u8();
            int next = size();
            end = next;
            switch (id) {
                case 1 -> {
                    typeParameters = new int[entries()];
                    for (int i = 0; i < typeParameters.length; i++) {
                        if (u8() != 0x60) {
                            throw refused("it has types other than functions");
                        }
                        typeParameters[i] = entries();
                        skip(typeParameters[i]);
                        skip(entries());
                    }
                }
                case 2 -> {
                    int imported = entries();
                    for (int i = 0; i < imported; i++) {
                        skip(entries());
                        skip(entries());
                        if (u8() != 0) {
                            throw refused("it imports something other than a function");
                        }
                        u32();
                    }
                }
                case 3 -> {
                    functionTypes = new int[entries()];
                    for (int i = 0; i < functionTypes.length; i++) {
                        long type = u32();
                        if (type >= typeParameters.length) {
                            throw refused("a function has an unknown type");
                        }
                        functionTypes[i] = (int) type;
                    }
                }
                case 6 -> globals = entries();
                default -> { }
            }
            at = next;
        }
    }

    private void sections(ModuleBytes result) throws ModuleCheck.RefusedException {
        result.copy(b, 0, 8);
        at = 8;
        boolean written = false;
        while (at < b.length) {
            end = b.length;
            int start = at;
            int id = u8();
            int next = size();
            end = next;
            if (!written && id >= 6) {
                int from = at;
                ModuleBytes section = new ModuleBytes(64);
                section.u32(globals + 1L);
                if (id == 6) {
                    entries();
                    from = at;
                    for (int i = 0; i < globals; i++) {
                        u8();
                        u8();
                        constant(i);
                    }
                    if (at != next) {
                        throw refused("section 6 has bytes left over");
                    }
                    section.copy(b, from, next);
                }
                section.add(I64, 1, 0x42, 0, 0x0B);
                result.add(6).u32(section.length()).copy(section);
                written = true;
                at = from;
            }
            switch (id) {
                case 6 -> { }
                case 7 -> {
                    exports();
                    result.copy(b, start, next);
                }
                case 9 -> {
                    elements();
                    result.copy(b, start, next);
                }
                case 11 -> {
                    data();
                    result.copy(b, start, next);
                }
                case 10 -> code(result);
                default -> result.copy(b, start, next);
            }
            at = next;
            if (result.length() > MAX_OUTPUT) {
                throw refused("it has more than " + MAX_OUTPUT + " bytes once it counts its fuel");
            }
        }
        if (!written) {
            result.add(6, 6, 1, I64, 1, 0x42, 0, 0x0B);
        }
    }

    private void exports() throws ModuleCheck.RefusedException {
        int n = entries();
        for (int i = 0; i < n; i++) {
            skip(entries());
            int kind = u8();
            long index = u32();
            if (kind == 3 && index >= globals) {
                throw refused("it exports global " + index + " and has " + globals);
            }
        }
    }

    private void elements() throws ModuleCheck.RefusedException {
        int n = entries();
        for (int i = 0; i < n; i++) {
            long flags = u32();
            if (flags > 7) {
                throw refused("an element segment has unknown flags");
            }
            boolean active = (flags & 1) == 0;
            if (active && (flags & 2) != 0) {
                u32();
            }
            if (active) {
                constant(globals);
            }
            if ((flags & 3) != 0) {
                u8();
            }
            int m = entries();
            for (int k = 0; k < m; k++) {
                if ((flags & 4) != 0) {
                    constant(globals);
                } else {
                    u32();
                }
            }
        }
        if (at != end) {
            throw refused("section 9 has bytes left over");
        }
    }

    private void data() throws ModuleCheck.RefusedException {
        int n = entries();
        for (int i = 0; i < n; i++) {
            long flags = u32();
            if (flags > 2) {
                throw refused("a data segment has unknown flags");
            }
            if (flags == 2) {
                u32();
            }
            if (flags != 1) {
                constant(globals);
            }
            skip(entries());
        }
        if (at != end) {
            throw refused("section 11 has bytes left over");
        }
    }

    /** Reads a constant expression, which may name globals below a bound. */
    private void constant(int bound) throws ModuleCheck.RefusedException {
        while (true) {
            int op = u8();
            switch (op) {
                case 0x0B -> {
                    return;
                }
                case 0x41 -> leb(5);
                case 0x42 -> leb(10);
                case 0x43 -> skip(4);
                case 0x44 -> skip(8);
                case 0x23 -> {
                    if (u32() >= bound) {
                        throw refused("a constant names a global that is not there");
                    }
                }
                case 0xD0 -> u8();
                case 0xD2 -> u32();
                case 0x6A, 0x6B, 0x6C, 0x7C, 0x7D, 0x7E -> { }
                default -> throw refused("a constant has the unknown instruction " + hex(op));
            }
        }
    }

    private void code(ModuleBytes result) throws ModuleCheck.RefusedException {
        int n = entries();
        if (n != functionTypes.length) {
            throw refused(functionTypes.length + " functions are declared and " + n + " have code");
        }
        ModuleBytes section = new ModuleBytes(end - at + (end - at) / 2 + 16);
        section.u32(n);
        FuelFunction functions = new FuelFunction(b, typeParameters.length, globals, exact);
        for (int i = 0; i < n; i++) {
            int next = size();
            functions.write(i, at, next, typeParameters[functionTypes[i]], section);
            at = next;
            if (section.length() > MAX_OUTPUT) {
                throw refused("it has more than " + MAX_OUTPUT + " bytes once it counts its fuel");
            }
        }
        if (at != end) {
            throw refused("section 10 has bytes left over");
        }
        result.add(10).u32(section.length()).copy(section);
    }

    private static String hex(int op) {
        return "0x" + Integer.toHexString(op);
    }
}
