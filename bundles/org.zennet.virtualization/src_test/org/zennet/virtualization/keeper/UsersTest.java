package org.zennet.virtualization.keeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class UsersTest {
    private static final int FIRST = 60_001;

    /** Another keeper: says which user it gets. */
    static final class Other {
        private Other() { }

        public static void main(String[] args) throws Exception {
            System.out.println(Users.claim(FIRST, 3).map(Users.User::id).orElse(0));
        }
    }

    private static int other() throws Exception {
        Path classes = Path.of(Users.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path tests = Path.of(Other.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Process p = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xshare:auto", "-cp",
                classes + File.pathSeparator + tests, Other.class.getName()).start();
        return Integer.parseInt(new String(p.getInputStream().readAllBytes()).strip());
    }

    @Test
    void aUserIsOneContainersHoweverManyThisKeeperClaimsAfterIt() throws Exception {
        Assumptions.assumeTrue(Files.isWritable(Path.of("/run")), "SKIPPED: users are for root");
        try (Users.User one = Users.claim(FIRST, 3).orElseThrow(); Users.User two = Users.claim(FIRST, 3).orElseThrow()) {
            assertNotEquals(one.id(), two.id());
            assertEquals(FIRST + 2, other(), "the first two are taken");
            try (Users.User three = Users.claim(FIRST, 3).orElseThrow()) {
                assertEquals(FIRST + 2, three.id());
                assertTrue(Users.claim(FIRST, 3).isEmpty());
                assertEquals(0, other());
            }
        }
        assertEquals(FIRST, other());
    }
}
