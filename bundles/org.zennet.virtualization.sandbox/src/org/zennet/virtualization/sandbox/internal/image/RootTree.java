package org.zennet.virtualization.sandbox.internal.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.zennet.virtualization.image.InvalidImageException;
import org.zennet.virtualization.image.Names;
import org.zennet.virtualization.image.TarReader;

/**
 * A directory into which the layers of an image are unpacked, one over the other, as the OCI image specification describes
 * (layer.md: whiteouts, opaque directories). Nobody else writes there, so what is looked at stays what it is. Every part
 * of a name is looked up by this code, links included, and none leads out. Files belong to the superuser and nobody else
 * may write them; set-user-id, set-group-id and sticky bits and device nodes are not taken over.
 */
final class RootTree {
    private static final int MOST_LINKS = 40;
    private static final int DEEPEST = 256;
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";

    private final Path root;
    private final byte[] buffer = new byte[1 << 16];

    /** For an empty directory. */
    RootTree(Path root) {
        this.root = root;
    }

    /** Unpacks one layer over what is there. */
    void add(InputStream layer) throws IOException, InvalidImageException {
        Set<Path> mine = new HashSet<>();
        Map<Path, Long> directories = new HashMap<>();
        TarReader tar = new TarReader(layer);
        for (Optional<TarReader.Entry> next = tar.next(); next.isPresent(); next = tar.next()) {
            TarReader.Entry e = next.get();
            String name = Names.inside(e.name());
            try {
                add(tar, e, name, mine, directories);
            } catch (InvalidPathException x) {
                throw new InvalidImageException("a name that this host can't write: " + Names.shown(name));
            }
        }
        for (Map.Entry<Path, Long> d : directories.entrySet()) {
            if (Files.isDirectory(d.getKey(), LinkOption.NOFOLLOW_LINKS)) {
                time(d.getKey(), d.getValue());
            }
        }
    }

    private void add(TarReader tar, TarReader.Entry e, String name, Set<Path> mine, Map<Path, Long> directories)
            throws IOException, InvalidImageException {
        if (name.isEmpty()) {
            return;
        }
        int slash = name.lastIndexOf('/');
        Path parent = directory(slash < 0 ? "" : name.substring(0, slash));
        String last = name.substring(slash + 1);
        if (last.startsWith(WHITEOUT)) {
            whiteout(parent, last, mine);
        } else if (!last.isEmpty()) {
            Path at = parent.resolve(last);
            entry(tar, e, at);
            mine.add(at);
            if (e.type() == '5') {
                directories.put(at, e.modified());
            }
        }
    }

