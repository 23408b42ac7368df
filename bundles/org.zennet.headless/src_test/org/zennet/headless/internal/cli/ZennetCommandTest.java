package org.zennet.headless.internal.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

class ZennetCommandTest {
    @TempDir
    Path directory;

    private final StringWriter errors = new StringWriter();

    private int run(String... words) {
        CommandLine line = ZennetCommand.commands(null, null);
        line.setErr(new PrintWriter(errors));
        return line.execute(words);
    }

    @Test
    void everyCommandAndEveryParameterIsDescribed() {
        int commands = described(ZennetCommand.commands(null, null));
        assertTrue(commands > 35, commands + " commands");
    }

    private static int described(CommandLine line) {
        String name = line.getCommandSpec().qualifiedName();
        assertFalse(String.join("", line.getCommandSpec().usageMessage().description()).isBlank(), name + " has no description");
        assertTrue(line.getUsageMessage().contains("Usage:"), name);
        assertNotNull(line.getCommandSpec().findOption("--help"), name + " has no --help");
        for (ArgSpec a : line.getCommandSpec().args()) {
            assertFalse(String.join("", a.description()).isBlank(), name + ": " + a + " has no description");
        }
        if (line.getSubcommands().isEmpty()) {
            assertNotNull(line.getCommandSpec().findOption("--json"), name + " has no --json");
        }
        return 1 + line.getSubcommands().values().stream().mapToInt(ZennetCommandTest::described).sum();
    }

    @Test
    void whatCanNeverMeanAnythingEndsWithTwo() {
        String data = directory.toString();
        List<List<String>> all = new ArrayList<>(List.of(List.of("network", "join", "zennet:dev:zz", "--data", data)));
        for (String words : List.of("no-such", "job submit", "demo --providers", "demo --providers 1", "demo --liars 2", "demo --lie badly",
                "wallet new --words 13", "wallet send dxen1x", "chain block x", "node start --port 1", "node start --join zennet:dev:zz", "ssh",
                "rent -m much", "rent --for 1y", "rent --budget lots", "provider start --schedule never", "provider start --share 0")) {
            all.add(List.of(words.split(" ")));
        }
        for (List<String> words : all) {
            errors.getBuffer().setLength(0);
            assertEquals(2, run(words.toArray(String[]::new)), words.toString());
            assertEquals(1, errors.toString().strip().lines().count(), errors.toString());
        }
    }

    @Test
    void whatFailsEndsWithOneAndOneLine() {
        String data = directory.resolve("none").toString();
        for (List<String> words : List.of(List.of("wallet", "balance", "--data", data), List.of("job", "list", "--data", data),
                List.of("wallet", "new", "--data", data), List.of("provider", "stop", "--data", data), List.of("job", "submit", "none.yaml", "--data", data))) {
            errors.getBuffer().setLength(0);
            assertEquals(1, run(words.toArray(String[]::new)), words.toString());
            assertEquals(1, errors.toString().strip().lines().count(), errors.toString());
        }
    }

    @Test
    void aTemplateIsWrittenOnceAndNeverOverAFile() throws Exception {
        Path file = directory.resolve("job.yaml");
        assertEquals(0, run("job", "template", file.toString()));
        String text = Files.readString(file);
        for (String key : List.of("zennet: 1", "name:", "module:", "array:", "task:", "timeout:", "resources:", "budget:", "deadline:", "verification:")) {
            assertTrue(text.contains(key), key);
        }
        assertEquals(1, run("job", "template", file.toString()));
        assertEquals(text, Files.readString(file));
    }

    /** A framework whose one service refuses every job file. */
    private static org.osgi.framework.BundleContext refusing() {
        org.zennet.services.publisher.JobFileService files = file -> {
            throw new org.zennet.services.Rejected("job.yaml has a problem: budget");
        };
        ClassLoader loader = ZennetCommandTest.class.getClassLoader();
        Object reference = Proxy.newProxyInstance(loader, new Class<?>[] {org.osgi.framework.ServiceReference.class}, (p, m, a) -> null);
        return (org.osgi.framework.BundleContext) Proxy.newProxyInstance(loader, new Class<?>[] {org.osgi.framework.BundleContext.class},
                (p, m, a) -> m.getName().equals("getServiceReference") ? reference : m.getName().equals("getService") ? files : null);
    }

    @Test
    void aBadJobFileIsToldBeforeAnythingIsStartedForIt() throws Exception {
        String file = Files.writeString(directory.resolve("job.yaml"), "zennet: 1\n").toString();
        System.setProperty("zennet.home", directory.toString());
        System.setProperty("zennet.launcher", directory.resolve("none").toString());
        try {
            for (List<String> words : List.of(List.of("job", "check", file), List.of("demo", "--job", file),
                    List.of("job", "submit", file, "--faucet", "--data", directory.toString()))) {
                errors.getBuffer().setLength(0);
                CommandLine line = ZennetCommand.commands(refusing(), null);
                line.setErr(new PrintWriter(errors));
                assertEquals(1, line.execute(words.toArray(String[]::new)), words.toString());
                assertEquals("zennet: job.yaml has a problem: budget", errors.toString().strip(), words.toString());
            }
        } finally {
            System.clearProperty("zennet.home");
            System.clearProperty("zennet.launcher");
        }
    }
}
