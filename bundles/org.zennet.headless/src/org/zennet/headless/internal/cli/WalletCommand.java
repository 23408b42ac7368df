package org.zennet.headless.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.zennet.headless.internal.control.ControlClient;
import org.zennet.headless.internal.node.DataDirectory;
import org.zennet.headless.internal.node.NodeRuntime;
import org.zennet.services.Rejected;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wallet ...}: the keystore of a data directory, and the coins of a running process. */
@Command(name = "wallet", description = "A wallet's words and backup, and the coins, addresses and channels of a running process.")
final class WalletCommand {
    private static final int MAX_WORDS_TEXT = 1000;
    private final NodeRuntime runtime;

    WalletCommand(NodeRuntime runtime) {
        this.runtime = runtime;
    }

    @Command(name = "new", description = {"Make a wallet and show its words, once. A process that finds no wallet makes one itself.",
        "The environment variable ZENNET_PASSPHRASE seals it; without one a random passphrase is kept in a file beside it."})
    int make(@Mixin Common common,
            @Option(names = "--words", paramLabel = "N", defaultValue = "24", description = "How many words: 12 or 24 (default: ${DEFAULT-VALUE}).")
            int count) throws Rejected {
        if (count != 12 && count != 24) {
            throw new Misused("a wallet has 12 or 24 words, not " + count);
        }
        DataDirectory directory = DataDirectory.find(common.data, common.network());
        List<String> words = runtime.keystore(directory, k -> k.create(count, Optional.empty()));
        show(common, directory, Optional.of(words));
        return 0;
    }

    @Command(name = "restore", description = {"Make a wallet again from its words; its coins are found when a process starts.",
        "ZENNET_PASSPHRASE seals it as with 'wallet new'."})
    int restore(@Mixin Common common, @Parameters(paramLabel = "WORD", arity = "0..*",
            description = "The words in their order. Without any they are read from standard input, which keeps them out of the shell's history.")
            List<String> given) throws Rejected {
        DataDirectory directory = DataDirectory.find(common.data, common.network());
        List<String> words = split(given == null || given.isEmpty() ? read() : String.join(" ", given));
        runtime.keystore(directory, k -> {
            k.restore(words, Optional.empty());
            return true;
        });
        show(common, directory, Optional.empty());
        return 0;
    }

    @Command(name = "words", description = "Show the words of a wallet that a process made for itself, once.")
    int words(@Mixin Common common) throws Rejected {
        DataDirectory directory = DataDirectory.find(common.data, common.network());
        ControlClient client = common.client();
        List<String> words = new ArrayList<>();
        if (client.answers()) {
            client.call("wallet.words", Map.of()).forEach(w -> words.add(w.asText()));
        } else {
            runtime.keystore(directory, k -> k.unseenWords()).ifPresent(words::addAll);
        }
        if (words.isEmpty()) {
            throw new Rejected("the words of this wallet were shown before: use 'zennet wallet backup FILE'");
        }
        show(common, directory, Optional.of(words));
        return 0;
    }

    @Command(name = "backup", description = "Write a sealed copy of the keystore.")
    int backup(@Mixin Common common, @Parameters(paramLabel = "FILE", description = "A file that does not exist yet.") Path file) throws Rejected {
        DataDirectory directory = DataDirectory.find(common.data, common.network());
        Path target = file.toAbsolutePath().normalize();
        ControlClient client = common.client();
        if (client.answers()) {
            client.call("wallet.backup", Map.of("file", target.toString()));
        } else {
            runtime.keystore(directory, k -> {
                k.backup(target, Optional.empty());
                return true;
            });
        }
        Path passphrase = target.resolveSibling(target.getFileName() + ".passphrase");
        boolean beside = Files.exists(passphrase);
        if (common.json) {
            Map<String, Object> d = new LinkedHashMap<>();
            d.put("file", target);
            d.put("passphraseFile", beside ? passphrase : null);
            common.out().json(d);
        } else {
            common.out().line("written to " + target);
            if (beside) {
                common.out().line("sealed by the passphrase in " + passphrase + ": keep the two apart, whoever has both has the money");
            } else {
                common.out().line("sealed by the passphrase of ZENNET_PASSPHRASE: it can't be opened without");
            }
        }
        return 0;
    }

    /** What a new or restored wallet is, and how it is sealed. */
    private static void show(Common common, DataDirectory directory, Optional<List<String>> words) {
        Path keystore = directory.path().resolve("keystore").resolve("seed");
        Path passphrase = keystore.resolveSibling("passphrase");
        boolean inFile = Files.exists(passphrase) && System.getenv("ZENNET_PASSPHRASE") == null;
        if (common.json) {
            Map<String, Object> d = new LinkedHashMap<>();
            words.ifPresent(w -> d.put("words", w));
            d.put("keystore", keystore);
            d.put("passphraseFile", inFile ? passphrase : null);
            common.out().json(d);
            return;
        }
        words.ifPresent(w -> {
            common.out().line("The " + w.size() + " words of this wallet. They are not shown again; whoever has them has the money:");
            common.out().line("");
            for (int i = 0; i < w.size(); i += 6) {
                StringBuilder row = new StringBuilder();
                for (int j = i; j < Math.min(w.size(), i + 6); j++) {
                    row.append(String.format(Locale.ROOT, "%4d %-9s", j + 1, w.get(j)));
                }
                common.out().line(row.toString().stripTrailing());
            }
            common.out().line("");
        });
        common.out().line("keystore   " + keystore);
        common.out().line("sealed by  " + (inFile ? passphrase + " (whoever can read both files has the money)" : "the passphrase of ZENNET_PASSPHRASE"));
    }

