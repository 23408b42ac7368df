package org.zennet.virtualization.keeper;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.CodeSource;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The class path of keeper and children: copies of the jars that hold their classes, under a directory named by their
 * content. Copies, because a keeper outlives an update of the bundles, and because a child under its own user must be
 * able to read them whatever the permissions of the installation are.
 */
final class RuntimeFiles {
    private static final Path SHARED = Path.of("/run/zennet-runtime");
    private static final Duration UNUSED = Duration.ofMinutes(10);
    private RuntimeFiles() { }

    /**
     * The class path, made or found below a directory.
     *
     * @param first   a class whose loader sees the first of the others
     * @param classes names of one class of each jar, each after one whose bundle imports it
     */
    static String classPath(Path directory, Class<?> first, List<String> classes) throws IOException {
        Path base = directory.resolve("runtime");
        Files.createDirectories(base);
        if (System.getProperty("user.name").equals("root") && !othersMayEnter(base)) {
            base = SHARED;
            Files.createDirectories(base);
            if (!Files.getOwner(base).getName().equals("root")) {
                throw new IOException(base + " belongs to somebody else");
            }
        }
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<byte[]> jars = new ArrayList<>();
        for (Path p : locate(first, classes)) {
            jars.add(Files.isDirectory(p) ? pack(p) : Files.readAllBytes(p));
        }
        Path home = base.resolve(hash(jars));
        if (!Files.exists(home)) {
            Path temporary = Files.createTempDirectory(base, "new-");
            for (int i = 0; i < jars.size(); i++) {
                Path jar = temporary.resolve(String.format("%02d.jar", i));
                Files.write(jar, jars.get(i));
                Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("r--r--r--"));
            }
            Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
            try {
                Files.move(temporary, home, StandardCopyOption.ATOMIC_MOVE);
            } catch (FileAlreadyExistsException | DirectoryNotEmptyException | AtomicMoveNotSupportedException e) {
                remove(temporary);
            }
        }
        Files.setLastModifiedTime(home, FileTime.from(Instant.now()));
        purge(base, home);
        try (Stream<Path> list = Files.list(home)) {
            return String.join(File.pathSeparator, list.map(Path::toString).filter(n -> n.endsWith(".jar")).sorted()
                    .toList());
        }
    }

    private static Set<Path> locate(Class<?> first, List<String> classes) throws IOException {
        Set<Path> found = new LinkedHashSet<>();
        Set<ClassLoader> loaders = new LinkedHashSet<>(List.of(first.getClassLoader(), RuntimeFiles.class.getClassLoader()));
        for (String name : classes) {
            Class<?> c = find(name, loaders);
            loaders.add(c.getClassLoader());
            found.add(location(c));
        }
        return found;
    }

    /** In a framework each bundle sees only what it imports: asks the loaders of all that were found before. */
    private static Class<?> find(String name, Set<ClassLoader> loaders) throws IOException {
        for (ClassLoader loader : loaders) {
            try {
                return Class.forName(name, false, loader);
            } catch (ClassNotFoundException e) {
                // the next one
            }
        }
        throw new IOException("the installation lacks " + name);
    }

    private static Path location(Class<?> c) throws IOException {
        CodeSource source = c.getProtectionDomain().getCodeSource();
        URL url = source == null ? null : source.getLocation();
        if (url == null) {
            throw new IOException("can't tell where " + c.getName() + " was loaded from");
        }
        String text = url.toExternalForm();
        while (text.startsWith("reference:")) {
            text = text.substring("reference:".length());
        }
        Path path;
        try {
            path = Path.of(URI.create(text.replace(" ", "%20")));
        } catch (IllegalArgumentException e) {
            path = Path.of(url.getPath());
        }
        if (!Files.exists(path)) {
            throw new IOException("the jar of " + c.getName() + " is not at " + path);
        }
        if (Files.isDirectory(path) && Files.isDirectory(path.resolve("bin"))) {
            path = path.resolve("bin");
        }
        return path;
    }

    private static byte[] pack(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(directory)) {
            files = walk.filter(Files::isRegularFile).sorted().toList();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Path f : files) {
                ZipEntry entry = new ZipEntry(directory.relativize(f).toString().replace('\\', '/'));
                entry.setTimeLocal(java.time.LocalDateTime.of(2000, 1, 1, 0, 0));
                zip.putNextEntry(entry);
                Files.copy(f, zip);
            }
        }
        return bytes.toByteArray();
    }

    private static String hash(List<byte[]> jars) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] jar : jars) {
                digest.update(MessageDigest.getInstance("SHA-256").digest(jar));
            }
            digest.update(System.getProperty("java.home").getBytes(java.nio.charset.StandardCharsets.UTF_8));
            digest.update(System.getProperty("java.vm.version").getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(), 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean othersMayEnter(Path directory) throws IOException {
        for (Path p = directory.toRealPath(); p != null; p = p.getParent()) {
            if (!Files.getPosixFilePermissions(p).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                return false;
            }
        }
        return true;
    }

    /** Removes copies of other versions that no keeper holds. */
    private static void purge(Path base, Path used) throws IOException {
        List<Path> others;
        try (Stream<Path> list = Files.list(base)) {
            others = list.filter(p -> !p.equals(used)).toList();
        }
        for (Path other : others) {
            try {
                if (Files.getLastModifiedTime(other).toInstant().isAfter(Instant.now().minus(UNUSED))) {
                    continue;
                }
                try (FileChannel channel = FileChannel.open(other.resolve("lock"), StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE); FileLock lock = channel.tryLock()) {
                    if (lock != null) {
                        remove(other);
                    }
                }
            } catch (IOException | java.nio.channels.OverlappingFileLockException e) {
                // somebody else is at it
            }
        }
    }

    private static void remove(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(directory)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path p : all) {
            Files.deleteIfExists(p);
        }
    }
}
