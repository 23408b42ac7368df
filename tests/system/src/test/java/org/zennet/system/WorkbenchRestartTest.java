package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The desktop as a person closes and opens it: on a screen of its own, by keys, judged by what is seen. */
class WorkbenchRestartTest {
    /** A caret blinks, a tab is a shade brighter while its part has the focus. */
    private static final double ALIKE = 0.985;

    @TempDir
    Path directory;

    @Test
    void themeLayoutAndOpenViewsAreAsTheyWereAfterARestart() throws Exception {
        assumeTrue("full".equals(System.getProperty("zennet.tier")), "the desktop is closed and opened again with './zennet test --full'");
        try (Desktop desktop = new Desktop(directory)) {
            Process first = desktop.open("--theme", "dark");
            desktop.mainKey("alt+shift+q", "2");
            desktop.mainKey("alt+shift+q", "c");
            desktop.mainKey("alt+shift+q", "k");
            desktop.await("benchmarks", s -> s.kind().equals("CTabFolderItem") && s.isSelected() && s.text().equals("Benchmarks"));
            BufferedImage before = desktop.settled();
            desktop.quit(first);
            Process second = desktop.open();
            BufferedImage after = desktop.settled();
            double alike = Desktop.alike(before, after);
            assertTrue(alike >= ALIKE, () -> "only " + alike + " of the window looks as it did; see " + Desktop.keep(before, "before") + " and " + Desktop.keep(after, "after"));
            assertTrue(dark(after) > 0.8, "the window is dark again");
            desktop.mainKey("alt+shift+q", "1");
            desktop.await("jobs", s -> s.kind().equals("CTabFolderItem") && s.text().equals("Jobs"));
            double other = Desktop.alike(after, desktop.settled());
            assertTrue(other < ALIKE, "another perspective looks the same: the test could not fail");
            desktop.quit(second);
        }
    }

    private static double dark(BufferedImage image) {
        long dark = 0;
        for (int y = 0; y < Desktop.HEIGHT; y++) {
            for (int x = 0; x < Desktop.WIDTH; x++) {
                int c = image.getRGB(x, y);
                dark += (c >> 16 & 0xFF) + (c >> 8 & 0xFF) + (c & 0xFF) < 3 * 100 ? 1 : 0;
            }
        }
        return (double) dark / (Desktop.WIDTH * Desktop.HEIGHT);
    }
}
