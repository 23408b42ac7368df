package org.zennet.virtualization.sandbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ExecSpec;
import org.zennet.api.container.GuestProcess;
import org.zennet.api.value.Counter;
import org.zennet.api.value.UsageVector;

class GuestProgramTest {
    @TempDir
    static Path directory;
    static Sandboxes boxes;
    static Container container;
    private static Object before;

    @BeforeAll
    static void begin() throws Exception {
        // as a node that a script started in its background
        before = interrupts(Class.forName("sun.misc.SignalHandler").getField("SIG_IGN").get(null));
        boxes = new Sandboxes(directory);
        container = boxes.start();
    }

    @AfterAll
    static void end() throws Exception {
        interrupts(before);
        if (boxes != null) {
            boxes.close();
        }
    }

    /** What this process does with interrupts, and with it what it starts; what it did before. The compiler of the build does not see this API of the JDK. */
    private static Object interrupts(Object handler) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        return signal.getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"))
                .invoke(null, signal.getConstructor(String.class).newInstance("INT"), handler);
    }

    private static GuestProcess plain(String line) throws Exception {
        return container.exec(new ExecSpec(List.of("/bin/sh", "-c", line), Map.of(), Optional.empty()));
    }

    private static GuestProcess terminal(List<String> command) throws Exception {
        return container.exec(new ExecSpec(command, Map.of(), Optional.of(new ExecSpec.Terminal("xterm", 101, 33))));
    }

    private static String all(java.io.InputStream in) throws Exception {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void noSignalIsIgnoredBecauseTheNodeIgnoresIt() throws Exception {
        try (GuestProcess p = plain("grep SigIgn /proc/self/status")) {
            assertEquals("SigIgn:\t0000000000000000\n", all(p.stdout()));
        }
    }

    @Test
    void theEndOfItsInputEndsAFilter() throws Exception {
        try (GuestProcess p = plain("cat; echo done >&2; exit 5")) {
            p.stdin().write("one\ntwo\n".getBytes(StandardCharsets.UTF_8));
            p.stdin().close();
            assertEquals("one\ntwo\n", all(p.stdout()));
            assertEquals("done\n", all(p.stderr()));
            assertEquals(5, p.exit().get());
        }
    }

    @Test
    void muchMoreThanAWindowPassesInBothDirections() throws Exception {
        try (GuestProcess p = plain("cat")) {
            byte[] bytes = new byte[3 << 20];
            new java.util.Random(1).nextBytes(bytes);
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    p.stdin().write(bytes);
                    p.stdin().close();
                } catch (java.io.IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            org.junit.jupiter.api.Assertions.assertArrayEquals(bytes, p.stdout().readAllBytes());
            writer.join();
            assertEquals(0, p.exit().get());
        }
    }

    @Test
    void aSlowReaderSlowsTheProgramAndNothingElse() throws Exception {
        try (GuestProcess p = plain("yes; true")) {
            assertTrue(Sandboxes.sh(container, "beside-a-flood", "echo x").succeeded());
            UsageVector one = container.usage();
            while (container.usage().get(Counter.WALL) < one.get(Counter.WALL) + 200) {
                Thread.onSpinWait();
            }
            long cpu = container.usage().since(one).get(Counter.CPU);
            assertTrue(cpu < 100_000, "it goes on writing: " + cpu);
            assertEquals('y', p.stdout().read());
        }
    }

    @Test
    void aTerminalIsOneWithTheSizeThatIsTold() throws Exception {
        try (GuestProcess p = terminal(List.of("/bin/sh", "-c", "tty; stty size; echo $TERM; read x; stty size; exit 3"));
                BufferedReader in = new BufferedReader(new InputStreamReader(p.stdout(), StandardCharsets.UTF_8))) {
            assertTrue(in.readLine().startsWith("/dev/pts/"));
            assertEquals("33 101", in.readLine());
            assertEquals("xterm", in.readLine());
            p.resize(80, 24);
            p.stdin().write('\n');
            p.stdin().flush();
            List<String> rest = new ArrayList<>(in.lines().toList());
            rest.removeIf(String::isBlank);
            assertEquals(List.of("24 80"), rest);
            assertEquals(3, p.exit().get());
            assertEquals(-1, p.stderr().read());
        }
    }

    @Test
    void controlCInterruptsWhatRunsInFront() throws Exception {
        try (GuestProcess p = terminal(List.of("/bin/sh", "-ic", "trap 'exit 42' INT; echo up; while :; do sleep 0.05; done"));
                BufferedReader in = new BufferedReader(new InputStreamReader(p.stdout(), StandardCharsets.UTF_8))) {
            String line = in.readLine();
            while (!line.equals("up")) {
                line = in.readLine();
            }
            p.stdin().write(3);
            p.stdin().flush();
            assertEquals(42, p.exit().get());
        }
    }

    @Test
    void aShellIsTheDefaultAndHangingUpEndsIt() throws Exception {
        try (GuestProcess p = terminal(List.of())) {
            p.stdin().write("echo $((6*7))-$HOME\n".getBytes(StandardCharsets.UTF_8));
            p.stdin().flush();
            BufferedReader in = new BufferedReader(new InputStreamReader(p.stdout(), StandardCharsets.UTF_8));
            String line = in.readLine();
            while (!line.contains("42-/work")) {
                line = in.readLine();
            }
            p.stdin().close();
            int code = p.exit().get();
            assertTrue(code == 129 || code == 0, "exit code: " + code);
        }
    }

    @Test
    void whatDoesNotHearThatItsTerminalGoesFindsItGoneAMomentLater() throws Exception {
        try (GuestProcess p = terminal(List.of("/bin/sh", "-c", "trap '' HUP; echo up; read x; cat; exit 7"));
                BufferedReader in = new BufferedReader(new InputStreamReader(p.stdout(), StandardCharsets.UTF_8))) {
            assertEquals("up", in.readLine());
            p.stdin().close();
            assertEquals(7, p.exit().get());
        }
    }

    @Test
    void signalsArriveByName() throws Exception {
        try (GuestProcess p = plain("trap 'echo usr; exit 9' USR1; echo up; while :; do sleep 0.02; done");
                BufferedReader in = new BufferedReader(new InputStreamReader(p.stdout(), StandardCharsets.UTF_8))) {
            assertEquals("up", in.readLine());
            p.signal("USR1");
            assertEquals("usr", in.readLine());
            assertEquals(9, p.exit().get());
            assertThrows(ContainerException.class, () -> p.signal("STOP"));
        }
    }

    @Test
    void whatCanNotBeStartedTellsSoByItsCode() throws Exception {
        try (GuestProcess p = container.exec(new ExecSpec(List.of("/no/such"), Map.of(), Optional.empty()))) {
            assertEquals(127, p.exit().get());
            assertEquals(-1, p.stdout().read());
        }
    }

    @Test
    void closingKillsItAndWhatItStarted() throws Exception {
        GuestProcess p = plain("sleep 987 & (setsid sleep 986 &) ; echo up; wait");
        assertEquals('u', p.stdout().read());
        p.close();
        assertThrows(ExecutionException.class, () -> p.exit().get());
        try (GuestProcess q = plain("while grep -qs '98[7]' /proc/[0-9]*/cmdline; do sleep 0.02; done; echo gone")) {
            assertEquals("gone\n", all(q.stdout()));
        }
    }

    @Test
    void thereIsALimitToHowManyThereAre() throws Exception {
        Container c = boxes.start();
        List<GuestProcess> all = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            all.add(c.exec(new ExecSpec(List.of("/bin/cat"), Map.of(), Optional.empty())));
        }
        ContainerException e = assertThrows(ContainerException.class, () ->
                c.exec(new ExecSpec(List.of("/bin/cat"), Map.of(), Optional.empty())));
        assertTrue(e.getMessage().contains("32"), e.getMessage());
        assertTrue(Sandboxes.sh(c, "a", "echo task").succeeded());
        for (GuestProcess p : all) {
            p.stdin().close();
            assertEquals(0, p.exit().get());
        }
        c.stop();
    }

    @Test
    void theEndOfTheContainerEndsItToo() throws Exception {
        Container c = boxes.start();
        GuestProcess p = c.exec(new ExecSpec(List.of("/bin/cat"), Map.of(), Optional.empty()));
        c.stop();
        assertTrue(assertThrows(ExecutionException.class, () -> p.exit().get()).getCause() instanceof ContainerException);
        assertThrows(ContainerException.class, () -> c.exec(new ExecSpec(List.of("/bin/cat"), Map.of(), Optional.empty())));
    }
}
