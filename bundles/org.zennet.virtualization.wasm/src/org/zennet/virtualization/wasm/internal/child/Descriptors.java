package org.zennet.virtualization.wasm.internal.child;

import java.util.TreeMap;

/** The descriptors of one run: 0 to 2 are the streams, 3 is the root of its files; what is opened gets the lowest that is free. */
final class Descriptors {
    private static final int MAX_OPEN = 1024;
    /** The root's. */
    static final int ROOT = 3;

    /** What a descriptor leads to. */
    sealed interface Open permits Stream, Folder, Opened { }

    /** stdin, stdout or stderr. */
    record Stream(int number) implements Open { }

    /** A directory. */
    record Folder(FileTree.Directory directory) implements Open { }

    /** A file, what may be done with it, and the place in it. */
    static final class Opened implements Open {
        final FileTree.Plain file;
        final boolean reads;
        final boolean writes;
        boolean appends;
        long at;

        Opened(FileTree.Plain file, boolean reads, boolean writes, boolean appends) {
            this.file = file;
            this.reads = reads;
            this.writes = writes;
            this.appends = appends;
        }
    }

    private final FileTree tree;
    private final TreeMap<Integer, Open> open = new TreeMap<>();

    /** The streams and the root of a tree. */
    Descriptors(FileTree tree) {
        this.tree = tree;
        for (int i = 0; i < ROOT; i++) {
            open.put(i, new Stream(i));
        }
        open.put(ROOT, new Folder(tree.root()));
    }

    /** What a descriptor leads to; null where it is not open. */
    Open find(int fd) {
        return open.get(fd);
    }

    /** Whether no further one can be opened. */
    boolean full() {
        return open.size() >= MAX_OPEN;
    }

    /** What an open descriptor leads to. */
    Open get(long fd) throws Errno.Failure {
        Open o = open.get((int) fd);
        if (o == null) {
            throw new Errno.Failure(Errno.BADF);
        }
        return o;
    }

    /** Succeeds where it is open. */
    int is(int fd) throws Errno.Failure {
        get(fd);
        return Errno.SUCCESS;
    }

    /** The file that a descriptor leads to. */
    FileTree.Plain file(long fd) throws Errno.Failure {
        return switch (get(fd)) {
            case Opened o -> o.file;
            case Folder _ -> throw new Errno.Failure(Errno.ISDIR);
            case Stream _ -> throw new Errno.Failure(Errno.SPIPE);
        };
    }

    /** The file that may be written through a descriptor. */
    FileTree.Plain writable(long fd) throws Errno.Failure {
        if (get(fd) instanceof Opened o && o.writes) {
            return o.file;
        }
        throw new Errno.Failure(get(fd) instanceof Opened ? Errno.BADF : Errno.INVAL);
    }

    /** The directory that a descriptor leads to. */
    FileTree.Directory folder(long fd) throws Errno.Failure {
        if (get(fd) instanceof Folder f) {
            return f.directory();
        }
        throw new Errno.Failure(Errno.NOTDIR);
    }

    /** What has a status. */
    static FileTree.Node node(Open o) throws Errno.Failure {
        return switch (o) {
            case Opened x -> x.file;
            case Folder f -> f.directory();
            case Stream _ -> throw new Errno.Failure(Errno.INVAL);
        };
    }

    /** Closes one. */
    int close(int fd) throws Errno.Failure {
        if (get(fd) instanceof Opened o) {
            tree.closed(o.file);
        }
        open.remove(fd);
        return Errno.SUCCESS;
    }

    /** Moves one to the place of another, which is closed. */
    int renumber(int from, int to) throws Errno.Failure {
        Open moved = get(from);
        get(to);
        if (from != to) {
            close(to);
            open.remove(from);
            open.put(to, moved);
        }
        return Errno.SUCCESS;
    }

    /** Opens something and gives its descriptor. */
    int add(Open o) throws Errno.Failure {
        if (full()) {
            throw new Errno.Failure(Errno.MFILE);
        }
        int fd = 0;
        while (open.containsKey(fd)) {
            fd++;
        }
        open.put(fd, o);
        if (o instanceof Opened opened) {
            tree.opened(opened.file);
        }
        return fd;
    }
}
