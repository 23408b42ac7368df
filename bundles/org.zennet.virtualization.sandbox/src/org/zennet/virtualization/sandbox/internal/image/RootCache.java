package org.zennet.virtualization.sandbox.internal.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.value.Hash;
import org.zennet.virtualization.image.ImageArchive;
import org.zennet.virtualization.image.InvalidImageException;
import org.zennet.virtualization.sandbox.internal.box.Plan;
import org.zennet.virtualization.seccomp.Processor;

/**
 * Unpacked images by their hash. An image is an archive as {@code docker save} or an OCI layout has it, or one program (an
 * ELF file or a script) that runs over the host's own /usr. What is kept was made whole and synced before it got its
 * name. The oldest that no container uses go when there are too many. Thread-safe; of the superuser alone.
 */
public final class RootCache {
    /** Where the one program lies. */
    static final String PROGRAM = "/program";
    private static final Logger LOG = LoggerFactory.getLogger(RootCache.class);
    private static final List<String> PLACES = List.of("proc", "dev", "tmp", "work", ".zennet");
    private static final List<String> USR_LINKS = List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32");
    private static final int HEAD = 512;

    private final Path directory;
    private volatile ImageArchive.Limits limits;
    private volatile int most;
    private final boolean hostUsr;
    private final Processor processor;

    /**
     * For a directory, which is made.
     *
     * @param most    how many images are kept
     * @param hostUsr whether programs may run over the host's /usr
     */
    public RootCache(Path directory, ImageArchive.Limits limits, int most, boolean hostUsr, Processor processor) throws IOException {
        this.directory = directory;
        this.limits = limits;
        this.most = most;
        this.hostUsr = hostUsr;
        this.processor = processor;
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        try (Stream<Path> list = Files.list(directory)) {
            for (Path left : list.filter(p -> p.getFileName().toString().startsWith("new-")).toList()) {
                RootTree.remove(left);
            }
        }
    }

    /** Other limits hold from now on; what is unpacked stays until there is too much of it. */
    public void limit(ImageArchive.Limits by, int images) {
        limits = by;
        most = images;
    }

    /**
     * The plan of an image, unpacked before or now.
     *
     * @throws IOException when the image can't be read, or is another one than its hash says
     */
    public Plan prepare(Path image, Hash hash) throws IOException {
        Path home = directory.resolve(name(hash));
        synchronized (this) {
            Optional<Plan> known = known(home);
            if (known.isPresent()) {
                return known.get();
            }
            Path made = Files.createTempDirectory(directory, "new-");
            try {
                Path root = Files.createDirectory(made.resolve("root"));
                Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
                Path final1 = home.resolve("root");
                Plan plan = isProgram(image) ? program(image, hash, root, final1) : archive(image, hash, root, final1);
                Files.write(made.resolve("plan"), plan.toBytes());
                sync(made);
                RootTree.remove(home);
                Files.move(made, home, StandardCopyOption.ATOMIC_MOVE);
                shrink(home);
                return plan;
            } catch (InvalidImageException e) {
                RootTree.remove(made);
                return Plan.refusal(org.zennet.virtualization.Texts.line(e.getMessage()));
            } catch (IOException e) {
                RootTree.remove(made);
                throw e;
            }
        }
    }

    private static String name(Hash hash) {
        String s = hash.toString();
        return s.substring(s.indexOf(':') + 1);
    }

