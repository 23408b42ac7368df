package org.zennet.virtualization.wasm.internal.child;

import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.ValType;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * WASI preview 1 for one run: arguments, environment, stdin, stdout, stderr, files in memory ({@link WasiFiles}), and
 * nothing of the host. Everything that a program sees is a function of its input: the clock is a counter that advances
 * 1 µs per reading and by what is slept, and the random bytes are SHA-256 of the input and a counter. A sleep takes no
 * time. There are no sockets: those calls answer "bad descriptor".
 */
final class Wasi {
    /** The only module that imports may name. */
    static final String MODULE = "wasi_snapshot_preview1";

    private static final int MAX_VECTORS = 1024;
    private static final int CHUNK = 64 << 10;
    /** What the real-time clock shows at first: 2014-05-13T16:53:20Z. */
    private static final long EPOCH_NANOS = 1_400_000_000_000_000_000L;

    /** Every function of preview 1: i and l are i32 and i64 parameters; all return an i32 but proc_exit. */
    private static final Map<String, String> SIGNATURES = new HashMap<>();

    static {
        for (String s : ("args_get:ii args_sizes_get:ii environ_get:ii environ_sizes_get:ii clock_res_get:ii "
                + "clock_time_get:ili fd_advise:illi fd_allocate:ill fd_close:i fd_datasync:i fd_fdstat_get:ii "
                + "fd_fdstat_set_flags:ii fd_fdstat_set_rights:ill fd_filestat_get:ii fd_filestat_set_size:il "
                + "fd_filestat_set_times:illi fd_pread:iiili fd_prestat_get:ii fd_prestat_dir_name:iii "
                + "fd_pwrite:iiili fd_read:iiii fd_readdir:iiili fd_renumber:ii fd_seek:ilii fd_sync:i fd_tell:ii "
                + "fd_write:iiii path_create_directory:iii path_filestat_get:iiiii path_filestat_set_times:iiiilli "
                + "path_link:iiiiiii path_open:iiiiillii path_readlink:iiiiii path_remove_directory:iii "
                + "path_rename:iiiiii path_symlink:iiiii path_unlink_file:iii poll_oneoff:iiii proc_exit:i "
                + "proc_raise:i sched_yield: random_get:ii sock_accept:iii sock_recv:iiiiii sock_send:iiiii "
                + "sock_shutdown:ii").split(" ")) {
            int colon = s.indexOf(':');
            SIGNATURES.put(s.substring(0, colon), s.substring(colon + 1));
        }
    }

    /** Takes output. May throw {@link OutputLimitException}. */
    interface Sink {
        /** Some bytes of output. */
        void write(byte[] bytes);
    }

    /** The program called proc_exit. */
    static final class Exit extends RuntimeException {
        private static final long serialVersionUID = 1L;
        final int code;

        Exit(int code) {
            super(null, null, false, false);
            this.code = code;
        }
    }

