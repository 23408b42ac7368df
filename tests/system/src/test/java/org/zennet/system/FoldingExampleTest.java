package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The folding example's own tests: the same sources natively, the committed module under Chicory, and the golden files. */
class FoldingExampleTest {
    private static final Path EXAMPLE = Zennet.ROOT.resolve("examples/folding");

    @TempDir
    Path directory;

    @TestFactory
    List<DynamicTest> nativeProgramModuleAndGoldenFilesAgree() throws Exception {
        List<DynamicTest> all = new ArrayList<>();
        if (Stream.of("cc", "gcc", "clang").noneMatch(FoldingExampleTest::there)) {
            return List.of(skipped("no C compiler for the native program"));
        }
        Path log = directory.resolve("log");
        ProcessBuilder b = new ProcessBuilder(EXAMPLE.resolve("test.sh").toString()).redirectErrorStream(true).redirectOutput(log.toFile());
        b.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process p = b.start();
        boolean ended = p.waitFor(5, TimeUnit.MINUTES);
        if (!ended) {
            p.destroyForcibly().waitFor();
        }
        String text = Files.readString(log);
        all.add(DynamicTest.dynamicTest("what ran passed", () -> assertEquals("true 0", ended + " " + p.exitValue(), text)));
        text.lines().filter(l -> l.startsWith("SKIPPED ")).forEach(l -> all.add(skipped(l.substring("SKIPPED ".length()))));
        return all;
    }

    private static DynamicTest skipped(String why) {
        return DynamicTest.dynamicTest(why, () -> Assumptions.abort(why));
    }

    private static boolean there(String program) {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(d -> Files.isExecutable(Path.of(d, program)));
    }
}
