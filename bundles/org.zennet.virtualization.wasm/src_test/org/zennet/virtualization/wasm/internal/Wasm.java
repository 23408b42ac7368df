package org.zennet.virtualization.wasm.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A tiny assembler for test modules. Functions are numbered after the imports, in the order of their making. */
public final class Wasm {
    public static final int I32 = 0x7F;
    public static final int I64 = 0x7E;
    public static final int F64 = 0x7C;
    public static final int VOID = 0x40;

    private final List<byte[]> types = new ArrayList<>();
    private final List<byte[]> imports = new ArrayList<>();
    private final List<Integer> functions = new ArrayList<>();
    private final List<byte[]> bodies = new ArrayList<>();
    private final List<byte[]> exports = new ArrayList<>();
    private final List<byte[]> data = new ArrayList<>();
    private final List<byte[]> globals = new ArrayList<>();
    private byte[] elements;
    private byte[] memory;
    private byte[] table;
    private int start = -1;

    /** Some code or bytes. */
    public static final class Code {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();

        public Code op(int... opcodes) {
            for (int o : opcodes) {
                out.write(o);
            }
            return this;
        }

        public Code u(long value) {
            out.writeBytes(leb(value));
            return this;
        }

        public Code i32(long value) {
            return op(0x41).s(value);
        }

        public Code i64(long value) {
            return op(0x42).s(value);
        }

        public Code s(long value) {
            long v = value;
            while (true) {
                int b = (int) (v & 0x7F);
                v >>= 7;
                if (v == 0 && (b & 0x40) == 0 || v == -1 && (b & 0x40) != 0) {
                    return op(b);
                }
                op(b | 0x80);
            }
        }

        public Code call(int function) {
            return op(0x10).u(function);
        }

        public Code bytes(byte[] bytes) {
            out.writeBytes(bytes);
            return this;
        }

        public byte[] toBytes() {
            return out.toByteArray();
        }
    }

    public static Code code() {
        return new Code();
    }

    public static byte[] leb(long value) {
        Code c = new Code();
        long v = value;
        do {
            c.op((int) (v & 0x7F) | (v > 0x7F ? 0x80 : 0));
            v >>>= 7;
        } while (v != 0);
        return c.toBytes();
    }

    private static byte[] name(String s) {
        byte[] b = s.getBytes(StandardCharsets.UTF_8);
        return code().u(b.length).bytes(b).toBytes();
    }

    public int type(int[] parameters, int... results) {
        types.add(code().op(0x60).u(parameters.length).op(parameters).u(results.length).op(results).toBytes());
        return types.size() - 1;
    }

    public int importFunction(String module, String name, int type) {
        imports.add(code().bytes(name(module)).bytes(name(name)).op(0).u(type).toBytes());
        return imports.size() - 1;
    }

    public int wasi(String name, int results, int... parameters) {
        return importFunction("wasi_snapshot_preview1", name, type(parameters, results == 0 ? new int[0]
                : new int[] {I32}));
    }

    /** Pairs of count and type declare the locals. */
    public int function(int type, Code body, long... locals) {
        Code c = code().u(locals.length / 2);
        for (int i = 0; i < locals.length; i += 2) {
            c.u(locals[i]).op((int) locals[i + 1]);
        }
        functions.add(type);
        bodies.add(c.bytes(body.toBytes()).op(0x0B).toBytes());
        return imports.size() + functions.size() - 1;
    }

    /** Exports the main function. */
    public int main(Code body, long... locals) {
        int f = function(type(new int[0]), body, locals);
        export("_start", 0, f);
        return f;
    }

    public Wasm export(String name, int kind, int index) {
        exports.add(code().bytes(name(name)).op(kind).u(index).toBytes());
        return this;
    }

    public Wasm memory(long minimum) {
        memory = code().op(0).u(minimum).toBytes();
        return this;
    }

    public Wasm table(long minimum) {
        table = code().op(0x70, 0).u(minimum).toBytes();
        return this;
    }

    /** A mutable global that begins with what the constant says. */
    public int global(int type, Code constant) {
        globals.add(code().op(type, 1).bytes(constant.toBytes()).op(0x0B).toBytes());
        return globals.size() - 1;
    }

    /** Fills the table from its start with functions. */
    public Wasm elements(int... functions) {
        Code c = code().op(0).i32(0).op(0x0B).u(functions.length);
        for (int f : functions) {
            c.u(f);
        }
        elements = c.toBytes();
        return this;
    }

    public Wasm data(int at, byte[] bytes) {
        data.add(code().op(0).i32(at).op(0x0B).u(bytes.length).bytes(bytes).toBytes());
        return this;
    }

    public Wasm start(int function) {
        start = function;
        return this;
    }

