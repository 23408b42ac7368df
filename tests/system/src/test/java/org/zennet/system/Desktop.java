package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.imageio.ImageIO;

/**
 * The real desktop on a screen of its own, used by keys alone. What is seen is a picture, or text by {@link EyesAgent}. Ends with the screen and all
 * that names its directory.
 */
final class Desktop implements AutoCloseable {
    static final int WIDTH = 1200;
    static final int HEIGHT = 800;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(300);
    private static final int TABS = 120;
    private final Path directory;
    private final List<Process> running = new ArrayList<>();
    private final String display;
    private int started;

    /** A control that is seen: in which window, of which kind, with which {@linkplain EyesAgent marks}, which one, and its text. */
    record Seen(String window, String kind, String marks, String id, String text) {
        boolean hasFocus() {
            return marks.contains("F");
        }

        boolean isActive() {
            return marks.contains("A");
        }

        boolean isEnabled() {
            return marks.contains("E");
        }

        boolean isSelected() {
            return marks.contains("S");
        }
    }

    /** What is waited for. */
    interface Condition {
        boolean holds() throws Exception;
    }

    /** Opens the screen; leaves the test where its programs are missing. */
    Desktop(Path directory) throws Exception {
        for (String p : List.of("Xvfb", "xdotool", "import")) {
            assumeTrue(Hosts.succeeds("sh", "-c", "command -v " + p), "no " + p + " here: apt-get install xvfb xdotool imagemagick");
        }
        this.directory = directory;
        Path number = directory.resolve("display");
        running.add(new ProcessBuilder("sh", "-c", "exec Xvfb -displayfd 3 -screen 0 " + WIDTH + "x" + HEIGHT + "x24 3>" + number).redirectErrorStream(true)
                .redirectOutput(directory.resolve("Xvfb.log").toFile()).start());
        await("a screen", () -> Files.exists(number) && !Files.readString(number).isBlank());
        display = ":" + Files.readString(number).strip();
    }

    @Override
    public void close() throws Exception {
        for (Process p : running.reversed()) {
            p.descendants().forEach(ProcessHandle::destroy);
            p.destroy();
            if (!p.waitFor(20, TimeUnit.SECONDS)) {
                p.destroyForcibly();
            }
        }
        MarketProcesses.endStrays(directory);
    }

    /** Where its data lies. */
    Path data() {
        return directory.resolve("data");
    }

