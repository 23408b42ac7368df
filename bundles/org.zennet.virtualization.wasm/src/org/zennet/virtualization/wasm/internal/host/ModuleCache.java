package org.zennet.virtualization.wasm.internal.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.zennet.virtualization.keeper.Disk;

/**
 * Compiled modules, kept for other leases of the same keeper: each under a name that says which module, made by what. They
 * lie where only the keeper may enter, with their SHA-256 before them; what does not match is removed. When all together
 * grow above a budget, those that were not used for longest go. Thread-safe.
 *
 * <p>What is kept of a module was made by a child that had seen nothing but that module. So whatever a hostile module could
 * make of its own compilation comes back to that module only.
 */
final class ModuleCache {
    /** The most bytes of one compiled module. */
    static final int LARGEST = 32 << 20;
    private static final int HASH = 32;

    private final Path directory;
    private final long budget;

    /** In a directory, which is made; {@code budget} is in bytes. */
    ModuleCache(Path directory, long budget) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.budget = budget;
    }

    /** The name of what a maker makes of a module. */
    static String name(byte[] module, String maker) {
        MessageDigest digest = sha256();
        digest.update(sha256().digest(module));
        digest.update(maker.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest());
    }

    /** What is kept under a name. */
    synchronized Optional<byte[]> get(String name) {
        Path file = directory.resolve(name);
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            byte[] all = Files.size(file) > HASH + LARGEST ? new byte[0] : Files.readAllBytes(file);
            byte[] compiled = all.length < HASH ? all : Arrays.copyOfRange(all, HASH, all.length);
            if (all.length <= HASH || !MessageDigest.isEqual(sha256().digest(compiled), Arrays.copyOf(all, HASH))) {
                System.err.println("a compiled module was damaged and is made anew: " + name);
                Files.deleteIfExists(file);
                return Optional.empty();
            }
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            return Optional.of(compiled);
        } catch (IOException e) {
            System.err.println("a compiled module can't be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Keeps a compiled module. */
    synchronized void put(String name, byte[] compiled) {
        if (compiled.length == 0 || compiled.length > LARGEST || compiled.length > budget) {
            return;
        }
        try {
            byte[] all = Arrays.copyOf(sha256().digest(compiled), HASH + compiled.length);
            System.arraycopy(compiled, 0, all, HASH, compiled.length);
            Disk.replace(directory.resolve(name), all, false);
            shrink();
        } catch (IOException e) {
            System.err.println("a compiled module can't be kept: " + e.getMessage());
        }
    }

    private record Kept(Path file, long bytes, FileTime used) { }

    private void shrink() throws IOException {
        List<Kept> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path f : files.toList()) {
                all.add(new Kept(f, Files.size(f), Files.getLastModifiedTime(f)));
            }
        }
        long total = all.stream().mapToLong(Kept::bytes).sum();
        all.sort(Comparator.comparing(Kept::used));
        for (Kept k : all) {
            if (total <= budget) {
                return;
            }
            Files.deleteIfExists(k.file());
            total -= k.bytes();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }
}
