package org.zennet.virtualization.wasm.internal.child;

import com.dylibso.chicory.runtime.Memory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.LongSupplier;
import org.zennet.virtualization.wasm.internal.child.Descriptors.Folder;
import org.zennet.virtualization.wasm.internal.child.Descriptors.Open;
import org.zennet.virtualization.wasm.internal.child.Descriptors.Opened;
import org.zennet.virtualization.wasm.internal.child.Descriptors.Stream;

/**
 * The calls of WASI preview 1 on streams and files, as they lie in a run's memory: over its {@link Descriptors}, of which 3
 * is the root of the task's files, preopened as "/", and its {@link Paths}. There are no links, symbolic or hard, and no permissions: what a
 * descriptor may do is what it was opened for, reading or writing.
 */
final class WasiFiles {
    private static final int MAX_VECTORS = 1024;
    private static final int CHUNK = 64 << 10;

    private static final long RIGHT_READ = 1L << 1;
    private static final long RIGHT_WRITE = 1L << 6;
    /** All rights of preview 1. */
    private static final long RIGHTS = (1L << 30) - 1;
    private static final int TYPE_DIRECTORY = 3;
    private static final int TYPE_FILE = 4;
    private static final int CREATE = 1;
    private static final int DIRECTORY = 2;
    private static final int EXCLUSIVE = 4;
    private static final int TRUNCATE = 8;
    private static final int APPEND = 1;
    private static final byte[] ROOT_NAME = {'/'};

    private final FileTree tree;
    private final LongSupplier clock;
    private final Descriptors descriptors;
    private final Paths paths;
    private final Input stdin;
    private final Wasi.Sink out;
    private final Wasi.Sink err;
    private final byte[] buffer = new byte[CHUNK];

    /** Over a tree and the three streams; {@code clock} gives the task's time in nanoseconds. */
    WasiFiles(FileTree tree, LongSupplier clock, Input stdin, Wasi.Sink out, Wasi.Sink err) {
        this.tree = tree;
        this.clock = clock;
        this.stdin = stdin;
        this.out = out;
        this.err = err;
        this.descriptors = new Descriptors(tree);
        this.paths = new Paths(tree, descriptors);
    }

    /** Whether something would be read or written without waiting: everything, where it is open at all. */
    boolean ready(int fd, boolean toRead) {
        return switch (descriptors.find(fd)) {
            case null -> false;
            case Stream s -> (s.number() == 0) == toRead;
            case Folder _ -> false;
            case Opened o -> toRead ? o.reads : o.writes;
        };
    }

    /** How many bytes are there to be read. */
    long available(int fd) {
        return switch (descriptors.find(fd)) {
            case Stream s when s.number() == 0 -> stdin.left();
            case Opened o -> Math.max(0, o.file.size() - o.at);
            case null, default -> 0;
        };
    }

