package org.zennet.publisher.internal.rent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.value.Counter;
import org.zennet.publisher.internal.buyer.Ports;
import org.zennet.publisher.internal.file.Witness;
import org.zennet.publisher.machine.WitnessReading;

/** The real witness, handed over as to a machine, with a shell here in the place of the machine's. */
class MachineWitnessTest {
    /** How far the clock goes each time that it is read. */
    private Duration step = Duration.ofSeconds(10);
    private volatile Instant now = Instant.parse("2026-01-02T03:04:05Z");
    @TempDir
    Path directory;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final LinkedBlockingQueue<Runnable> timer = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<WitnessReading> readings = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<String> silences = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        workers.shutdownNow();
    }

    private MachineWitness witness(Function<String, List<String>> login) throws IOException {
        String arch = System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch");
        Assumptions.assumeTrue(List.of("x86_64", "aarch64").contains(arch) && Files.isReadable(Path.of("/proc/self/status")), "SKIPPED: there is no witness for this machine");
        Ports ports = new Ports(null, null, null, null, null, null, null, null, null, null, () -> now = now.plus(step), System::nanoTime, new Random(1), workers,
                (time, action) -> timer.add(action));
        return new MachineWitness(ports, Witness.of(arch).program(), login, new MachineWitness.Listener() {
            @Override
            public void read(WitnessReading reading, Instant taken) {
                assertFalse(taken.isAfter(now), () -> "after it came: " + taken);
                readings.add(reading);
            }

            @Override
            public void silent(String reason) {
                silences.add(reason);
            }
        });
    }

    private List<String> shell(String script) {
        return List.of("sh", "-c", "cd '" + directory + "'; " + script);
    }

    @Test
    void itTellsOfTheGuestOverAndOverAndLeavesNoFile() throws Exception {
        try (MachineWitness w = witness(this::shell)) {
            w.start();
            WitnessReading first = readings.poll(30, TimeUnit.SECONDS);
            WitnessReading second = readings.poll(30, TimeUnit.SECONDS);
            assertTrue(second.wall() > first.wall(), first + " " + second);
            assertTrue(second.usage().isAtLeast(first.usage()), first + " " + second);
            assertTrue(second.seen().contains(Counter.MEMORY) && second.held() > 0, second.toString());
            assertTrue(second.usage().get(Counter.MEMORY) > 0, second.toString());
            try (Stream<Path> files = Files.list(directory)) {
                assertEquals(List.of(), files.toList());
            }
        }
    }

    @Test
    void itIsStartedAgainWhenItEndsAndGivenUpWhereItNeverSpoke() throws Exception {
        try (MachineWitness w = witness(script -> List.of("sh", "-c", "echo no shell for you >&2; exit 1"))) {
            w.start();
            for (int i = 1; i <= 3; i++) {
                String why = silences.poll(30, TimeUnit.SECONDS);
                assertEquals("the witness ended: no shell for you", why);
                timer.poll(30, TimeUnit.SECONDS).run();
            }
            assertEquals("the witness ended: no shell for you; it is not started again", silences.poll(30, TimeUnit.SECONDS));
            assertTrue(timer.isEmpty());
        }
    }

    @Test
    void whoHasNoOpenSshIsToldSo() throws Exception {
        try (MachineWitness w = witness(script -> List.of(directory.resolve("ssh").toString(), script))) {
            w.start();
            assertTrue(silences.poll(30, TimeUnit.SECONDS).startsWith("no witness looks: OpenSSH can't be run here"));
            assertTrue(timer.isEmpty());
        }
    }

    @Test
    void aFloodOfWordsIsNoFloodOfReadings() throws Exception {
        step = Duration.ZERO;
        try (MachineWitness w = witness(script -> List.of("sh", "-c",
                "i=0; while [ $i -lt 2000 ]; do echo zennet-witness 2 wall=$i cpu=- memory=0 held=0 read=- written=-; i=$((i+1)); done; head -c 100000 /dev/zero | tr '\\\\0' x"))) {
            w.start();
            assertTrue(silences.poll(30, TimeUnit.SECONDS).startsWith("the witness ended"));
            assertEquals(1, readings.size(), "all in one moment");
        }
    }
}
