package org.zennet.benchmark.internal.external;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.benchmark.BenchmarkResult;

class ExternalTest {
    @TempDir
    Path directory;

    private static String recorded(String name) throws IOException {
        try (InputStream in = ExternalTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Program script(String text) throws IOException {
        Path file = Files.createFile(directory.resolve("prog"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        return new Program("prog", directory + ":/usr/bin:/bin");
    }

    @Test
    void whatSysbenchPrintedIsRead() throws IOException {
        List<External.Part> parts = new Sysbench(new Program("no", "/none"), directory, 2).parts();
        assertEquals(List.of(new External.Score("sysbench-cpu/1", "events/s", 4435.12)), parts.get(0).read(recorded("sysbench-cpu.txt"), directory));
        assertEquals("sysbench-cpu-all/1", parts.get(1).read(recorded("sysbench-cpu.txt"), directory).getFirst().id());
        assertEquals(List.of(new External.Score("sysbench-memory/1", "MiB/s", 30048.32)), parts.get(2).read(recorded("sysbench-memory.txt"), directory));
        assertThrows(IOException.class, () -> parts.get(0).read(recorded("7z.txt"), directory));
    }

    @Test
    void whatFioPrintedIsReadInTheDirectionThatWasAskedFor() throws IOException {
        assertEquals(20.635182409, Fio.Access.RANDREAD.read(recorded("fio.json"), directory).getFirst().value(), 1e-9);
        assertEquals(List.of(new External.Score("fio-read/1", "MB/s", 84.521707)), Fio.Access.READ.read(recorded("fio.json"), directory));
        assertEquals(0, Fio.Access.RANDWRITE.read(recorded("fio.json"), directory).getFirst().value(), "nothing was written in that run");
        assertThrows(IOException.class, () -> Fio.Access.READ.read("fio: error", directory));
    }

    @Test
    void whatSevenZipPrintedIsRead() throws IOException {
        External.Part all = new SevenZip(new Program("no", "/none"), directory, 2).parts().get(1);
        assertEquals(List.of(new External.Score("7zip-compress-all/1", "MIPS", 11819), new External.Score("7zip-decompress-all/1", "MIPS", 9204)),
                all.read(recorded("7z.txt"), directory));
        assertThrows(IOException.class, () -> all.read("Avr: 1 2 3 | 4 5 6", directory));
    }

    @Test
    void whatHpccWroteIsReadAndOfARunThatFailedNothing() throws IOException {
        String text = recorded("hpccoutf.txt");
        List<External.Score> scores = Hpcc.summary(text);
        assertEquals(List.of("hpcc-hpl/1", "hpcc-dgemm/1", "hpcc-triad/1", "hpcc-random/1", "hpcc-fft/1"), scores.stream().map(External.Score::id).toList());
        assertEquals(1.60608, scores.get(0).value(), 1e-9);
        assertEquals(2.50908, scores.get(1).value(), 1e-9);
        assertEquals(72.9912, scores.get(3).value(), 1e-9);
        assertThrows(IOException.class, () -> Hpcc.summary(text.replace("Success=1", "Success=0")));
        assertThrows(IOException.class, () -> Hpcc.summary(text.replace("SingleFFT_Gflops=1.93846", "SingleFFT_Gflops=nan?")));
    }

    @Test
    void theScoreIsTheMedianAndTheSpreadHalfOfWhatLiesBetweenTheEnds() {
        List<External.Score> scores = Stream.of(10.0, 12.0, 11.0).map(v -> new External.Score("a/1", "MB/s", v)).toList();
        assertEquals(new BenchmarkResult("a/1", "MB/s", 11_000, 91), External.result(scores));
        assertThrows(IllegalArgumentException.class, () -> External.result(List.of(new External.Score("a/1", "MB/s", 0))));
        assertThrows(IllegalArgumentException.class, () -> External.result(List.of(new External.Score("a/1", "MB/s", Double.NaN))));
    }

    @Test
    void whatIsNotInstalledSaysWhichPackageHasItAndIsNotRun() throws Exception {
        Fio fio = new Fio(new Program("no-such-program", "/usr/bin:/bin"), directory);
        assertEquals(Optional.of("apt-get install fio"), fio.missing());
        assertEquals(List.of(), fio.run(60_000));
    }

    @Test
    void aProgramRunsWithoutTheEnvironmentOfThisProcess() throws Exception {
        String output = script("env; pwd").run(List.of(), directory, 10_000);
        assertTrue(output.contains("LC_ALL=C") && output.contains(directory.toString()), output);
        assertFalse(output.contains("JAVA"), output);
    }

    @Test
    void aProgramThatTakesTooLongIsKilledWithItsChildren() throws Exception {
        IOException e = assertThrows(IOException.class, () -> script("sleep 61.7 & sleep 61.7").run(List.of(), directory, 300));
        assertTrue(e.getMessage().contains("300 ms"), e.getMessage());
        assertTrue(ProcessHandle.allProcesses().noneMatch(p -> p.isAlive() && p.info().commandLine().orElse("").contains("sleep 61.7")));
    }

    @Test
    void aProgramThatFloodsIsKilled() {
        assertThrows(IOException.class, () -> script("yes zennet").run(List.of(), directory, 60_000));
    }

    @Test
    void aProgramThatFailsIsReportedWithItsLastWords() {
        IOException e = assertThrows(IOException.class, () -> script("echo first; echo no disk >&2; exit 3").run(List.of(), directory, 10_000));
        assertEquals("prog ended with code 3: no disk", e.getMessage());
    }

    @Test
    void theRealProgramsGiveScoresWhereTheyAreInstalled() throws Exception {
        assumeTrue(List.of("full", "soak").contains(System.getProperty("zennet.tier")), "runs the real programs in the full tier");
        List<String> skipped = new ArrayList<>();
        for (External e : List.of(new Sysbench(Program.of("sysbench"), directory, 2), new Fio(Program.of("fio"), Path.of("/var/tmp")),
                new SevenZip(Program.of("7z"), directory, 2), new Hpcc(Program.of("hpcc"), directory))) {
            if (e.missing().isPresent()) {
                skipped.add(e.missing().get());
                continue;
            }
            List<BenchmarkResult> results = e.run(e.leastMillis());
            assertTrue(results.stream().allMatch(r -> r.milli() > 0) && results.size() >= 3, e.getClass() + ": " + results);
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(0, left.count(), "nothing is left behind");
        }
        assumeTrue(skipped.isEmpty(), () -> "not installed: " + skipped);
    }
}