    /** Words as people write them: any case, any white space between, numbers before them left out. */
    static List<String> split(String text) throws Misused {
        if (text.length() > MAX_WORDS_TEXT) {
            throw new Misused("the words of a wallet are at most 24");
        }
        List<String> words = java.util.Arrays.stream(text.strip().toLowerCase(Locale.ROOT).split("[\\s,]+"))
                .filter(w -> !w.isEmpty() && !w.matches("\\d+[.)]?")).toList();
        if (words.size() < 12 || words.size() > 24 || words.size() % 3 != 0) {
            throw new Misused("a wallet has 12 or 24 words, not " + words.size());
        }
        return words;
    }

    private static String read() throws Rejected {
        if (System.console() != null && System.console().isTerminal()) {
            System.err.println("The words of the wallet, on one line:");
        }
        try {
            String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            return line == null ? "" : line;
        } catch (IOException e) {
            throw new Rejected("the words can't be read from standard input: " + e.getMessage(), e);
        }
    }

    @Command(name = "balance", description = "Tell what there is.")
    int balance(@Mixin Common common) throws Rejected {
        JsonNode b = common.client().call("wallet.balance", Map.of());
        if (common.json) {
            common.out().json(b);
        } else {
            common.out().line("available    " + Output.xen(b.path("available")));
            common.out().line("on its way   " + Output.xen(b.path("pending")));
            common.out().line("in channels  " + Output.xen(b.path("inChannels")));
        }
        return 0;
    }

    @Command(name = "address", description = "Make a fresh address to be paid at.")
    int address(@Mixin Common common) throws Rejected {
        JsonNode a = common.client().call("wallet.address", Map.of());
        if (common.json) {
            common.out().json(a);
        } else {
            common.out().line(a.path("address").asText());
        }
        return 0;
    }

    @Command(name = "send", description = "Pay an address.")
    int send(@Mixin Common common,
            @Parameters(index = "0", paramLabel = "ADDRESS", description = "Who is paid; 'zennet wallet address' makes one.") String address,
            @Parameters(index = "1", paramLabel = "AMOUNT", description = "Such as '0.5 XEN' or 1200zen.") String amount,
            @Option(names = "--dry-run", description = "Only show what it would do.") boolean dry) throws Rejected {
        Map<String, String> p = Map.of("address", address, "amount", amount);
        if (dry) {
            JsonNode v = common.client().call("wallet.preview", p);
            if (common.json) {
                common.out().json(v);
            } else {
                common.out().line("pays " + Output.xen(v.path("amount")) + " with a fee of " + Output.xen(v.path("fee")) + ", change "
                        + Output.xen(v.path("change")));
            }
            return 0;
        }
        JsonNode t = common.client().call("wallet.send", p);
        if (common.json) {
            common.out().json(t);
        } else {
            common.out().line("sent in tx:" + t.path("txid").asText());
        }
        return 0;
    }

    @Command(name = "history", description = "List what came and went.")
    int history(@Mixin Common common, @Option(names = "--limit", paramLabel = "N", defaultValue = "50",
            description = "At most so many (default: ${DEFAULT-VALUE}).") int limit) throws Rejected {
        JsonNode h = common.client().call("wallet.history", Map.of("limit", limit));
        if (common.json) {
            common.out().json(h);
            return 0;
        }
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode e : h) {
            long delta = e.path("deltaZen").asLong();
            rows.add(List.of(e.path("at").asText(), e.path("kind").asText(), (delta < 0 ? "-" : "+")
                    + new org.zennet.api.value.Amount(Math.abs(delta)), e.path("height").asText(), Output.brief(e.path("txid").asText()),
                    e.path("note").asText()));
        }
        common.out().table(List.of("TIME", "KIND", ">AMOUNT", ">BLOCK", "TX", "NOTE"), rows);
        return 0;
    }

    @Command(name = "channels", description = "List payment channels, with what is at risk and when they expire.")
    int channels(@Mixin Common common) throws Rejected {
        JsonNode all = common.client().call("wallet.channels", Map.of());
        if (common.json) {
            common.out().json(all);
            return 0;
        }
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode c : all) {
            rows.add(List.of(Output.brief(c.path("id").path("txid").asText()), c.path("role").asText(), c.path("state").asText(),
                    Output.xen(c.path("capacity")), Output.xen(c.path("paid")), c.path("payments").asText(), c.path("expiry").asText(),
                    c.path("label").asText()));
        }
        common.out().table(List.of("CHANNEL", "ROLE", "STATE", ">CAPACITY", ">PAID", ">PAYMENTS", ">EXPIRES AT", "FOR"), rows);
        return 0;
    }

    @Command(name = "faucet", description = "On a development network: take a genesis coin of the published test key.")
    int faucet(@Mixin Common common) throws Rejected {
        JsonNode t = common.client().call("wallet.testcoins", Map.of());
        if (common.json) {
            common.out().json(t);
        } else {
            common.out().line("taken in tx:" + t.path("txid").asText());
        }
        return 0;
    }
}