    public byte[] toBytes() {
        Code m = code().op(0, 'a', 's', 'm', 1, 0, 0, 0);
        section(m, 1, types);
        section(m, 2, imports);
        section(m, 3, functions.stream().map(Wasm::leb).toList());
        section(m, 4, table == null ? List.of() : List.of(table));
        section(m, 5, memory == null ? List.of() : List.of(memory));
        section(m, 6, globals);
        section(m, 7, exports);
        if (start >= 0) {
            byte[] s = leb(start);
            m.op(8).u(s.length).bytes(s);
        }
        section(m, 9, elements == null ? List.of() : List.of(elements));
        section(m, 10, bodies.stream().map(b -> code().u(b.length).bytes(b).toBytes()).toList());
        section(m, 11, data);
        return m.toBytes();
    }

    private static void section(Code m, int id, List<byte[]> entries) {
        if (!entries.isEmpty()) {
            Code c = code().u(entries.size());
            entries.forEach(c::bytes);
            m.op(id).u(c.toBytes().length).bytes(c.toBytes());
        }
    }

    // the modules of the tests

    /** Ends at once. */
    public static byte[] nothing() {
        Wasm w = new Wasm().memory(1);
        w.main(code().op(0x01));
        return w.toBytes();
    }

    /** Copies stdin to stdout, 1000 bytes at a time. */
    public static byte[] echo() {
        Wasm w = new Wasm().memory(1);
        int read = w.wasi("fd_read", 1, I32, I32, I32, I32);
        int write = w.wasi("fd_write", 1, I32, I32, I32, I32);
        w.main(code().op(0x03, VOID)
                .i32(0).i32(64).op(0x36, 2, 0).i32(4).i32(1000).op(0x36, 2, 0)
                .i32(0).i32(0).i32(1).i32(16).call(read).op(0x1A)
                .i32(4).i32(16).op(0x28, 2, 0).op(0x36, 2, 0)
                .i32(16).op(0x28, 2, 0, 0x04, VOID)
                .i32(1).i32(0).i32(1).i32(20).call(write).op(0x1A)
                .op(0x0C, 1, 0x0B).op(0x0B));
        return w.toBytes();
    }

    /** Burns a number of rounds of integer arithmetic and writes the eight bytes that come out. */
    public static byte[] burn(long rounds) {
        Wasm w = new Wasm().memory(1);
        int write = w.wasi("fd_write", 1, I32, I32, I32, I32);
        w.main(code().i64(rounds).op(0x21, 0).i64(88172645463325252L).op(0x21, 1)
                .op(0x03, VOID)
                .op(0x20, 1, 0x20, 1).i64(13).op(0x86, 0x85, 0x22, 1)
                .op(0x20, 1).i64(7).op(0x88, 0x85, 0x22, 1)
                .op(0x20, 1).i64(17).op(0x86, 0x85, 0x21, 1)
                .op(0x20, 0).i64(1).op(0x7D, 0x22, 0).op(0x50, 0x45, 0x0D, 0)
                .op(0x0B)
                .i32(32).op(0x20, 1).op(0x37, 3, 0)
                .i32(0).i32(32).op(0x36, 2, 0).i32(4).i32(8).op(0x36, 2, 0)
                .i32(1).i32(0).i32(1).i32(16).call(write).op(0x1A), 1, I64, 1, I64);
        return w.toBytes();
    }

    /** Never ends. */
    public static byte[] loop() {
        Wasm w = new Wasm().memory(1);
        w.main(code().op(0x03, VOID, 0x0C, 0, 0x0B));
        return w.toBytes();
    }

    /** Loops in its start function, before main. */
    public static byte[] loopAtStart() {
        Wasm w = new Wasm().memory(1);
        int f = w.function(w.type(new int[0]), code().op(0x03, VOID, 0x0C, 0, 0x0B));
        w.main(code().op(0x01));
        return w.start(f).toBytes();
    }

    /** Grows its memory page by page, touching each, until that is refused, then gives up. */
    public static byte[] grow() {
        Wasm w = new Wasm().memory(1);
        w.main(code().op(0x03, VOID).i32(1).op(0x40, 0, 0x22, 0).i32(-1).op(0x46, 0x04, VOID, 0x00, 0x0B)
                .op(0x20, 0).i32(16).op(0x74).i32(7).op(0x36, 2, 0)
                .op(0x0C, 0, 0x0B), 1, I32);
        return w.toBytes();
    }

    /** Recurses for ever. */
    public static byte[] recurse() {
        Wasm w = new Wasm().memory(1);
        int f = w.function(w.type(new int[] {I32}, I32), code().op(0x20, 0).i32(1).op(0x6A).call(0).op(0x20, 0, 0x6A));
        w.main(code().i32(0).call(f).op(0x1A));
        return w.toBytes();
    }

