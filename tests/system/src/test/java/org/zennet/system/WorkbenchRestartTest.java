package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The desktop as a person closes and opens it: on a screen of its own, by keys, judged by what is seen. */
class WorkbenchRestartTest {
    private static final int WIDTH = 1200;
    private static final int HEIGHT = 800;
    /** A caret blinks, a tab is a shade brighter while its part has the focus. */
    private static final double ALIKE = 0.985;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);
    private final List<Process> running = new ArrayList<>();
    private String display;

    @TempDir
    Path directory;

    @BeforeEach
    void openScreen() throws Exception {
        assumeTrue("full".equals(System.getProperty("zennet.tier")), "the desktop is closed and opened again with './zennet test --full'");
        for (String p : List.of("Xvfb", "xdotool", "import")) {
            assumeTrue(Hosts.succeeds("sh", "-c", "command -v " + p), "no " + p + " here: apt-get install xvfb xdotool imagemagick");
        }
        Path number = directory.resolve("display");
        Process screen = new ProcessBuilder("sh", "-c", "exec Xvfb -displayfd 3 -screen 0 " + WIDTH + "x" + HEIGHT + "x24 3>" + number).redirectErrorStream(true)
                .redirectOutput(directory.resolve("Xvfb.log").toFile()).start();
        running.add(screen);
        await("a screen", () -> Files.exists(number) && !Files.readString(number).isBlank());
        display = ":" + Files.readString(number).strip();
    }

    @AfterEach
    void end() throws Exception {
        for (Process p : running.reversed()) {
            p.descendants().forEach(ProcessHandle::destroy);
            p.destroy();
            if (!p.waitFor(20, TimeUnit.SECONDS)) {
                p.destroyForcibly();
            }
        }
        MarketProcesses.endStrays(directory);
    }

    @Test
    void themeLayoutAndOpenViewsAreAsTheyWereAfterARestart() throws Exception {
        Process first = open("--theme", "dark");
        key("alt+shift+q", "2");
        key("alt+shift+q", "c");
        key("alt+shift+q", "k");
        BufferedImage before = settled();
        close(first);
        Process second = open();
        BufferedImage after = settled();
        double alike = alike(before, after);
        assertTrue(alike >= ALIKE, () -> "only " + alike + " of the window looks as it did; see " + keep(before, "before") + " and " + keep(after, "after"));
        assertTrue(dark(after) > 0.8, "the window is dark again");
        key("alt+shift+q", "1");
        double other = alike(after, settled());
        assertTrue(other < ALIKE, "another perspective looks the same: the test could not fail");
        close(second);
    }

    private Process open(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(System.getProperty("zennet.root") + "/zennet", "workbench", "--data", directory.resolve("data").toString()));
        command.addAll(List.of(words));
        ProcessBuilder b = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(directory.resolve("workbench.log").toFile());
        b.environment().putAll(Map.of("DISPLAY", display, "ZENNET_NO_BUILD", "1"));
        Process p = b.start();
        running.add(p);
        await("a window", () -> !windows().isBlank());
        String id = windows().lines().toList().getLast();
        tool("windowsize", "--sync", id, String.valueOf(WIDTH), String.valueOf(HEIGHT));
        tool("windowmove", id, "0", "0");
        tool("windowfocus", id);
        settled();
        return p;
    }

    private void close(Process p) throws Exception {
        key("ctrl+q");
        assertTrue(p.waitFor(60, TimeUnit.SECONDS), "Ctrl+Q does not end it");
        assertEquals(0, p.exitValue());
    }

    private String windows() throws Exception {
        return tool("search", "--onlyvisible", "--name", "^Zennet");
    }

    /** Strokes of one sequence, fast enough for no popup between them, in a window that has the focus. */
    private void key(String... strokes) throws Exception {
        tool("windowfocus", windows().lines().toList().getLast());
        List<String> words = new ArrayList<>(List.of("key", "--delay", "150"));
        words.addAll(List.of(strokes));
        tool(words.toArray(String[]::new));
        settled();
    }

    private String tool(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("xdotool"));
        command.addAll(List.of(words));
        ProcessBuilder b = new ProcessBuilder(command).redirectErrorStream(true);
        b.environment().put("DISPLAY", display);
        Process p = b.start();
        String output = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        p.waitFor();
        return p.exitValue() == 0 ? output : "";
    }

    private BufferedImage look() throws Exception {
        Path file = directory.resolve("look.png");
        ProcessBuilder b = new ProcessBuilder("import", "-window", "root", file.toString());
        b.environment().put("DISPLAY", display);
        b.start().waitFor();
        return ImageIO.read(file.toFile());
    }

    /** The screen when it has stopped to change: three looks alike. */
    private BufferedImage settled() throws Exception {
        BufferedImage last = look();
        int same = 0;
        for (int i = 0; i < 60 && same < 2; i++) {
            BufferedImage now = look();
            same = alike(last, now) > 0.9995 ? same + 1 : 0;
            last = now;
        }
        return last;
    }

    private static double alike(BufferedImage a, BufferedImage b) {
        long same = 0;
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                same += a.getRGB(x, y) == b.getRGB(x, y) ? 1 : 0;
            }
        }
        return (double) same / (WIDTH * HEIGHT);
    }

    private static double dark(BufferedImage image) {
        long dark = 0;
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int c = image.getRGB(x, y);
                dark += (c >> 16 & 0xFF) + (c >> 8 & 0xFF) + (c & 0xFF) < 3 * 100 ? 1 : 0;
            }
        }
        return (double) dark / (WIDTH * HEIGHT);
    }

    private String keep(BufferedImage image, String name) {
        try {
            Path file = Files.createTempDirectory("zennet-restart").resolve(name + ".png");
            ImageIO.write(image, "png", file.toFile());
            return file.toString();
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    /** What is waited for. */
    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(String what, Condition condition) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.holds()) {
            assertTrue(System.nanoTime() < end, () -> "no " + what + " within 120 s");
            Thread.onSpinWait();
        }
    }
}
