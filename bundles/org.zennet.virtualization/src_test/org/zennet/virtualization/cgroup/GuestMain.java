package org.zennet.virtualization.cgroup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;

/**
 * Runs inside a virtual machine whose control groups are of version 2, as its only service: starts loads in groups of their
 * own, meters them as a keeper does, and prints a line for each counter with what else is known of the same run.
 */
final class GuestMain {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final long SAMPLE_MILLIS = 20;
    private static final int BLOCK = 65_536;
    private static final Pattern TIMES = Pattern.compile("(?m)^ZTIME ([0-9.]+) ([0-9.]+)$");
    private static final Pattern BYTES = Pattern.compile("(?m)^([0-9]+)\\+0 records out");

    private GuestMain() { }

    /** What is known of a run besides the meter. */
    private record Truth(double cpuMicros, double byteSeconds, String said) { }

    /** Runs all loads. */
    public static void main(String[] args) throws Exception {
        write(ROOT.resolve("cgroup.subtree_control"), "+cpu +memory +io +pids");
        Files.createDirectories(ROOT.resolve("zennet"));
        write(ROOT.resolve("zennet/cgroup.subtree_control"), "+cpu +memory +io +pids");
        say("unified", Groups.unified(ROOT) ? 1 : 0, 1);
        // each load waits until it is in its group
        run("count", "i=0; while [ $i -lt 250000 ]; do i=$((i+1)); done");
        run("hash", "head -c 60000000 /dev/zero | sha256sum >/dev/null");
        run("hold", "(head -c 40000000 /dev/zero; sleep 4) | tail -c 40000000 >/dev/null");
        run("files", "head -c 30000000 /dev/zero >/shm/f; sleep 3; rm /shm/f; sleep 1");
        run("write", "dd if=/dev/zero of=/dev/vda bs=65536 count=600 oflag=direct");
        run("read", "dd if=/dev/vda of=/dev/null bs=65536 count=500 iflag=direct");
        limits();
        System.out.println("GUEST done");
    }

    private static void run(String name, String load) throws IOException, InterruptedException {
        String group = "/zennet/" + name;
        Path directory = Files.createDirectories(ROOT.resolve(group.substring(1)));
        Path out = Path.of("/tmp/" + name);
        Process p = new ProcessBuilder("/bin/busybox", "sh", "-c", "echo $$ >" + directory + "/cgroup.procs; read x; exec busybox time -f 'ZTIME %U %S' sh -c '"
                + load + "'").redirectErrorStream(true).redirectOutput(out.toFile()).start();
        while (Files.readString(directory.resolve("cgroup.procs")).isBlank()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        Meter meter;
        try (GroupReader look = Groups.at(ROOT, group)) {
            meter = new Meter(Groups.at(ROOT, group), new Resources(2000, 256L << 20, 1 << 20), UsageVector.ZERO, System::nanoTime);
            p.getOutputStream().write('\n');
            p.getOutputStream().flush();
            double byteSeconds = 0;
            long last = System.nanoTime();
            double held = held(directory);
            while (p.isAlive()) {
                TimeUnit.MILLISECONDS.sleep(SAMPLE_MILLIS);
                double now = held(directory);
                meter.sample();
                long t = System.nanoTime();
                byteSeconds += (held + now) / 2 * ((t - last) / 1e9);
                last = t;
                held = now;
            }
            UsageVector u = meter.sample();
            String said = Files.readString(out);
            said.lines().filter(l -> !l.startsWith("ZTIME")).limit(5).forEach(l -> System.out.println(name + " says: " + l));
            Truth truth = new Truth(micros(said), byteSeconds, said);
            say(name + " cpu", u.get(Counter.CPU), truth.cpuMicros());
            say(name + " memory", u.get(Counter.MEMORY), truth.byteSeconds());
            Matcher bytes = BYTES.matcher(said);
            double moved = bytes.find() ? Double.parseDouble(bytes.group(1)) * BLOCK : 0;
            say(name + " disk-read", u.get(Counter.DISK_READ), name.equals("read") ? moved : 0);
            say(name + " disk-written", u.get(Counter.DISK_WRITTEN), name.equals("write") ? moved : 0);
            say(name + " pids", look.pids().orElse(-1), 0);
        } finally {
            p.destroyForcibly();
        }
        UsageVector end = meter.end();
        Files.delete(directory);
        say(name + " stays", meter.sample().equals(end) ? 1 : 0, 1);
    }

    /** A load that needs more than its group may have: the kernel's count of it arrives. */
    private static void limits() throws IOException, InterruptedException {
        Path directory = Files.createDirectories(ROOT.resolve("zennet/oom"));
        write(directory.resolve("memory.max"), Long.toString(16L << 20));
        try (GroupReader look = Groups.at(ROOT, "/zennet/oom")) {
            Process p = new ProcessBuilder("/bin/busybox", "sh", "-c", "echo $$ >" + directory + "/cgroup.procs; head -c 60000000 /dev/zero | tail -c 60000000 >/dev/null; exit 0")
                    .inheritIO().start();
            p.waitFor();
            say("oom kills", look.oomKills().orElse(-1), 1);
        }
    }

    /** What all processes of a group hold, as their page tables tell, and what files in memory take. */
    private static double held(Path group) throws IOException {
        double sum = 0;
        for (String pid : Files.readString(group.resolve("cgroup.procs")).split("\n")) {
            try {
                for (String line : pid.isBlank() ? List.<String>of() : Files.readAllLines(Path.of("/proc", pid, "smaps_rollup"))) {
                    if (line.startsWith("Pss_Anon:")) {
                        sum += Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1024;
                    }
                }
            } catch (IOException e) {
                continue;
            }
        }
        try (Stream<Path> files = Files.list(Path.of("/shm"))) {
            for (Path f : files.toList()) {
                sum += Files.exists(f) ? Files.size(f) : 0;
            }
        } catch (IOException e) {
            return sum;
        }
        return sum;
    }

    private static double micros(String said) {
        Matcher m = TIMES.matcher(said);
        return m.find() ? (Double.parseDouble(m.group(1)) + Double.parseDouble(m.group(2))) * 1e6 : -1;
    }

    private static void say(String what, double meter, double truth) {
        System.out.println(String.format(Locale.ROOT, "GUEST %s %.0f %.0f", what, meter, truth));
    }

    private static void write(Path file, String value) throws IOException {
        Files.write(file, value.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
    }
}