    /** The program wrote more than it may. */
    static final class OutputLimitException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OutputLimitException() {
            super(null, null, false, false);
        }
    }

    private final List<byte[]> args;
    private final List<byte[]> environment;
    private final FileTree tree;
    private final WasiFiles files;
    private final MessageDigest sha;
    private final byte[] seed;
    private long nanos;
    private long drawn;
    private byte[] pool = new byte[0];
    private int poolAt;

    /** Without input and files, and with a little room for some. */
    Wasi(List<String> args, List<String> environment, Sink out, Sink err) throws IOException {
        this(args, environment, Input.of(new byte[0]), sha256().digest(), InputStream.nullInputStream(), 1 << 20, out, err);
    }

    /**
     * The arguments begin with the program's name.
     *
     * @param stdinHash the SHA-256 of all of stdin
     * @param archive what is there at first, as an archive; without any bytes for nothing
     * @param quota   the most bytes of files
     * @throws IOException with one line, when the archive is none or does not fit
     */
    Wasi(List<String> args, List<String> environment, Input stdin, byte[] stdinHash, InputStream archive, long quota,
            Sink out, Sink err) throws IOException {
        this.args = args.stream().map(Wasi::zeroEnded).toList();
        this.environment = environment.stream().map(Wasi::zeroEnded).toList();
        this.tree = new FileTree(quota, () -> EPOCH_NANOS + nanos);
        this.files = new WasiFiles(tree, () -> EPOCH_NANOS + nanos, stdin, out, err);
        this.sha = sha256();
        this.args.forEach(a -> feed(sha, a));
        sha.update((byte) 1);
        this.environment.forEach(e -> feed(sha, e));
        sha.update((byte) 2);
        feed(sha, stdinHash);
        PushbackInputStream begun = new PushbackInputStream(archive);
        int first = begun.read();
        if (first >= 0) {
            begun.unread(first);
            DigestInputStream digested = new DigestInputStream(begun, sha256());
            tree.add(digested);
            sha.update((byte) 3);
            feed(sha, digested.getMessageDigest().digest());
        }
        seed = sha.digest();
    }

    /** The files, as the program left them. */
    FileTree tree() {
        return tree;
    }

    /** Whether preview 1 has such a function with such a type. */
    static boolean offers(String name, FunctionType type) {
        String signature = SIGNATURES.get(name);
        return signature != null && type.equals(type(name, signature));
    }

    /** All functions, for an instance's imports. */
    HostFunction[] functions() {
        List<HostFunction> all = new ArrayList<>();
        SIGNATURES.forEach((name, signature) -> {
            boolean exits = name.equals("proc_exit");
            all.add(new HostFunction(MODULE, name, type(name, signature), (instance, a) -> {
                int result = call(name, instance, a);
                return exits ? new long[0] : new long[] {result};
            }));
        });
        return all.toArray(HostFunction[]::new);
    }

    private static FunctionType type(String name, String signature) {
        List<ValType> parameters = signature.chars().mapToObj(c -> c == 'i' ? ValType.I32 : ValType.I64).toList();
        return FunctionType.of(parameters, name.equals("proc_exit") ? List.of() : List.of(ValType.I32));
    }

    private int call(String name, Instance instance, long[] a) {
        Memory m = instance.memory();
        return switch (name) {
            case "args_get" -> strings(m, args, (int) a[0], (int) a[1]);
            case "args_sizes_get" -> sizes(m, args, (int) a[0], (int) a[1]);
            case "environ_get" -> strings(m, environment, (int) a[0], (int) a[1]);
            case "environ_sizes_get" -> sizes(m, environment, (int) a[0], (int) a[1]);
            case "clock_res_get" -> clockResolution(m, (int) a[0], (int) a[1]);
            case "clock_time_get" -> clockTime(m, (int) a[0], (int) a[2]);
            case "poll_oneoff" -> poll(m, (int) a[0], (int) a[1], (int) a[2], (int) a[3]);
            case "proc_exit" -> throw new Exit((int) a[0]);
            case "proc_raise" -> Errno.NOSYS;
            case "sched_yield" -> Errno.SUCCESS;
            case "random_get" -> random(m, (int) a[0], (int) a[1]);
            default -> {
                Integer result = files.call(name, m, a);
                yield result == null ? Errno.BADF : result;
            }
        };
    }

    private static int sizes(Memory m, List<byte[]> strings, int countAt, int bytesAt) {
        m.writeI32(countAt, strings.size());
        m.writeI32(bytesAt, strings.stream().mapToInt(s -> s.length).sum());
        return Errno.SUCCESS;
    }

    private static int strings(Memory m, List<byte[]> strings, int pointersAt, int bytesAt) {
        int pointer = pointersAt;
        int at = bytesAt;
        for (byte[] s : strings) {
            m.writeI32(pointer, at);
            m.write(at, s);
            pointer += 4;
            at += s.length;
        }
        return Errno.SUCCESS;
    }

    private static int clockResolution(Memory m, int clock, int at) {
        if (clock < 0 || clock > 3) {
            return Errno.INVAL;
        }
        m.writeLong(at, 1000);
        return Errno.SUCCESS;
    }

    private int clockTime(Memory m, int clock, int at) {
        if (clock < 0 || clock > 3) {
            return Errno.INVAL;
        }
        nanos += 1000;
        m.writeLong(at, clock == 0 ? EPOCH_NANOS + nanos : nanos);
        return Errno.SUCCESS;
    }

    private int random(Memory m, int at, int count) {
        long to = at & 0xFFFF_FFFFL;
        long left = count & 0xFFFF_FFFFL;
        while (left > 0) {
            if (poolAt == pool.length) {
                sha.update(seed);
                for (int shift = 56; shift >= 0; shift -= 8) {
                    sha.update((byte) (drawn >>> shift));
                }
                drawn++;
                pool = sha.digest();
                poolAt = 0;
                if (Thread.currentThread().isInterrupted()) {
                    throw new com.dylibso.chicory.runtime.ChicoryInterruptedException("interrupted");
                }
            }
            int n = (int) Math.min(left, pool.length - poolAt);
            m.write((int) to, pool, poolAt, n);
            poolAt += n;
            to += n;
            left -= n;
        }
        return Errno.SUCCESS;
    }

    private int poll(Memory m, int subscriptions, int events, int count, int countAt) {
        if (count <= 0 || count > MAX_VECTORS) {
            return Errno.INVAL;
        }
        long earliest = Long.MAX_VALUE;
        boolean ready = false;
        long[] due = new long[count];
        for (int i = 0; i < count; i++) {
            int s = subscriptions + 48 * i;
            int tag = m.read(s + 8);
            if (tag == 0) {
                int clock = m.readInt(s + 16);
                long time = m.readLong(s + 24);
                boolean absolute = (m.readShort(s + 40) & 1) != 0;
                if (clock < 0 || clock > 3) {
                    return Errno.INVAL;
                }
                long base = absolute ? clock == 0 ? -EPOCH_NANOS : 0 : nanos;
                due[i] = time < 0 ? Long.MAX_VALUE - 1 : saturated(base, time);
                earliest = Math.min(earliest, due[i]);
            } else if (tag == 1 || tag == 2) {
                due[i] = Long.MIN_VALUE;
                ready = true;
            } else {
                return Errno.INVAL;
            }
        }
        if (!ready && earliest > nanos) {
            nanos = earliest;
        }
        int n = 0;
        for (int i = 0; i < count; i++) {
            if (due[i] > nanos) {
                continue;
            }
            int s = subscriptions + 48 * i;
            int e = events + 32 * n++;
            int tag = m.read(s + 8);
            int fd = tag == 0 ? -1 : m.readInt(s + 16);
            boolean good = tag == 0 || files.ready(fd, tag == 1);
            m.writeLong(e, m.readLong(s));
            m.writeLong(e + 8, (good ? Errno.SUCCESS : Errno.BADF) | (long) tag << 16);
            m.writeLong(e + 16, good && tag == 1 ? files.available(fd) : good && tag == 2 ? CHUNK : 0);
            m.writeLong(e + 24, good && tag == 1 && files.available(fd) == 0 ? 1 : 0);
        }
        m.writeI32(countAt, n);
        return Errno.SUCCESS;
    }

    private static long saturated(long a, long b) {
        long sum = a + b;
        return ((a ^ sum) & (b ^ sum)) < 0 ? Long.MAX_VALUE - 1 : sum;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }

    private static byte[] zeroEnded(String s) {
        byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(utf8, utf8.length + 1);
    }

    private static void feed(MessageDigest digest, byte[] bytes) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            digest.update((byte) (bytes.length >>> shift));
        }
        digest.update(bytes);
    }
}