    /** A call by its name; null where it is none of these. */
    Integer call(String name, Memory m, long[] a) {
        try {
            return switch (name) {
                case "fd_close" -> descriptors.close((int) a[0]);
                case "fd_datasync", "fd_sync" -> descriptors.is((int) a[0]);
                case "fd_advise" -> descriptors.file(a[0]) == null ? Errno.BADF : Errno.SUCCESS;
                case "fd_allocate" -> allocate(descriptors.file(a[0]), a[1], a[2]);
                case "fd_fdstat_get" -> status(m, descriptors.get(a[0]), (int) a[1]);
                case "fd_fdstat_set_flags" -> setFlags(descriptors.get(a[0]), (int) a[1]);
                case "fd_fdstat_set_rights" -> descriptors.is((int) a[0]);
                case "fd_filestat_get" -> fileStatus(m, descriptors.get(a[0]), (int) a[1]);
                case "fd_filestat_set_size" -> setSize(descriptors.writable(a[0]), a[1]);
                case "fd_filestat_set_times" -> setTimes(Descriptors.node(descriptors.get(a[0])), a[1], a[2], (int) a[3]);
                case "fd_prestat_get" -> preopened(m, (int) a[0], (int) a[1]);
                case "fd_prestat_dir_name" -> preopenedName(m, (int) a[0], (int) a[1], (int) a[2]);
                case "fd_read" -> read(m, a, -1, (int) a[3]);
                case "fd_pread" -> read(m, a, a[3], (int) a[4]);
                case "fd_write" -> write(m, a, -1, (int) a[3]);
                case "fd_pwrite" -> write(m, a, a[3], (int) a[4]);
                case "fd_seek" -> seek(m, a[0], a[1], (int) a[2], (int) a[3]);
                case "fd_tell" -> seek(m, a[0], 0, 1, (int) a[1]);
                case "fd_readdir" -> list(m, descriptors.folder(a[0]), (int) a[1], a[2], a[3], (int) a[4]);
                case "fd_renumber" -> descriptors.renumber((int) a[0], (int) a[1]);
                case "path_create_directory" -> paths.makeDirectory(paths.place(m, a[0], a[1], a[2]));
                case "path_filestat_get" -> fileStatus(m, Paths.there(paths.place(m, a[0], a[2], a[3])), (int) a[4]);
                case "path_filestat_set_times" -> setTimes(Paths.there(paths.place(m, a[0], a[2], a[3])), a[4], a[5], (int) a[6]);
                case "path_open" -> open(m, a);
                case "path_readlink" -> {
                    Paths.there(paths.place(m, a[0], a[1], a[2]));
                    yield Errno.INVAL;
                }
                case "path_remove_directory" -> paths.removeDirectory(paths.place(m, a[0], a[1], a[2]));
                case "path_rename" -> paths.rename(paths.place(m, a[0], a[1], a[2]), paths.place(m, a[3], a[4], a[5]));
                case "path_link", "path_symlink" -> Errno.NOTSUP;
                case "path_unlink_file" -> paths.unlink(paths.place(m, a[0], a[1], a[2]));
                default -> null;
            };
        } catch (Errno.Failure e) {
            return e.errno;
        }
    }

    // status

    private int status(Memory m, Open o, int at) {
        int type = switch (o) {
            case Stream _ -> 0;
            case Folder _ -> TYPE_DIRECTORY;
            case Opened _ -> TYPE_FILE;
        };
        long rights = switch (o) {
            case Stream s -> s.number() == 0 ? RIGHT_READ : RIGHT_WRITE;
            case Folder _ -> RIGHTS;
            case Opened x -> RIGHTS & ~(x.reads ? 0 : RIGHT_READ) & ~(x.writes ? 0 : RIGHT_WRITE);
        };
        m.writeLong(at, type | (o instanceof Opened x && x.appends ? (long) APPEND << 16 : 0));
        m.writeLong(at + 8, rights);
        m.writeLong(at + 16, o instanceof Folder ? RIGHTS : 0);
        return Errno.SUCCESS;
    }

    private static int setFlags(Open o, int flags) {
        if (o instanceof Opened x) {
            x.appends = (flags & APPEND) != 0;
        }
        return Errno.SUCCESS;
    }

    private int preopened(Memory m, int fd, int at) throws Errno.Failure {
        if (fd != Descriptors.ROOT || !(descriptors.get(fd) instanceof Folder)) {
            return Errno.BADF;
        }
        m.writeI32(at, 0);
        m.writeI32(at + 4, ROOT_NAME.length);
        return Errno.SUCCESS;
    }

    private int preopenedName(Memory m, int fd, int at, int length) throws Errno.Failure {
        if (fd != Descriptors.ROOT || !(descriptors.get(fd) instanceof Folder)) {
            return Errno.BADF;
        }
        if (length < ROOT_NAME.length) {
            return Errno.NAMETOOLONG;
        }
        m.write(at, ROOT_NAME);
        return Errno.SUCCESS;
    }

    private int fileStatus(Memory m, Open o, int at) throws Errno.Failure {
        if (o instanceof Stream) {
            for (int i = 0; i < 64; i += 8) {
                m.writeLong(at + i, 0);
            }
            return Errno.SUCCESS;
        }
        return fileStatus(m, Descriptors.node(o), at);
    }

