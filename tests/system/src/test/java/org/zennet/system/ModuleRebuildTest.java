package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The committed module is what its sources give. */
class ModuleRebuildTest {
    private static final int TOOLS_MISSING = 77;

    @Test
    void theCommittedModuleIsRebuiltByteForByteWhereTheRecordedCompilersAre() throws Exception {
        Process p = new ProcessBuilder(Zennet.ROOT.resolve("examples/folding/build.sh").toString(), "--check").redirectErrorStream(true).start();
        String out = new String(p.getInputStream().readAllBytes());
        p.waitFor(120, TimeUnit.SECONDS);
        Assumptions.assumeTrue(p.exitValue() != TOOLS_MISSING, "the recorded clang, lld and wasi-libc are not here (releng/os-packages.sh compilers, which ./zennet test --full runs): " + out.strip());
        assertEquals(0, p.exitValue(), out);
    }
}