    /** Writes to a descriptor for ever. */
    public static byte[] flood(int fd) {
        Wasm w = new Wasm().memory(2);
        int write = w.wasi("fd_write", 1, I32, I32, I32, I32);
        w.main(code().i32(0).i32(64).op(0x36, 2, 0).i32(4).i32(65536).op(0x36, 2, 0)
                .op(0x03, VOID).i32(fd).i32(0).i32(1).i32(16).call(write).op(0x1A, 0x0C, 0, 0x0B));
        return w.toBytes();
    }

    /** Writes a number of pages of 64 KiB to stdout. */
    public static byte[] pages(int count) {
        Wasm w = new Wasm().memory(2);
        int write = w.wasi("fd_write", 1, I32, I32, I32, I32);
        w.main(code().i32(count).op(0x21, 0)
                .i32(0).i32(64).op(0x36, 2, 0).i32(4).i32(65536).op(0x36, 2, 0)
                .op(0x03, VOID).i32(1).i32(0).i32(1).i32(16).call(write).op(0x1A)
                .op(0x20, 0).i32(1).op(0x6B, 0x22, 0, 0x0D, 0, 0x0B), 1, I32);
        return w.toBytes();
    }

    /** Copies the file in/a, up to 60,000 bytes of it, to the new file out and to stdout. */
    public static byte[] copy() {
        Wasm w = new Wasm().memory(2).data(100, "in/aout".getBytes(StandardCharsets.UTF_8));
        int open = w.wasi("path_open", 1, I32, I32, I32, I32, I32, I64, I64, I32, I32);
        int read = w.wasi("fd_read", 1, I32, I32, I32, I32);
        int write = w.wasi("fd_write", 1, I32, I32, I32, I32);
        w.main(code()
                .i32(3).i32(0).i32(100).i32(4).i32(0).i64(2).i64(0).i32(0).i32(200).call(open).op(0x04, VOID, 0x00, 0x0B)
                .i32(3).i32(0).i32(104).i32(3).i32(9).i64(64).i64(0).i32(0).i32(204).call(open).op(0x04, VOID, 0x00, 0x0B)
                .i32(0).i32(1000).op(0x36, 2, 0).i32(4).i32(60_000).op(0x36, 2, 0)
                .i32(200).op(0x28, 2, 0).i32(0).i32(1).i32(4).call(read).op(0x04, VOID, 0x00, 0x0B)
                .i32(204).op(0x28, 2, 0).i32(0).i32(1).i32(16).call(write).op(0x04, VOID, 0x00, 0x0B)
                .i32(1).i32(0).i32(1).i32(16).call(write).op(0x1A));
        return w.toBytes();
    }

    /** Traps at once. */
    public static byte[] trap() {
        Wasm w = new Wasm().memory(1);
        w.main(code().op(0x00));
        return w.toBytes();
    }

    /** Calls proc_exit. */
    public static byte[] exit(int code) {
        Wasm w = new Wasm().memory(1);
        int exit = w.wasi("proc_exit", 0, I32);
        w.main(code().i32(code).call(exit));
        return w.toBytes();
    }

    /** Writes clock, random bytes, arguments and environment as it sees them, 512 bytes in all. */
    public static byte[] world() {
        Wasm w = new Wasm().memory(1);
        int clock = w.wasi("clock_time_get", 1, I32, I64, I32);
        int random = w.wasi("random_get", 1, I32, I32);
        int args = w.wasi("args_get", 1, I32, I32);
        int env = w.wasi("environ_get", 1, I32, I32);
        int write = w.wasi("fd_write", 1, I32, I32, I32, I32);
        w.main(code().i32(0).i64(1).i32(1024).call(clock).op(0x1A)
                .i32(1).i64(1).i32(1032).call(clock).op(0x1A)
                .i32(1040).i32(100).call(random).op(0x1A)
                .i32(2048).i32(1200).call(args).op(0x1A)
                .i32(2048).i32(1300).call(env).op(0x1A)
                .i32(0).i32(1024).op(0x36, 2, 0).i32(4).i32(512).op(0x36, 2, 0)
                .i32(1).i32(0).i32(1).i32(16).call(write).op(0x1A));
        return w.toBytes();
    }

    /** Sleeps for a number of seconds by poll_oneoff, as sleep(3) does. */
    public static byte[] sleep(long seconds) {
        Wasm w = new Wasm().memory(1);
        int poll = w.wasi("poll_oneoff", 1, I32, I32, I32, I32);
        w.main(code().i32(64 + 16).i32(1).op(0x36, 2, 0).i32(64 + 24).i64(seconds * 1_000_000_000L).op(0x37, 3, 0)
                .i32(64).i32(256).i32(1).i32(512).call(poll).op(0x04, VOID, 0x00, 0x0B)
                .i32(512).op(0x28, 2, 0).i32(1).op(0x47, 0x04, VOID, 0x00, 0x0B));
        return w.toBytes();
    }
}