    private static int fileStatus(Memory m, FileTree.Node node, int at) {
        m.writeLong(at, 1);
        m.writeLong(at + 8, node.inode);
        m.writeLong(at + 16, node instanceof FileTree.Directory ? TYPE_DIRECTORY : TYPE_FILE);
        m.writeLong(at + 24, 1);
        m.writeLong(at + 32, node instanceof FileTree.Plain f ? f.size() : 0);
        m.writeLong(at + 40, node.accessed);
        m.writeLong(at + 48, node.modified);
        m.writeLong(at + 56, node.modified);
        return Errno.SUCCESS;
    }

    private int setTimes(FileTree.Node node, long accessed, long modified, int flags) {
        if ((flags & 3) == 3 || (flags & 12) == 12) {
            return Errno.INVAL;
        }
        if ((flags & 3) != 0) {
            node.accessed = (flags & 1) != 0 ? accessed : clock.getAsLong();
        }
        if ((flags & 12) != 0) {
            node.modified = (flags & 4) != 0 ? modified : clock.getAsLong();
        }
        return Errno.SUCCESS;
    }

    private int setSize(FileTree.Plain file, long size) throws Errno.Failure {
        if (size < 0) {
            return Errno.INVAL;
        }
        tree.resize(file, size);
        return Errno.SUCCESS;
    }

    private int allocate(FileTree.Plain file, long from, long length) throws Errno.Failure {
        if (from < 0 || length <= 0 || from + length < 0) {
            return Errno.INVAL;
        }
        if (from + length > file.size()) {
            tree.resize(file, from + length);
        }
        return Errno.SUCCESS;
    }

    // reading and writing

    private int read(Memory m, long[] a, long from, int readAt) throws Errno.Failure {
        Open o = descriptors.get(a[0]);
        int vectors = (int) a[1];
        int count = (int) a[2];
        if (count < 0 || count > MAX_VECTORS) {
            return Errno.INVAL;
        }
        if (o instanceof Folder) {
            return Errno.ISDIR;
        }
        if (o instanceof Stream s && s.number() != 0 || o instanceof Opened x && !x.reads) {
            return Errno.BADF;
        }
        boolean placed = a.length > 4;
        if (placed && (o instanceof Stream || from < 0)) {
            return o instanceof Stream ? Errno.SPIPE : Errno.INVAL;
        }
        long total = 0;
        for (int i = 0; i < count; i++) {
            int at = m.readInt(vectors + 8 * i);
            long left = m.readInt(vectors + 8 * i + 4) & 0xFFFF_FFFFL;
            while (left > 0) {
                int n;
                if (o instanceof Opened x) {
                    n = x.file.read(placed ? from + total : x.at, buffer, 0, (int) Math.min(left, CHUNK));
                    m.write(at, buffer, 0, n);
                    x.at += placed ? 0 : n;
                } else {
                    n = stdin.read(buffer, (int) Math.min(left, CHUNK));
                    m.write(at, buffer, 0, n);
                }
                if (n == 0) {
                    break;
                }
                at += n;
                left -= n;
                total += n;
            }
        }
        m.writeI32(readAt, (int) total);
        return Errno.SUCCESS;
    }

    private int write(Memory m, long[] a, long to, int writtenAt) throws Errno.Failure {
        Open o = descriptors.get(a[0]);
        int vectors = (int) a[1];
        int count = (int) a[2];
        if (count < 0 || count > MAX_VECTORS) {
            return Errno.INVAL;
        }
        if (o instanceof Folder || o instanceof Stream s && s.number() == 0 || o instanceof Opened x && !x.writes) {
            return Errno.BADF;
        }
        boolean placed = a.length > 4;
        if (placed && (o instanceof Stream || to < 0)) {
            return o instanceof Stream ? Errno.SPIPE : Errno.INVAL;
        }
        if (o instanceof Opened x && x.appends && !placed) {
            x.at = x.file.size();
        }
        long total = 0;
        try {
            for (int i = 0; i < count; i++) {
                long at = m.readInt(vectors + 8 * i) & 0xFFFF_FFFFL;
                long left = m.readInt(vectors + 8 * i + 4) & 0xFFFF_FFFFL;
                if (total + left > Integer.MAX_VALUE) {
                    return Errno.INVAL;
                }
                while (left > 0) {
                    int n = (int) Math.min(left, CHUNK);
                    byte[] bytes = m.readBytes((int) at, n);
                    if (o instanceof Opened x) {
                        tree.write(x.file, placed ? to + total : x.at, bytes, n);
                        x.at += placed ? 0 : n;
                    } else {
                        (((Stream) o).number() == 1 ? out : err).write(bytes);
                    }
                    at += n;
                    left -= n;
                    total += n;
                }
            }
        } catch (Errno.Failure e) {
            if (total == 0) {
                throw e;
            }
        }
        m.writeI32(writtenAt, (int) total);
        return Errno.SUCCESS;
    }