    private Optional<Plan> known(Path home) throws IOException {
        Path file = home.resolve("plan");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            Plan plan = Plan.of(Files.readAllBytes(file));
            if (plan.hostUsr() && !hostUsr || !plan.rootPath().equals(home.resolve("root"))) {
                return Optional.empty();
            }
            Files.setLastModifiedTime(home, FileTime.from(Instant.now()));
            return Optional.of(plan);
        } catch (EncodingException e) {
            return Optional.empty();
        }
    }

    private static boolean isProgram(Path image) throws IOException {
        try (InputStream in = Files.newInputStream(image)) {
            byte[] head = in.readNBytes(4);
            return head.length >= 2 && head[0] == '#' && head[1] == '!'
                    || head.length == 4 && head[0] == 0x7F && head[1] == 'E' && head[2] == 'L' && head[3] == 'F';
        }
    }

    private Plan archive(Path image, Hash hash, Path root, Path final1) throws IOException, InvalidImageException {
        // the host keeps half of what is free, whatever the owner allows
        long room = Files.getFileStore(directory).getUsableSpace() / 2;
        ImageArchive archive = ImageArchive.read(image, hash, processor.image(), new ImageArchive.Limits(limits.archive(),
                Math.min(limits.unpacked(), room), limits.entries()));
        RootTree tree = new RootTree(root);
        for (int i = 0; i < archive.layers(); i++) {
            try (InputStream layer = archive.layer(i)) {
                tree.add(layer);
            }
        }
        for (String p : PLACES) {
            tree.place(p);
        }
        // those of a network are shown in their place
        tree.file("etc", "hosts");
        tree.file("etc", "resolv.conf");
        ImageArchive.Program p = archive.program();
        return Plan.of(final1, false, p.entrypoint(), p.command(), p.environment());
    }

    private Plan program(Path image, Hash hash, Path root, Path final1) throws IOException, InvalidImageException {
        if (!hostUsr) {
            throw new InvalidImageException("this host does not lend its /usr: bring an image archive");
        }
        RootTree tree = new RootTree(root);
        for (String p : PLACES) {
            tree.place(p);
        }
        tree.place("usr");
        tree.place("etc");
        for (String link : USR_LINKS) {
            Path there = Path.of("/", link);
            if (Files.isSymbolicLink(there)) {
                Files.createSymbolicLink(root.resolve(link), Files.readSymbolicLink(there));
            } else if (Files.isDirectory(there)) {
                throw new InvalidImageException("this host's /" + link + " is not in its /usr: bring an image archive");
            }
        }
        Path etc = root.resolve("etc");
        Files.createDirectory(etc.resolve("alternatives"));
        write(etc.resolve("ld.so.cache"), "");
        write(etc.resolve("passwd"), "root:x:0:0:root:/root:/bin/sh\nguest:x:65534:65534:guest:/work:/bin/sh\n");
        write(etc.resolve("group"), "root:x:0:\nguest:x:65534:\n");
        Files.createDirectories(etc.resolve("ssl/certs"));
        write(etc.resolve("hosts"), "127.0.0.1 localhost\n::1 localhost\n");
        write(etc.resolve("resolv.conf"), "");
        write(etc.resolve("nsswitch.conf"), "passwd: files\ngroup: files\nhosts: files dns\n");
        Path program = root.resolve(PROGRAM.substring(1));
        if (Files.size(image) > limits.archive()) {
            throw new InvalidImageException("the program has more than " + limits.archive() + " bytes");
        }
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        try (InputStream in = new DigestInputStream(Files.newInputStream(image), digest)) {
            Files.copy(in, program);
        }
        if (!Hash.of(digest.digest()).equals(hash)) {
            throw new IOException("the image is not the one that was asked for: its hash differs");
        }
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("r-xr-xr-x"));
        return Plan.of(final1, true, List.of(PROGRAM), List.of(), List.of());
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardCharsets.US_ASCII);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    /** What is named must be there after a loss of power, too. */
    private static void sync(Path tree) throws IOException {
        try {
            Process p = new ProcessBuilder("sync", "-f", tree.toString()).redirectErrorStream(true).start();
            p.getOutputStream().close();
            p.getInputStream().readNBytes(HEAD);
            if (!p.waitFor(50, TimeUnit.SECONDS) || p.exitValue() != 0) {
                p.destroyForcibly();
                throw new IOException("the unpacked image can't be synced to disk");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void shrink(Path newest) throws IOException {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> list = Files.list(directory)) {
            list.filter(p -> !p.equals(newest) && Files.isDirectory(p)).forEach(all::add);
        }
        all.sort(Comparator.comparing(RootCache::touched));
        for (Path p : all.subList(0, Math.max(0, all.size() + 1 - most))) {
            try (FileChannel channel = FileChannel.open(p.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.tryLock()) {
                if (lock != null) {
                    Files.deleteIfExists(p.resolve("plan"));
                    RootTree.remove(p);
                }
            } catch (OverlappingFileLockException e) {
                // in use
            } catch (IOException e) {
                LOG.warn("an unpacked image can't be removed: {}: {}", p, e.getMessage());
            }
        }
    }

    private static FileTime touched(Path p) {
        try {
            return Files.getLastModifiedTime(p);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    /** The hashes of the images that are kept. */
    public List<String> kept() throws IOException {
        try (Stream<Path> list = Files.list(directory)) {
            return list.filter(p -> Files.exists(p.resolve("plan"))).map(p -> p.getFileName().toString()).sorted().toList();
        }
    }
}
