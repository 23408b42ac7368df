package org.zennet.virtualization.wasm.internal.child;

import com.dylibso.chicory.runtime.Memory;

/** Where the paths of a run lead, and what is done by name. A path begins at a descriptor and never leads above the root. */
final class Paths {
    /** Where a path leads: a directory and a name in it, or the directory itself where the name is empty. */
    record Place(FileTree.Directory in, String name, boolean mustBeDirectory) {
        FileTree.Node node() {
            return name.isEmpty() ? in : in.get(name);
        }
    }

    private final FileTree tree;
    private final Descriptors descriptors;

    Paths(FileTree tree, Descriptors descriptors) {
        this.tree = tree;
        this.descriptors = descriptors;
    }

    /** Follows a path from a descriptor. It may go up, but never above the root. */
    Place place(Memory m, long fd, long at, long length) throws Errno.Failure {
        FileTree.Directory in = descriptors.folder(fd);
        long n = length & 0xFFFF_FFFFL;
        if (n > FileTree.MAX_PATH) {
            throw new Errno.Failure(Errno.NAMETOOLONG);
        }
        byte[] path = m.readBytes((int) at, (int) n);
        String[] parts = FileTree.parts(path);
        String last = "";
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            if (!last.isEmpty()) {
                in = below(in, last);
                last = "";
            }
            if (part.equals("..")) {
                if (in == tree.root()) {
                    throw new Errno.Failure(Errno.NOTCAPABLE);
                }
                in = in.parent();
            } else if (!part.isEmpty() && !part.equals(".")) {
                last = part;
            }
        }
        return new Place(in, last, path[path.length - 1] == '/');
    }

    private static FileTree.Directory below(FileTree.Directory in, String name) throws Errno.Failure {
        return switch (in.get(name)) {
            case FileTree.Directory d -> d;
            case FileTree.Plain _ -> throw new Errno.Failure(Errno.NOTDIR);
            case null -> throw new Errno.Failure(Errno.NOENT);
        };
    }

    /** What lies at a place. */
    static FileTree.Node there(Place place) throws Errno.Failure {
        FileTree.Node node = place.node();
        if (node == null) {
            throw new Errno.Failure(Errno.NOENT);
        }
        if (place.mustBeDirectory() && node instanceof FileTree.Plain) {
            throw new Errno.Failure(Errno.NOTDIR);
        }
        return node;
    }

    /** A name that something may get: one that an archive of outputs can hold. */
    static void fit(Place place) throws Errno.Failure {
        if (place.name().chars().anyMatch(c -> c < ' ' || c == 127)) {
            throw new Errno.Failure(Errno.ILSEQ);
        }
    }

    /** Makes a directory. */
    int makeDirectory(Place place) throws Errno.Failure {
        if (place.node() != null) {
            return Errno.EXIST;
        }
        fit(place);
        tree.createDirectory(place.in(), place.name());
        return Errno.SUCCESS;
    }

    /** Removes an empty directory. */
    int removeDirectory(Place place) throws Errno.Failure {
        if (there(place) instanceof FileTree.Plain) {
            return Errno.NOTDIR;
        }
        if (place.name().isEmpty()) {
            return Errno.INVAL;
        }
        tree.remove(place.in(), place.name());
        return Errno.SUCCESS;
    }

    /** Removes a file's name. */
    int unlink(Place place) throws Errno.Failure {
        if (there(place) instanceof FileTree.Directory) {
            return Errno.ISDIR;
        }
        tree.remove(place.in(), place.name());
        return Errno.SUCCESS;
    }

    /** Gives something another place. */
    int rename(Place from, Place to) throws Errno.Failure {
        FileTree.Node node = there(from);
        if (from.name().isEmpty() || to.name().isEmpty()) {
            return Errno.INVAL;
        }
        if (to.mustBeDirectory() && node instanceof FileTree.Plain) {
            return Errno.NOTDIR;
        }
        fit(to);
        tree.rename(from.in(), from.name(), to.in(), to.name());
        return Errno.SUCCESS;
    }
}