    private void whiteout(Path parent, String last, Set<Path> mine) throws IOException, InvalidImageException {
        if (last.equals(OPAQUE)) {
            List<Path> below;
            try (Stream<Path> list = Files.list(parent)) {
                below = list.filter(p -> mine.stream().noneMatch(m -> m.startsWith(p))).toList();
            }
            for (Path p : below) {
                remove(p);
            }
            return;
        }
        String hidden = last.substring(WHITEOUT.length());
        if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
            throw new InvalidImageException("a whiteout of nothing in a layer");
        }
        remove(parent.resolve(hidden));
    }

    private void entry(TarReader tar, TarReader.Entry e, Path at) throws IOException, InvalidImageException {
        boolean isDirectory = Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS);
        if (!(isDirectory && e.type() == '5')) {
            remove(at);
        }
        switch (e.type()) {
            case '5' -> {
                if (!isDirectory) {
                    Files.createDirectory(at);
                }
                permissions(at, e.mode());
            }
            case '0' -> {
                try (OutputStream out = Files.newOutputStream(at, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                    for (int n = tar.read(buffer, 0, buffer.length); n >= 0; n = tar.read(buffer, 0, buffer.length)) {
                        out.write(buffer, 0, n);
                    }
                }
                permissions(at, e.mode());
                time(at, e.modified());
            }
            case '1' -> {
                String target = Names.inside(e.link().startsWith("/") ? e.link().substring(1) : e.link());
                int slash = target.lastIndexOf('/');
                Path from = directory(slash < 0 ? "" : target.substring(0, slash)).resolve(target.substring(slash + 1));
                if (target.isEmpty() || !Files.exists(from, LinkOption.NOFOLLOW_LINKS)
                        || Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS)) {
                    throw new InvalidImageException("a hard link to what is not there: " + Names.shown(e.link()));
                }
                Files.createLink(at, from);
            }
            case '2' -> {
                if (e.link().isEmpty() || e.link().indexOf('\0') >= 0) {
                    throw new InvalidImageException("a link to nothing: " + Names.shown(e.name()));
                }
                Files.createSymbolicLink(at, Path.of(e.link()));
            }
            case '6' -> {
                // a pipe in a root that nobody writes has no use
            }
            default -> throw new InvalidImageException("the image holds a device: " + Names.shown(e.name()));
        }
    }

    /** The real directory of a name inside, made where it is not there; links lead where they lead inside. */
    private Path directory(String name) throws IOException, InvalidImageException {
        Deque<String> parts = new ArrayDeque<>();
        push(parts, name);
        Path at = root;
        int links = 0;
        int steps = 0;
        while (!parts.isEmpty()) {
            if (++steps > DEEPEST * MOST_LINKS || at.getNameCount() - root.getNameCount() > DEEPEST) {
                throw new InvalidImageException("a name of unusual depth: " + Names.shown(name));
            }
            String part = parts.pop();
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (part.equals("..")) {
                at = at.equals(root) ? root : at.getParent();
                continue;
            }
            Path next = at.resolve(part);
            if (Files.isSymbolicLink(next)) {
                if (++links > MOST_LINKS) {
                    throw new InvalidImageException("links that lead in circles: " + Names.shown(name));
                }
                String target = Files.readSymbolicLink(next).toString();
                if (target.startsWith("/")) {
                    at = root;
                }
                push(parts, target);
            } else if (Files.isDirectory(next, LinkOption.NOFOLLOW_LINKS)) {
                at = next;
            } else if (Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
                throw new InvalidImageException("a file lies where a directory is needed: " + Names.shown(name));
            } else {
                Files.createDirectory(next);
                permissions(next, 0755);
                at = next;
            }
        }
        return at;
    }

    private static void push(Deque<String> parts, String name) {
        String[] all = name.split("/");
        for (int i = all.length - 1; i >= 0; i--) {
            parts.push(all[i]);
        }
    }

    private static void permissions(Path at, int mode) throws IOException {
        Set<PosixFilePermission> set = EnumSet.of(PosixFilePermission.OWNER_READ);
        PosixFilePermission[] order = {PosixFilePermission.OTHERS_EXECUTE, PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_READ, PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_READ, PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.OWNER_WRITE};
        for (int i = 0; i < order.length; i++) {
            if ((mode & 1 << i) != 0) {
                set.add(order[i]);
            }
        }
        // guests only ever see it as others; nobody writes it
        set.remove(PosixFilePermission.OTHERS_WRITE);
        set.remove(PosixFilePermission.GROUP_WRITE);
        Files.setPosixFilePermissions(at, set);
    }

    private static void time(Path at, long seconds) throws IOException {
        FileTime t = FileTime.from(Math.clamp(seconds, 0, 1L << 33), TimeUnit.SECONDS);
        Files.getFileAttributeView(at, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS).setTimes(t, null, null);
    }

    /** An empty directory at the top of the root, whatever was there unless it was one. */
    void place(String name) throws IOException {
        Path at = root.resolve(name);
        if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
            remove(at);
            Files.createDirectory(at);
        }
        permissions(at, 0755);
    }

    /** A file in a directory at the top of the root: what is there, or an empty one in the place of what is none. */
    void file(String directory, String name) throws IOException {
        Path parent = root.resolve(directory);
        if (!Files.exists(parent, LinkOption.NOFOLLOW_LINKS)) {
            place(directory);
        }
        Path at = parent.resolve(name);
        if (Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(at, LinkOption.NOFOLLOW_LINKS)) {
            remove(at);
            Files.createFile(at);
            permissions(at, 0644);
        }
    }

    /** Removes a file or a tree, following nothing. */
    static void remove(Path at) throws IOException {
        if (Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
            List<Path> below;
            try (Stream<Path> list = Files.list(at)) {
                below = list.toList();
            }
            for (Path p : below) {
                remove(p);
            }
        }
        Files.deleteIfExists(at);
    }
}
