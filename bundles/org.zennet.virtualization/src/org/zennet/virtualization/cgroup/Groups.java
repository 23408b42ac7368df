package org.zennet.virtualization.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds the control groups of a container, of whichever version the host has. */
public final class Groups {
    private static final List<String> NEEDED = List.of("cpuacct", "memory");

    private Groups() { }

    /** Whether the host has version 2 only. */
    public static boolean unified(Path root) {
        return Files.exists(root.resolve("cgroup.controllers"));
    }

    /** Opens the groups that a process is in: its own for memory, the one above, which outlives it, for what adds up. */
    public static GroupReader open(Path root, long pid) throws IOException {
        return open(root, Files.readString(Path.of("/proc/" + pid + "/cgroup")));
    }

    /** The same from the text of {@code /proc/PID/cgroup}. */
    static GroupReader open(Path root, String proc) throws IOException {
        GroupPaths paths = GroupPaths.parse(proc);
        if (unified(root)) {
            Path leaf = root.resolve(paths.unified().orElseThrow(() -> new IOException("no control group is told"))
                    .substring(1));
            return new UnifiedReader(above(leaf, root), leaf);
        }
        for (String controller : NEEDED) {
            if (!paths.byController().containsKey(controller)) {
                throw new IOException("no " + controller + " control group: mount it or boot with it");
            }
        }
        return new LegacyReader(c -> {
            Path mount = root.resolve(c);
            Path leaf = mount.resolve(paths.byController().getOrDefault(c, "/").substring(1));
            return new LegacyReader.Place(above(leaf, mount), leaf);
        });
    }

    private static Path above(Path leaf, Path mount) {
        Path parent = leaf.getParent();
        return parent == null || parent.equals(mount) || leaf.equals(mount) ? leaf : parent;
    }

    /**
     * Opens the groups of a name, which the caller made itself and which outlive the processes in them.
     *
     * @param name from the root of each tree, such as {@code /zennet/lease-1}
     */
    public static GroupReader at(Path root, String name) throws IOException {
        if (!name.startsWith("/") || name.contains("..")) {
            throw new IOException("not a control group's name: " + name);
        }
        String below = name.substring(1);
        if (unified(root)) {
            return new UnifiedReader(root.resolve(below), root.resolve(below));
        }
        return new LegacyReader(c -> new LegacyReader.Place(root.resolve(c).resolve(below), root.resolve(c).resolve(below)));
    }

    /** Removes the empty groups of a name that the engine made and leaves behind; best effort. */
    public static void remove(Path root, String name) {
        try (Stream<Path> mounts = Stream.concat(Stream.of(root), Files.list(root))) {
            for (Path m : mounts.filter(Files::isDirectory).toList()) {
                Path group = m.resolve(name.substring(1)).normalize();
                if (name.length() > 1 && group.startsWith(m) && Files.isDirectory(group)) {
                    Files.deleteIfExists(group);
                }
            }
        } catch (IOException e) {
            // an empty group costs nothing; who is not root can't remove it
        }
    }
}
