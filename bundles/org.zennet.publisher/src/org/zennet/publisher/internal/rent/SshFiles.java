package org.zennet.publisher.internal.rent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.zennet.services.Rejected;

/**
 * What OpenSSH and GNU parallel read: {@code ssh_config}, {@code known_hosts}, {@code hosts}, and a key for each machine in
 * {@code keys}. The directory and all in it are for the owner alone. Each file appears whole. For one thread.
 */
final class SshFiles {
    private static final String MARK = "# machines rented by zennet; written anew when they change\n";
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private final Path directory;

    /** One machine, as these files have it. */
    record Host(String name, int port, String hostKey, String keyFile) { }

    private SshFiles(Path directory) {
        this.directory = directory;
    }

    /** In a directory, which is made. One that holds something else is left alone. */
    static SshFiles in(Path directory) throws Rejected {
        try {
            Path d = directory.toAbsolutePath().normalize();
            if (d.toString().chars().anyMatch(c -> c < ' ' || c == '"' || c == '%' || c == '$')) {
                throw new Rejected("the directory's name '" + d + "' has characters that can't stand in ssh's configuration");
            }
            Path config = d.resolve("ssh_config");
            if (Files.exists(config) && !Files.readString(config).startsWith(MARK)) {
                throw new Rejected(config + " is not of an earlier rent: choose another directory");
            }
            if (!Files.exists(d)) {
                Files.createDirectories(d.getParent());
                Files.createDirectory(d, PosixFilePermissions.asFileAttribute(OWNER_DIRECTORY));
            }
            try {
                Files.createDirectory(d.resolve("keys"), PosixFilePermissions.asFileAttribute(OWNER_DIRECTORY));
            } catch (FileAlreadyExistsException e) {
                Files.setPosixFilePermissions(d.resolve("keys"), OWNER_DIRECTORY);
            }
            SshFiles files = new SshFiles(d);
            files.write(List.of(), List.of());
            return files;
        } catch (IOException e) {
            throw new Rejected(directory + " can't be written: " + e.getMessage(), e);
        }
    }

    Path directory() {
        return directory;
    }

    /** Writes all anew: these machines and no others. Keys without a machine go. */
    void write(Collection<Host> hosts, Collection<String> keys) throws IOException {
        StringBuilder config = new StringBuilder(MARK);
        StringBuilder known = new StringBuilder();
        StringBuilder list = new StringBuilder();
        for (Host h : hosts) {
            config.append("Host ").append(h.name()).append("\n  HostName 127.0.0.1\n  Port ").append(h.port()).append("\n  HostKeyAlias ")
                    .append(h.name()).append("\n  User zennet\n  IdentityFile \"").append(directory.resolve("keys").resolve(h.keyFile()))
                    .append("\"\n  IdentitiesOnly yes\n  PreferredAuthentications publickey\n  UserKnownHostsFile \"")
                    .append(directory.resolve("known_hosts")).append("\"\n  GlobalKnownHostsFile /dev/null\n  StrictHostKeyChecking yes\n")
                    .append("  UpdateHostKeys no\n  ForwardAgent no\n  ForwardX11 no\n");
            known.append(h.name()).append(' ').append(h.hostKey()).append('\n');
            list.append("1/ssh -F ").append(directory.resolve("ssh_config")).append(' ').append(h.name()).append('\n');
        }
        put("known_hosts", known.toString());
        put("ssh_config", config.toString());
        put("hosts", list.toString());
        Set<String> kept = new HashSet<>(keys);
        hosts.forEach(h -> kept.add(h.keyFile()));
        try (Stream<Path> all = Files.list(directory.resolve("keys"))) {
            for (Path p : all.filter(k -> !kept.contains(k.getFileName().toString())).toList()) {
                Files.deleteIfExists(p);
            }
        }
    }

    /** The command that has OpenSSH run a shell script on a machine, through another local port than its own, and without any terminal. */
    List<String> command(String name, int port, String script) {
        return List.of("ssh", "-F", directory.resolve("ssh_config").toString(), "-T", "-a", "-x", "-o", "Port=" + port, "-o", "BatchMode=yes", "-o",
                "LogLevel=ERROR", "-o", "ControlMaster=no", "-o", "ControlPath=none", "-o", "ConnectTimeout=30", name, script);
    }

    /** Writes a machine's key. */
    void key(String name, String content) throws IOException {
        write(directory.resolve("keys").resolve(name), content);
    }

    /** Nothing is rented any more: keys and files go, the directory too when it is empty. */
    void remove() throws IOException {
        write(List.of(), List.of());
        for (String name : List.of("hosts", "ssh_config", "known_hosts", "keys")) {
            Files.deleteIfExists(directory.resolve(name));
        }
        try (Stream<Path> rest = Files.list(directory)) {
            if (rest.findAny().isEmpty()) {
                Files.delete(directory);
            }
        }
    }

    private void put(String name, String content) throws IOException {
        Path part = directory.resolve("." + name);
        write(part, content);
        Files.move(part, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void write(Path file, String content) throws IOException {
        Files.deleteIfExists(file);
        try (var channel = Files.newByteChannel(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
            channel.write(java.nio.ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
