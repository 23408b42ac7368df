package org.zennet.headless.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.zennet.services.Rejected;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code chain ...}, over a running process. */
@Command(name = "chain", description = "The chain as a running process validated it.")
final class ChainCommand {
    @Command(name = "status", description = "Tell the newest block and what waits.")
    int status(@Mixin Common common) throws Rejected {
        JsonNode s = common.client().call("chain.status", Map.of());
        if (common.json) {
            common.out().json(s);
        } else {
            common.out().line("block " + s.path("tip").path("height").asText() + " " + s.path("tip").path("hash").asText()
                    + (s.path("synced").asBoolean() ? "" : " (catching up)"));
            common.out().line(s.path("mempool").asText() + " transactions wait, " + s.path("announcements").asText() + " announcements live");
        }
        return 0;
    }

    @Command(name = "block", description = "Show a block.")
    int block(@Mixin Common common, @Parameters(paramLabel = "HEIGHT", description = "Which block; 0 is the first.") int height) throws Rejected {
        JsonNode b = common.client().call("chain.block", Map.of("height", height));
        if (common.json) {
            common.out().json(b);
        } else {
            common.out().line("block " + b.path("height").asText() + " " + b.path("hash").asText() + ", " + b.path("bytes").asText() + " bytes, subsidy "
                    + Output.xen(b.path("subsidy")) + ", fees " + Output.xen(b.path("fees")));
            b.path("transactions").forEach(t -> common.out().line("  tx:" + t.path("txid").asText() + "  fee " + Output.xen(t.path("fee"))));
        }
        return 0;
    }

    @Command(name = "tx", description = "Show where a transaction stands.")
    int transaction(@Mixin Common common, @Parameters(paramLabel = "TXID", description = "A transaction's id, with or without tx: before it.") String txid) throws Rejected {
        JsonNode t = common.client().call("chain.tx", Map.of("txid", txid));
        if (common.json) {
            common.out().json(t);
        } else {
            common.out().line("tx:" + t.path("txid").asText() + (t.path("depth").asInt() == 0 ? " waits" : " in block "
                    + t.path("height").asText() + ", " + t.path("depth").asText() + " deep") + ", fee " + Output.xen(t.path("fee")));
        }
        return 0;
    }

    @Command(name = "scan", description = "Add up every coin: genesis and subsidies must equal what is unspent and burnt.")
    int scan(@Mixin Common common) throws Rejected {
        JsonNode c = common.client().call("chain.conservation", Map.of());
        if (common.json) {
            common.out().json(c);
        } else {
            common.out().line("at block " + c.path("height").asText() + ": genesis " + Output.xen(c.path("genesis")) + " + subsidies "
                    + Output.xen(c.path("subsidies")) + (c.path("holds").asBoolean() ? " = " : " DIFFERS FROM ") + "unspent "
                    + Output.xen(c.path("unspent")) + " + burnt " + Output.xen(c.path("burnt")));
        }
        return c.path("holds").asBoolean() ? 0 : 1;
    }
}
