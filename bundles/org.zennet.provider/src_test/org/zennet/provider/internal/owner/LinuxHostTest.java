package org.zennet.provider.internal.owner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Over a tree of files like those of Linux, and once over the real ones. */
class LinuxHostTest {
    @TempDir
    Path root;

    private void file(String name, String text) throws Exception {
        Path p = root.resolve(name);
        Files.createDirectories(p.getParent());
        Files.writeString(p, text);
    }

    private void read(String name, long at) throws Exception {
        Path p = root.resolve(name);
        Files.getFileAttributeView(p, BasicFileAttributeView.class).setTimes(FileTime.fromMillis(at + 99_000), FileTime.fromMillis(at), null);
    }

    @Test
    void busyTimeLeavesIdleAndWaitingOut() throws Exception {
        file("proc/stat", "cpu  100 20 30 4000 500 6 7 8 9 10\ncpu0 1 2 3\n");
        assertEquals(OptionalLong.of((100 + 20 + 30 + 6 + 7) * 10_000L), new LinuxHost(root).sample(5).busyMicros(), "steal and guests are of no program here");
    }

    @Test
    void theNewestReadOfATerminalIsTheInputAndWritingIsNone() throws Exception {
        for (String f : new String[] {"dev/pts/0", "dev/pts/17", "dev/tty2", "dev/pts/ptmx", "dev/tty", "dev/null"}) {
            file(f, "");
            read(f, 9_000_000);
        }
        read("dev/pts/0", 1_000_000);
        read("dev/pts/17", 2_000_000);
        read("dev/tty2", 1_500_000);
        assertEquals(2_000_000, new LinuxHost(root).sample(5).inputAt());
    }

    @Test
    void interruptsOfInputDevicesAreInputWhenTheyGrow() throws Exception {
        String text = "           CPU0       CPU1\n  1:      %d          0   IO-APIC   1-edge      i8042\n  8:   999   0  IO-APIC  8-edge rtc0\n";
        file("proc/interrupts", text.formatted(10));
        LinuxHost h = new LinuxHost(root);
        assertEquals(0, h.sample(1000).inputAt(), "the first look knows no growth");
        assertEquals(0, h.sample(2000).inputAt());
        file("proc/interrupts", text.formatted(11));
        assertEquals(3000, h.sample(3000).inputAt());
        assertEquals(3000, h.sample(4000).inputAt());
    }

    @Test
    void aHostThatTellsNothingIsNoError() {
        HostWatch.Sample s = new LinuxHost(root).sample(5);
        assertEquals(OptionalLong.empty(), s.busyMicros());
        assertEquals(0, s.inputAt());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theRealOneGrows() {
        LinuxHost h = new LinuxHost(Path.of("/"));
        HostWatch.Sample a = h.sample(System.currentTimeMillis());
        long x = 1;
        long until = System.nanoTime() + 100_000_000;
        while (System.nanoTime() < until) {
            x = x * 31 + 7;
        }
        HostWatch.Sample b = h.sample(System.currentTimeMillis());
        assertTrue(x != 0 && b.busyMicros().getAsLong() >= a.busyMicros().getAsLong() + 50_000, a + " " + b);
        assertTrue(b.ownMicros() > a.ownMicros());
    }
}
