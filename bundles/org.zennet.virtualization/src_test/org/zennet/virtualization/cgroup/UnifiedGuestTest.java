package org.zennet.virtualization.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.value.UsageVector;

/**
 * The readers of version 2 and the meter over them on a live kernel: a virtual machine of qemu with Debian's kernel and a file
 * system in memory that this test makes, of busybox, a Java runtime with the one module that is needed, and {@link GuestMain}.
 */
class UnifiedGuestTest {
    private static final Path QEMU = Path.of("/usr/bin/qemu-system-x86_64");
    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final List<String> MODULES = List.of("virtio_ring", "virtio", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_pci", "virtio_blk");
    private static final Pattern LINE = Pattern.compile("(?m)^GUEST (\\S+) (\\S+) (-?[0-9]+) (-?[0-9]+)\\s*$");
    /** Processor time that a shell and its tools take to come up, in microseconds, which is on the meter but in no child's usage. */
    private static final long START_MICROS = 100_000;

    @TempDir
    private Path directory;

    /** What the meter says and what is known besides. */
    private record Pair(long meter, long truth) {
        double error() {
            return truth == 0 ? meter : (meter - truth) / (double) truth;
        }
    }

    /** Where the kernel lies that releng/os-packages.sh unpacked. */
    private static Optional<Path> kernel() throws IOException {
        String place = System.getProperty("zennet.guest-kernel", "/var/cache/zennet/guest-kernel");
        if (!Files.isDirectory(Path.of(place, "boot"))) {
            return Optional.empty();
        }
        try (Stream<Path> all = Files.list(Path.of(place, "boot"))) {
            return all.filter(p -> p.getFileName().toString().startsWith("vmlinuz-")).max(Comparator.naturalOrder());
        }
    }

    @Test
    void aGuestWithControlGroupsOfVersionTwoIsMeteredWithinTwoPercent() throws Exception {
        assumeTrue("full".equals(System.getProperty("zennet.tier")), "SKIPPED: boots a virtual machine; runs with ./zennet test --full");
        Optional<Path> kernel = kernel();
        assumeTrue(Files.isExecutable(QEMU) && Files.isExecutable(BUSYBOX) && kernel.isPresent(),
                "SKIPPED: needs qemu-system-x86, busybox-static and a kernel (releng/os-packages.sh guest)");
        Path root = Files.createDirectories(directory.resolve("root"));
        fill(root, kernel.get());
        Path initrd = pack(root);
        Path disk = directory.resolve("disk");
        try (var f = Files.newByteChannel(disk, java.util.EnumSet.of(java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.WRITE))) {
            f.position((64L << 20) - 1).write(java.nio.ByteBuffer.allocate(1));
        }
        String said = boot(kernel.get(), initrd, disk);
        assertTrue(said.contains("GUEST done"), "the guest did not come to its end:\n" + said);
        Map<String, Pair> all = new LinkedHashMap<>();
        Matcher m = LINE.matcher(said);
        while (m.find()) {
            all.put(m.group(1) + " " + m.group(2), new Pair(Long.parseLong(m.group(3)), Long.parseLong(m.group(4))));
        }
        System.out.println("control groups of version 2: " + all);
        List<String> wrong = new ArrayList<>();
        for (String load : List.of("count", "hash")) {
            Pair cpu = all.get(load + " cpu");
            assertTrue(cpu.truth() > 1_000_000, "it ran long enough to be compared: " + all);
            within(wrong, load + " cpu", new Pair(Math.max(cpu.truth(), cpu.meter() - START_MICROS), cpu.truth()));
        }
        within(wrong, "hold memory", all.get("hold memory"));
        within(wrong, "files memory", all.get("files memory"));
        within(wrong, "write disk-written", all.get("write disk-written"));
        within(wrong, "read disk-read", all.get("read disk-read"));
        assertTrue(all.get("write disk-written").truth() == 600L << 16 && all.get("read disk-read").truth() == 500L << 16, all.toString());
        for (String load : List.of("count", "hash", "hold", "files", "write", "read")) {
            assertEquals(0, all.get(load + " pids").meter(), load);
            assertEquals(1, all.get(load + " stays").meter(), "after the group is gone the meter of " + load + " stays as it was");
        }
        assertEquals(0, all.get("count disk-read").meter() + all.get("count disk-written").meter());
        assertEquals(1, all.get("oom kills").meter());
        assertTrue(wrong.isEmpty(), wrong + "\n" + said);
    }

    private static void within(List<String> wrong, String what, Pair p) {
        if (p == null || p.truth() <= 0 || Math.abs(p.error()) > 0.02) {
            wrong.add(what + " " + p);
        }
    }

    // ---- the machine

    private String boot(Path kernel, Path initrd, Path disk) throws IOException, InterruptedException {
        Path console = directory.resolve("console");
        List<String> command = new ArrayList<>(List.of(QEMU.toString(), "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-m", "768", "-smp", "2",
                "-machine", "q35", "-cpu", "max", "-accel", "tcg", "-kernel", kernel.toString(), "-initrd", initrd.toString(),
                "-append", "console=ttyS0 quiet panic=-1 cgroup_no_v1=all mitigations=off", "-serial", "file:" + console,
                "-drive", "file=" + disk + ",format=raw,if=none,id=d", "-device", "virtio-blk-pci,drive=d"));
        Process p = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(directory.resolve("qemu.log").toFile()).start();
        try {
            boolean over = p.waitFor(8, TimeUnit.MINUTES);
            String said = (Files.exists(console) ? Files.readString(console, StandardCharsets.ISO_8859_1) : "") + Files.readString(directory.resolve("qemu.log"));
            assertTrue(over, "the guest did not end within 8 minutes:\n" + said);
            return said.replace("\r", "");
        } finally {
            p.destroyForcibly();
        }
    }

    /** Lays out what the guest needs. */
    private void fill(Path root, Path kernel) throws Exception {
        for (String d : List.of("bin", "proc", "sys", "dev", "tmp", "shm", "modules", "app", "lib64")) {
            Files.createDirectories(root.resolve(d));
        }
        copy(BUSYBOX, root.resolve("bin/busybox"));
        String version = kernel.getFileName().toString().substring("vmlinuz-".length());
        Path modules = kernel.getParent().getParent().resolve("lib/modules").resolve(version);
        for (String name : MODULES) {
            try (Stream<Path> files = Files.walk(modules)) {
                Path ko = files.filter(f -> f.getFileName().toString().equals(name + ".ko")).findFirst().orElseThrow(() -> new IOException("no module " + name));
                copy(ko, root.resolve("modules").resolve(name + ".ko"));
            }
        }
        Path java = Path.of(System.getProperty("java.home"));
        tool(java.resolve("bin/jlink").toString(), "--add-modules", "java.base", "--strip-debug", "--no-header-files", "--no-man-pages", "--compress", "zip-0",
                "--output", root.resolve("jre").toString());
        try (Stream<Path> files = Files.walk(root.resolve("jre"))) {
            libraries(root, files.filter(f -> f.getFileName().toString().matches("java|lib(jvm|java|nio|net|jimage|zip)\\.so")).toList());
        }
        Set<Path> places = new LinkedHashSet<>();
        for (Class<?> c : List.of(GuestMain.class, Groups.class, UsageVector.class)) {
            places.add(Path.of(c.getProtectionDomain().getCodeSource().getLocation().toURI()));
        }
        int number = 0;
        StringBuilder path = new StringBuilder();
        for (Path p : places) {
            Path to = root.resolve("app/" + number++ + (Files.isDirectory(p) ? "" : ".jar"));
            if (Files.isDirectory(p)) {
                for (String of : List.of("org/zennet/api", "org/zennet/virtualization/cgroup")) {
                    tree(p, p.resolve(of), to);
                }
            } else {
                copy(p, to);
            }
            path.append(path.isEmpty() ? "" : ":").append('/').append(root.relativize(to));
        }
        Files.writeString(root.resolve("init"), """
                #!/bin/busybox sh
                /bin/busybox mkdir -p /usr/bin /sbin
                /bin/busybox --install -s /bin
                export PATH=/bin
                mount -t proc proc /proc
                mount -t sysfs sys /sys
                mount -t devtmpfs dev /dev
                mount -t tmpfs shm /shm
                for m in %s; do insmod /modules/$m.ko; done
                mount -t cgroup2 none /sys/fs/cgroup
                /jre/bin/java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx96m -XX:-UsePerfData -cp %s %s </dev/null 2>&1
                poweroff -f
                """.formatted(String.join(" ", MODULES), path, GuestMain.class.getName()));
        tool("/bin/busybox", "chmod", "755", root.resolve("init").toString(), root.resolve("bin/busybox").toString());
    }

    /** The libraries of the system that programs need, where they expect them. */
    private static void libraries(Path root, List<Path> programs) throws Exception {
        Pattern file = Pattern.compile("(/\\S+) \\(0x");
        for (Path p : programs) {
            Matcher m = file.matcher(tool("ldd", p.toString()));
            while (m.find()) {
                Path lib = Path.of(m.group(1));
                if (!lib.startsWith(root)) {
                    Path to = root.resolve(lib.toString().substring(1));
                    Files.createDirectories(to.getParent());
                    copy(lib.toRealPath(), to);
                }
            }
        }
    }

    private static void tree(Path base, Path from, Path to) throws IOException {
        if (!Files.isDirectory(from)) {
            return;
        }
        try (Stream<Path> files = Files.walk(from)) {
            for (Path f : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(base.relativize(f).toString());
                Files.createDirectories(target.getParent());
                copy(f, target);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path pack(Path root) throws Exception {
        Path archive = directory.resolve("initrd");
        Process p = new ProcessBuilder("/bin/busybox", "sh", "-c", "busybox find . | busybox cpio -o -H newc").directory(root.toFile())
                .redirectOutput(archive.toFile()).redirectError(new File("/dev/null")).start();
        assertEquals(0, p.waitFor());
        return archive;
    }

    private static String tool(String... command) throws IOException, InterruptedException {
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, p.waitFor(), String.join(" ", command) + ": " + said);
        return said;
    }
}