    private int seek(Memory m, long fd, long offset, int whence, int at) throws Errno.Failure {
        descriptors.file(fd);
        Opened o = (Opened) descriptors.get(fd);
        long base = switch (whence) {
            case 0 -> 0;
            case 1 -> o.at;
            case 2 -> o.file.size();
            default -> throw new Errno.Failure(Errno.INVAL);
        };
        long place = base + offset;
        if (place < 0 || offset > 0 && place < base) {
            return Errno.INVAL;
        }
        o.at = place;
        m.writeLong(at, place);
        return Errno.SUCCESS;
    }

    // directories

    /** Entries from a cookie on, cut where the buffer ends: 1 is ".", 2 is "..", others have their own number. */
    private static int list(Memory m, FileTree.Directory d, int at, long length, long cookie, int usedAt) {
        int size = (int) Math.min(length & 0xFFFF_FFFFL, CHUNK);
        byte[] all = new byte[size];
        int used = 0;
        long number = cookie;
        while (used < size) {
            long next = number + 1;
            String name;
            FileTree.Node node;
            if (number == 0) {
                name = ".";
                node = d;
            } else if (number == 1) {
                name = "..";
                node = d.parent();
            } else {
                Map.Entry<Long, FileTree.Entry> e = d.after(number);
                if (e == null) {
                    break;
                }
                next = e.getKey();
                name = e.getValue().name();
                node = e.getValue().node();
            }
            byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
            java.nio.ByteBuffer entry = java.nio.ByteBuffer.allocate(24 + utf8.length)
                    .order(java.nio.ByteOrder.LITTLE_ENDIAN).putLong(next).putLong(node.inode).putInt(utf8.length)
                    .putInt(node instanceof FileTree.Directory ? TYPE_DIRECTORY : TYPE_FILE).put(utf8);
            int n = Math.min(entry.capacity(), size - used);
            System.arraycopy(entry.array(), 0, all, used, n);
            used += n;
            number = next;
        }
        m.write(at, Arrays.copyOf(all, used));
        m.writeI32(usedAt, used);
        return Errno.SUCCESS;
    }

    private int open(Memory m, long[] a) throws Errno.Failure {
        Paths.Place place = paths.place(m, a[0], a[2], a[3]);
        int how = (int) a[4];
        long rights = a[5];
        int flags = (int) a[7];
        boolean writes = (rights & RIGHT_WRITE) != 0;
        FileTree.Node node = place.node();
        if (node == null && (how & CREATE) != 0) {
            if (place.mustBeDirectory() || (how & DIRECTORY) != 0) {
                return Errno.INVAL;
            }
            Paths.fit(place);
            if (descriptors.full()) {
                return Errno.MFILE;
            }
            node = tree.create(place.in(), place.name(), false);
        } else if ((how & CREATE) != 0 && (how & EXCLUSIVE) != 0) {
            return Errno.EXIST;
        }
        if (node == null) {
            return Errno.NOENT;
        }
        Open opened;
        if (node instanceof FileTree.Plain file) {
            if (place.mustBeDirectory() || (how & DIRECTORY) != 0) {
                return Errno.NOTDIR;
            }
            if ((how & TRUNCATE) != 0) {
                tree.resize(file, 0);
            }
            opened = new Opened(file, (rights & RIGHT_READ) != 0, writes, (flags & APPEND) != 0);
        } else {
            if ((how & TRUNCATE) != 0 || writes && (how & DIRECTORY) == 0) {
                return Errno.ISDIR;
            }
            opened = new Folder((FileTree.Directory) node);
        }
        int fd = descriptors.add(opened);
        m.writeI32((int) a[8], fd);
        return Errno.SUCCESS;
    }
}
