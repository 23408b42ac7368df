package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.system.Desktop.Seen;

/**
 * A person's first day at the desktop, by keys alone, in a market of real processes: a wallet, coins, the example's job until it is verified, a rented
 * machine with a terminal that is typed into, this machine offered and its strategy swapped, the window closed and opened again.
 */
class DesktopPersonTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String DONE = "| done | ";

    @TempDir
    Path directory;

    @Test
    void aPersonMakesAWalletRunsAJobRentsAMachineSwapsAStrategyAndFindsAllOfItAgain() throws Exception {
        assumeTrue("full".equals(System.getProperty("zennet.tier")), "a whole day at the desktop is lived with './zennet test --full'");
        assumeTrue("root".equals(System.getProperty("user.name")) && Files.isExecutable(Path.of("/usr/bin/bwrap")), "the rented machine is a sandbox: it needs root and bwrap");
        try (MarketProcesses market = new MarketProcesses(directory); Desktop desktop = new Desktop(directory)) {
            market.network();
            market.start("node", "miner", "start");
            market.awaitUp("node");
            for (String p : List.of("provider-1", "provider-2")) {
                market.start(p, "provider", "start", "--cores", "8", "--memory", "2GiB", "--backends", "wasm,sandbox");
                market.awaitUp(p);
            }
            Process window = desktop.open();
            createsAWallet(desktop, market.join());
            desktop.command("Take Test Coins");
            desktop.await("coins", s -> s.kind().endsWith("Label") && s.text().matches("[1-9][0-9.]* XEN, open"));
            String job = runsTheExample(desktop);
            rentsAMachineAndTypes(desktop);
            offersThisMachineAndSwapsItsStrategy(desktop);
            desktop.mainKey("alt+shift+q", "3");
            desktop.await("the wallet's perspective", DesktopPersonTest::isWallet);
            String balance = desktop.await("a balance", s -> s.text().matches("[0-9.]+ XEN, open")).text();
            desktop.quit(window);

            window = desktop.open();
            desktop.await("the perspective that it was closed in", DesktopPersonTest::isWallet);
            desktop.await("the balance as it was, " + balance, s -> s.text().equals(balance));
            desktop.mainKey("alt+shift+q", "1");
            desktop.await("the job as it ended: " + job, s -> s.text().equals(job));
            desktop.mainKey("alt+shift+q", "2");
            desktop.await("the other strategy", s -> s.text().matches(" *Strategy \\| fixed"));
            desktop.quit(window);
        }
    }

    private static boolean isWallet(Seen s) {
        return s.kind().equals("CTabFolderItem") && s.isSelected() && s.text().equals("Wallet");
    }

    private void createsAWallet(Desktop desktop, String join) throws Exception {
        desktop.press("Create or Restore a Wallet");
        desktop.awaitWindow("Wallet");
        desktop.tabTo("Join line");
        desktop.fill(join);
        desktop.press("Finish");
        desktop.awaitWindow("Words of the Wallet");
        List<Seen> words = desktop.see().stream().filter(s -> s.isActive() && s.kind().equals("Label")).toList();
        List<String> asked = words.stream().map(Seen::text).filter(t -> t.matches("Word [0-9]+:")).toList();
        assertEquals(2, asked.size(), words::toString);
        for (String question : asked) {
            String number = question.replaceAll("[^0-9]", "");
            desktop.tabTo(question.replace(":", ""));
            desktop.fill(words.stream().map(Seen::text).filter(t -> t.startsWith(number + " ")).findFirst().orElseThrow().substring(number.length() + 1));
        }
        desktop.press("I Wrote Them Down");
        desktop.await("a node that runs", s -> s.text().matches("[1-9][0-9]* peers? \\| block [0-9]+, level"));
    }

    /** The job's line, once it is done. */
    private String runsTheExample(Desktop desktop) throws Exception {
        Path example = directory.resolve("folding");
        copy(Zennet.ROOT.resolve("examples/folding"), example);
        desktop.mainKey("alt+shift+q", "j");
        desktop.mainKey("ctrl+r");
        desktop.awaitWindow("New Job");
        desktop.tabTo("Job file");
        desktop.fill(example.resolve("job.yaml").toString());
        desktop.press("Next >");
        desktop.awaitText("Edit the File");
        desktop.press("Next >");
        desktop.awaitText("Measure");
        desktop.press("Finish");
        Seen job = desktop.await("the job, done", s -> s.text().startsWith("fold-3d-48 " + DONE + "13 of 13"));
        List<Seen> tasks = desktop.see().stream().filter(s -> s.text().contains(" | verified | ")).toList();
        assertEquals(13, tasks.size(), tasks::toString);
        assertTrue(Files.isDirectory(example.resolve("results")), "its results are there");
        return job.text();
    }

    private void rentsAMachineAndTypes(Desktop desktop) throws Exception {
        desktop.mainKey("ctrl+shift+r");
        desktop.awaitWindow("Rent Machines");
        desktop.press("Rent");
        desktop.await("a machine that is ready", s -> s.text().contains(" | ready | "));
        desktop.mainKey("Home", "Down");
        desktop.key("Return");
        desktop.await("a terminal that is logged in", s -> s.kind().equals("Label") && s.text().startsWith("zennet-1: whoever runs this machine can read"));
        desktop.await("the keyboard in it", s -> s.hasFocus() && s.kind().equals("Canvas"));
        desktop.type("echo typed by a person > note; hostname > name");
        desktop.key("Return");
        Path config = find("ssh_config");
        Zennet.await("what was typed is in the machine", LIMIT, () -> note(config).equals("typed by a person"));
        // all keys are for the machine, but those that lead out
        desktop.hold("ctrl", "F7", s -> s.isSelected() && s.kind().equals("TableItem") && s.text().equals("Rented Machines"));
        desktop.await("the view of machines", s -> s.kind().equals("CTabFolderItem") && s.isSelected() && s.text().equals("Rented Machines"));
        desktop.mainKey("Home");
        desktop.await("the rent, selected", s -> s.hasFocus() && s.isSelected() && s.text().startsWith("1 machine | open"));
        desktop.command("Give Back");
        desktop.awaitWindow("Give Back Machines");
        desktop.key("Return");
        desktop.await("the rent, paid and over", s -> s.text().matches("1 machine \\| done .*"));
    }

    private static String note(Path config) {
        try {
            return Zennet.execute(LIMIT, List.of("ssh", "-F", config.toString(), "-o", "BatchMode=yes", "zennet-1", "cat", "note")).out().strip();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void offersThisMachineAndSwapsItsStrategy(Desktop desktop) throws Exception {
        desktop.mainKey("ctrl+shift+o");
        desktop.awaitWindow("Offer This Machine");
        desktop.key("Return");
        desktop.await("this machine is for rent", s -> s.text().startsWith("Open for work"));
        desktop.await("its strategy", s -> s.text().matches(" *Strategy \\| calibrated"));
        desktop.command("Provider Settings");
        desktop.awaitWindow("Preferences");
        desktop.tabTo("Strategy");
        desktop.fill("fixed");
        desktop.tabBackTo("Apply and Close");
        desktop.key("space");
        desktop.await("the other strategy at work", s -> s.text().matches(" *Strategy \\| fixed"));
    }

    private Path find(String name) throws Exception {
        try (Stream<Path> all = Files.walk(directory.resolve("data"))) {
            return all.filter(p -> p.getFileName().toString().equals(name)).findFirst().orElseThrow();
        }
    }

    private static void copy(Path from, Path to) throws Exception {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path p : all.toList()) {
                Path target = to.resolve(from.relativize(p).toString());
                if (Files.isDirectory(p)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(p, target);
                }
            }
        }
    }
}
