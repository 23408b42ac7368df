package org.zennet.provider.internal.owner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Linux without a desktop's help: when terminals and consoles were last read (their access times, which the kernel keeps to eight
 * seconds but sets at once for the first key after a pause), the interrupts of keyboards, mice and touchpads that have their own,
 * and the processor time of /proc/stat. Keyboards on USB under a graphical desktop are not seen; the programs that they are
 * used for are, by their load. One thread at a time.
 */
public final class LinuxHost implements HostWatch {
    private static final long MICROS_PER_TICK = 10_000;
    private static final List<String> INPUTS = List.of("i8042", "kbd", "keyboard", "mouse", "touchpad", "touchscreen", "elan", "syna", "wacom");
    private final Path root;
    private long interrupts = -1;
    private long interruptedAt;

    /** Of this machine, or of a copy of its files. */
    public LinuxHost(Path root) {
        this.root = root;
    }

    @Override
    public Sample sample(long now) {
        long count = interrupts();
        if (interrupts >= 0 && count > interrupts) {
            interruptedAt = now;
        }
        interrupts = count;
        long own = ProcessHandle.current().info().totalCpuDuration().map(Duration::toNanos).orElse(0L) / 1000;
        return new Sample(busy(), own, Runtime.getRuntime().availableProcessors(), Math.max(interruptedAt, terminals()));
    }

    /** The line "cpu": user nice system idle iowait irq softirq steal, in hundredths of a second. */
    private OptionalLong busy() {
        for (String line : lines(root.resolve("proc/stat"))) {
            if (line.startsWith("cpu ")) {
                String[] f = line.substring(4).strip().split("\\s+");
                long busy = 0;
                for (int i = 0; i < Math.min(7, f.length); i++) {
                    boolean idle = i == 3 || i == 4;
                    busy += idle || !f[i].matches("[0-9]{1,18}") ? 0 : Long.parseLong(f[i]);
                }
                return OptionalLong.of(busy * MICROS_PER_TICK);
            }
        }
        return OptionalLong.empty();
    }

    private long interrupts() {
        long all = 0;
        for (String line : lines(root.resolve("proc/interrupts"))) {
            String text = line.toLowerCase(Locale.ROOT);
            if (INPUTS.stream().anyMatch(text::contains)) {
                for (String word : text.strip().split("\\s+")) {
                    all += word.matches("[0-9]{1,18}") ? Long.parseLong(word) : 0;
                }
            }
        }
        return all;
    }

    private long terminals() {
        long newest = 0;
        for (String directory : List.of("dev/pts", "dev")) {
            try (Stream<Path> files = Files.list(root.resolve(directory))) {
                newest = Math.max(newest, files.filter(LinuxHost::isTerminal).mapToLong(LinuxHost::readAt).max().orElse(0));
            } catch (IOException | UncheckedIOException e) {
                continue; // not there, or not for us
            }
        }
        return newest;
    }

    private static boolean isTerminal(Path file) {
        String name = file.getFileName().toString();
        return file.getParent().endsWith("pts") ? name.matches("[0-9]+") : name.matches("tty[0-9]+");
    }

    private static long readAt(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).lastAccessTime().toMillis();
        } catch (IOException e) {
            return 0;
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return List.of();
        }
    }
}
