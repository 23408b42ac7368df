package org.zennet.virtualization.wasm.internal.child;

import java.nio.charset.StandardCharsets;

/**
 * Walks through a module's sections before anything else looks at it, and refuses what is malformed or outsized, so
 * that no parser or compiler allocates by what a stranger declares. It allocates nothing but short names.
 */
final class ModuleCheck extends ModuleReader {
    /** Functions, their own and imported. */
    static final int MAX_FUNCTIONS = 20_000;
    /** Bytes of one function's code. */
    static final int MAX_BODY = 256 << 10;
    /** Local variables of one function. */
    static final int MAX_LOCALS = 4096;
    /** Elements of all tables together. */
    static final int MAX_TABLE = 100_000;
    /** Entries of any other section. */
    static final int MAX_ENTRIES = 20_000;
    /** Targets of one jump table are bounded by {@link #MAX_BODY}; parameters of one type by this. */
    static final int MAX_PARAMETERS = 255;

    /** A module that is refused; one line that says why. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String why) {
            super(why, null, false, false);
        }
    }

    private final long maxPages;
    private int functions;
    private int bodies;
    private int memories;
    private long initialPages;
    private long declaredMax = -1;
    private long tableElements;

    private ModuleCheck(byte[] module, long maxPages) {
        super(module);
        this.maxPages = maxPages;
    }

    /** The memory that a module declares, in pages. {@code maximum} is -1 where it declares none. */
    record Shape(int initialPages, long maximum, boolean memory) { }

    /** Refuses a module, or tells the memory that it begins with. */
    static Shape check(byte[] module, long maxPages) throws RefusedException {
        ModuleCheck c = new ModuleCheck(module, maxPages);
        c.sections();
        return new Shape((int) c.initialPages, c.declaredMax, c.memories > 0);
    }

    private void sections() throws RefusedException {
        end = b.length;
        if (b.length < 8 || b[0] != 0 || b[1] != 'a' || b[2] != 's' || b[3] != 'm' || b[4] != 1 || b[5] != 0
                || b[6] != 0 || b[7] != 0) {
            throw new RefusedException("it is no WebAssembly module of version 1");
        }
        at = 8;
        int last = 0;
        while (at < b.length) {
            end = b.length;
            int id = u8();
            long size = u32();
            if (size > b.length - at) {
                throw new RefusedException("section " + id + " is cut short");
            }
            int next = at + (int) size;
            end = next;
            if (id != 0) {
                int order = id == 12 ? 95 : id * 10;
                if (order <= last) {
                    throw new RefusedException("section " + id + " stands out of order or twice");
                }
                last = order;
            }
            section(id);
            if (id != 0 && id != 6 && id != 9 && id != 11 && id != 1 && at != next) {
                throw new RefusedException("section " + id + " has bytes left over");
            }
            at = next;
        }
        if (bodies != functions) {
            throw new RefusedException(functions + " functions are declared and " + bodies + " have code");
        }
    }

    private void section(int id) throws RefusedException {
        switch (id) {
            case 0 -> { }
            case 1 -> types();
            case 2 -> imports();
            case 3 -> {
                functions = count("functions", MAX_FUNCTIONS);
                for (int i = 0; i < functions; i++) {
                    u32();
                }
            }
            case 4 -> {
                int n = count("tables", 16);
                for (int i = 0; i < n; i++) {
                    int type = u8();
                    if (type != 0x70 && type != 0x6F) {
                        throw new RefusedException("a table has an unknown type");
                    }
                    int flags = u8();
                    tableElements += u32();
                    if ((flags & 1) != 0) {
                        u32();
                    }
                    if (flags > 1 || tableElements > MAX_TABLE) {
                        throw new RefusedException("its tables have more than " + MAX_TABLE + " elements");
                    }
                }
            }
            case 5 -> memory();
            case 6, 9, 11 -> count("entries in section " + id, MAX_ENTRIES);
            case 7 -> {
                int n = count("exports", MAX_ENTRIES);
                for (int i = 0; i < n; i++) {
                    name();
                    u8();
                    u32();
                }
            }
            case 8, 12 -> u32();
            case 10 -> code();
            default -> throw new RefusedException("section " + id + " is not offered here");
        }
    }

    private void types() throws RefusedException {
        int n = count("types", MAX_ENTRIES);
        for (int i = 0; i < n; i++) {
            if (u8() != 0x60) {
                throw new RefusedException("it has types other than functions");
            }
            for (int k = 0; k < 2; k++) {
                int m = count("parameters or results of a function", MAX_PARAMETERS);
                skip(m);
            }
        }
    }

    private void imports() throws RefusedException {
        int n = count("imports", 1000);
        for (int i = 0; i < n; i++) {
            String module = name();
            String name = name();
            int kind = u8();
            if (kind != 0 || !module.equals(Wasi.MODULE)) {
                throw new RefusedException("it imports " + module + "." + name + "; only functions of " + Wasi.MODULE
                        + " are offered");
            }
            u32();
        }
    }

    private void memory() throws RefusedException {
        memories = count("memories", 1);
        for (int i = 0; i < memories; i++) {
            int flags = u8();
            if (flags > 1) {
                throw new RefusedException("shared and 64-bit memories are not offered");
            }
            initialPages = u32();
            declaredMax = flags == 1 ? u32() : -1;
            if (initialPages > maxPages) {
                throw new RefusedException("it wants " + initialPages + " pages of memory at start and the limit is "
                        + maxPages + " (64 KiB each)");
            }
            if (declaredMax >= 0 && declaredMax < initialPages || declaredMax > 65536) {
                throw new RefusedException("its memory's maximum is wrong");
            }
        }
    }

    private void code() throws RefusedException {
        bodies = count("function bodies", MAX_FUNCTIONS);
        for (int i = 0; i < bodies; i++) {
            long size = u32();
            if (size > MAX_BODY) {
                throw new RefusedException("function " + i + " has " + size + " bytes of code; the limit is "
                        + MAX_BODY);
            }
            if (size > end - at) {
                throw new RefusedException("function " + i + " is cut short");
            }
            int next = at + (int) size;
            int groups = count("groups of locals", MAX_LOCALS);
            long locals = 0;
            for (int k = 0; k < groups; k++) {
                locals += u32();
                u8();
                if (locals > MAX_LOCALS) {
                    throw new RefusedException("function " + i + " has more than " + MAX_LOCALS + " locals");
                }
            }
            if (at > next) {
                throw new RefusedException("function " + i + " is cut short");
            }
            at = next;
        }
    }

    private int count(String what, int limit) throws RefusedException {
        long n = u32();
        if (n > limit) {
            throw new RefusedException("it has " + n + " " + what + "; the limit is " + limit);
        }
        if (n > end - at) {
            throw new RefusedException("it has fewer bytes than " + what);
        }
        return (int) n;
    }

    private String name() throws RefusedException {
        int n = count("bytes in a name", 1000);
        String s = new String(b, at, n, StandardCharsets.UTF_8);
        at += n;
        return s;
    }
}
