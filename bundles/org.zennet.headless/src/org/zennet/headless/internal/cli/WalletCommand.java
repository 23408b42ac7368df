package org.zennet.headless.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.zennet.services.Rejected;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wallet ...}, over a running process. */
@Command(name = "wallet", description = "Coins, addresses and channels of a running process.")
final class WalletCommand {
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
    int send(@Mixin Common common, @Parameters(index = "0", paramLabel = "ADDRESS") String address,
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
    int history(@Mixin Common common, @Option(names = "--limit", defaultValue = "50", description = "At most so many (default: ${DEFAULT-VALUE}).") int limit)
            throws Rejected {
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

    @Command(name = "backup", description = "Write a sealed copy of the keystore.")
    int backup(@Mixin Common common, @Parameters(paramLabel = "FILE") Path file) throws Rejected {
        common.client().call("wallet.backup", Map.of("file", file.toAbsolutePath().toString()));
        common.out().line("written to " + file);
        return 0;
    }

    @Command(name = "faucet", description = "On a development network: take a genesis coin of the published test key.")
    int faucet(@Mixin Common common) throws Rejected {
        JsonNode t = common.client().call("wallet.testcoins", Map.of());
        common.out().line("taken in tx:" + t.path("txid").asText());
        return 0;
    }
}