    /** Starts the workbench, as large as the screen. */
    Process open(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(Zennet.ROOT + "/zennet", "workbench", "--data", data().toString()));
        command.addAll(List.of(words));
        ProcessBuilder b = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(directory.resolve("workbench-" + ++started + ".log").toFile());
        b.environment().put("DISPLAY", display);
        b.environment().put("ZENNET_NO_BUILD", "1");
        b.environment().put("ZENNET_JAVA_OPTS", "-javaagent:" + agent() + "=" + eyes());
        Process p = b.start();
        running.add(p);
        await("a window", () -> {
            assertTrue(p.isAlive(), () -> "it ended: " + MarketProcesses.text(directory.resolve("workbench-" + started + ".log")));
            return !windows().isBlank();
        });
        String id = windows().lines().toList().getLast();
        tool("windowsize", "--sync", id, String.valueOf(WIDTH), String.valueOf(HEIGHT));
        tool("windowmove", id, "0", "0");
        tool("windowfocus", "--sync", id);
        await("what the window draws", () -> black(look()) < 0.5);
        settled();
        return p;
    }

    /** Ends it by the key for that. */
    void quit(Process p) throws Exception {
        mainKey("ctrl+q");
        assertTrue(p.waitFor(60, TimeUnit.SECONDS), "Ctrl+Q does not end it");
        assertEquals(0, p.exitValue());
    }

    private Path eyes() {
        return directory.resolve("eyes-" + started);
    }

    private Path agent() throws IOException {
        Path jar = directory.resolve("eyes.jar");
        if (!Files.exists(jar)) {
            Manifest manifest = new Manifest();
            manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
            manifest.getMainAttributes().putValue("Premain-Class", EyesAgent.class.getName());
            String entry = EyesAgent.class.getName().replace('.', '/') + ".class";
            try (OutputStream out = Files.newOutputStream(jar); JarOutputStream in = new JarOutputStream(out, manifest)) {
                in.putNextEntry(new JarEntry(entry));
                in.write(EyesAgent.class.getClassLoader().getResourceAsStream(entry).readAllBytes());
                in.closeEntry();
            }
        }
        return jar;
    }

    /** All that is seen now. */
    List<Seen> see() throws IOException {
        try (SocketChannel s = SocketChannel.open(UnixDomainSocketAddress.of(eyes()))) {
            return new String(Channels.newInputStream(s).readAllBytes(), StandardCharsets.UTF_8).lines().map(l -> l.split("\t", 5))
                    .map(l -> new Seen(l[0], l[1], l[2], l[3], l[4])).toList();
        }
    }

    /** Waits until something is seen, and gives it. */
    Seen await(String what, Predicate<Seen> which) throws Exception {
        List<Seen> found = new ArrayList<>();
        try {
            await(what, () -> {
                see().stream().filter(which).findFirst().ifPresent(found::add);
                return !found.isEmpty();
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + seen(), e);
        }
        return found.getFirst();
    }

    private String seen() throws Exception {
        StringBuilder all = new StringBuilder("; picture: " + keep(look(), "missing") + "; seen:");
        see().stream().filter(s -> !s.text().isBlank() || s.hasFocus()).forEach(s -> all.append("\n  ").append(s.window()).append(": ").append(s.kind()).append(' ').append(s.marks())
                .append(" '").append(s.text()).append('\''));
        return all.toString();
    }

    /** Waits for a window that is the active one. */
    void awaitWindow(String title) throws Exception {
        await("a window '" + title + "'", s -> s.kind().equals("Shell") && s.isActive() && s.text().equals(title));
    }

    /** Waits for a text in any control of the active window. */
    Seen awaitText(String text) throws Exception {
        return await("'" + text + "'", s -> s.text().contains(text));
    }

    /** Presses Tab until a control has the focus that has this text, or this label before it. */
    void tabTo(String label) throws Exception {
        tabTo(label, "Tab");
    }

    /** The same backwards. */
    void tabBackTo(String label) throws Exception {
        tabTo(label, "shift+Tab");
    }

    private void tabTo(String label, String stroke) throws Exception {
        for (int i = 0; i < TABS; i++) {
            List<Seen> all = see();
            String before = "";
            String focus = "";
            for (Seen s : all) {
                if (s.hasFocus() && !s.kind().endsWith("Item")) {
                    if (plain(s.text()).equals(label) || before.equals(label)) {
                        return;
                    }
                    focus = s.id();
                }
                before = s.kind().endsWith("Label") ? plain(s.text()) : "";
            }
            String last = focus;
            key(stroke);
            await("another focus", () -> !focus().map(Seen::id).orElse("").equals(last));
        }
        throw new AssertionError("no Tab leads to '" + label + "'" + seen());
    }

    private static String plain(String text) {
        return text.replace("&", "").replaceAll("[:\u2026]$", "");
    }

    /** What has the focus. */
    Optional<Seen> focus() throws IOException {
        return see().stream().filter(s -> s.hasFocus() && !s.kind().endsWith("Item")).findFirst();
    }

    private String windows() throws Exception {
        return tool("search", "--onlyvisible", "--name", "^Zennet");
    }

    /** Strokes of one sequence, fast enough for no popup between them, in the window that has the focus. What they do must be waited for. */
    void key(String... strokes) throws Exception {
        List<String> words = new ArrayList<>(List.of("key", "--delay", "150"));
        words.addAll(List.of(strokes));
        tool(words.toArray(String[]::new));
    }

    /** Holds a key, strokes another one, and lets go when something is seen. */
    void hold(String held, String stroke, Predicate<Seen> until) throws Exception {
        tool("keydown", held);
        try {
            key(stroke);
            await("what " + held + "+" + stroke + " shows", until);
        } finally {
            tool("keyup", held);
        }
    }

    /** Strokes in the window of the application, where no dialog is open. */
    void mainKey(String... strokes) throws Exception {
        tool("windowfocus", "--sync", windows().lines().toList().getLast());
        key(strokes);
    }

    /** Types; what is not shown, such as in a terminal, must be waited for. */
    void type(String text) throws Exception {
        tool("type", "--delay", "30", text);
    }

    /** Types into the field that has the focus, in place of what is there. */
    void fill(String text) throws Exception {
        String field = focus().map(Seen::id).orElseThrow(() -> new AssertionError("nothing has the focus"));
        key("ctrl+a");
        type(text);
        await("'" + text + "' where it was typed", s -> s.id().equals(field) && s.text().equals(text));
    }

    /** Goes to a button and presses it. */
    void press(String label) throws Exception {
        await("the button '" + label + "'", s -> s.isActive() && plain(s.text()).equals(label) && s.isEnabled());
        tabTo(label);
        key("space");
    }

    /** Runs a command by its name, as quick access finds it. */
    void command(String name) throws Exception {
        mainKey("ctrl+3");
        await("quick access", s -> s.hasFocus() && s.kind().equals("Text"));
        type(name);
        await("the command " + name, s -> s.kind().endsWith("Item") && s.text().contains(name));
        key("Return");
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

    BufferedImage look() throws Exception {
        Path file = directory.resolve("look.png");
        ProcessBuilder b = new ProcessBuilder("import", "-window", "root", file.toString());
        b.environment().put("DISPLAY", display);
        b.start().waitFor();
        return ImageIO.read(file.toFile());
    }

    /** The screen when it has stopped to change: three looks alike. */
    BufferedImage settled() throws Exception {
        BufferedImage last = look();
        int same = 0;
        for (int i = 0; i < 60 && same < 2; i++) {
            BufferedImage now = look();
            same = alike(last, now) > 0.9995 ? same + 1 : 0;
            last = now;
        }
        return last;
    }

    /** Which part of a picture is black, as the screen is where no window has drawn; no theme's background is. */
    private static double black(BufferedImage image) {
        long black = 0;
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                black += (image.getRGB(x, y) & 0xFFFFFF) == 0 ? 1 : 0;
            }
        }
        return (double) black / (WIDTH * HEIGHT);
    }

    /** Which part of two pictures of the screen is the same. */
    static double alike(BufferedImage a, BufferedImage b) {
        long same = 0;
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                same += a.getRGB(x, y) == b.getRGB(x, y) ? 1 : 0;
            }
        }
        return (double) same / (WIDTH * HEIGHT);
    }

    /** Writes a picture where it outlives the test. */
    static String keep(BufferedImage image, String name) {
        try {
            Path file = Files.createTempDirectory("zennet-desktop").resolve(name + ".png");
            ImageIO.write(image, "png", file.toFile());
            return file.toString();
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    static void await(String what, Condition condition) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.holds()) {
            assertTrue(System.nanoTime() < end, () -> "no " + what + " within 300 s");
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
