package org.zennet.headless.internal.beside;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.value.Amount;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.headless.internal.control.BenchmarkCalls;
import org.zennet.services.provider.ProviderService.LeaseInfo;
import org.zennet.services.provider.ProviderService.LeaseState;
import org.zennet.services.provider.ProviderService.OwnerState;
import org.zennet.services.provider.ProviderService.Reconciliation;
import org.zennet.services.provider.ProviderService.Status;

/** What another process tells of its provider, back from JSON. Throws {@link IllegalArgumentException} for what is none. */
final class ProviderDocument {
    private ProviderDocument() { }

    static Status status(JsonNode s) {
        Map<String, String> notSold = new LinkedHashMap<>();
        s.path("notSold").properties().forEach(e -> notSold.put(e.getKey(), e.getValue().asText()));
        return new Status(s.path("identity").asText(), s.path("accepting").asBoolean(), resources(s.path("machine")).orElseThrow(() -> missing("machine")),
                resources(s.path("sold")), words(s.path("backends")), s.path("strategy").asText(), BenchmarkCalls.results(s.path("benchmarks")),
                amount(s, "earned"), s.path("leases").asInt(), s.path("tasks").asInt(), text(s, "problem"), reconciliation(s.path("reconciliation")),
                notSold, owner(s.path("owner")));
    }

    static List<LeaseInfo> leases(JsonNode array) {
        List<LeaseInfo> all = new ArrayList<>();
        for (JsonNode l : array) {
            all.add(new LeaseInfo(l.path("id").asText(), l.path("publisher").asText(), LeaseState.valueOf(l.path("state").asText()),
                    Instant.parse(l.path("since").asText()), l.path("backend").asText(), rates(l.path("rates")), l.path("strategy").asText(),
                    usage(l.path("usage")), l.path("tasks").asInt(), amount(l, "owed"), amount(l, "paid"), amount(l, "exposure"), amount(l, "withheld"),
                    text(l, "settlement"), l.path("settlementHeight").asInt(), l.path("note").asText()));
        }
        return all;
    }

    static RateVector rates(JsonNode n) {
        return RateVector.of(c -> n.path(c.id()).asLong());
    }

    static UsageVector usage(JsonNode n) {
        return UsageVector.of(c -> n.path(c.id()).asLong());
    }

    static Amount amount(JsonNode n, String field) {
        return new Amount(n.path(field).asLong());
    }

    private static Optional<String> text(JsonNode n, String field) {
        return Optional.ofNullable(n.path(field).textValue());
    }

    private static Optional<Resources> resources(JsonNode n) {
        return n.isObject() ? Optional.of(new Resources(n.path("cores").asInt(), n.path("memory").asLong(), n.path("disk").asLong())) : Optional.empty();
    }

    private static Optional<OwnerState> owner(JsonNode n) {
        return n.isObject() ? Optional.of(new OwnerState(n.path("idleOnly").asBoolean(), n.path("foreignLimit").asInt(), n.path("quietSeconds").asLong(),
                n.path("perMille").asInt(), n.path("reason").asText(), n.path("foreign").isNumber() ? Optional.of(n.path("foreign").asInt()) : Optional.empty(),
                text(n, "input").map(Instant::parse), n.path("frozen").asInt())) : Optional.empty();
    }

    private static Optional<Reconciliation> reconciliation(JsonNode n) {
        return n.isObject() ? Optional.of(new Reconciliation(Instant.parse(n.path("at").asText()), n.path("containers").asInt(), n.path("contracts").asInt(),
                n.path("reservations").asInt(), n.path("channels").asInt(), words(n.path("ended")), text(n, "problem"))) : Optional.empty();
    }

    static List<String> words(JsonNode array) {
        List<String> all = new ArrayList<>();
        array.forEach(w -> all.add(w.asText()));
        return all;
    }

    private static IllegalArgumentException missing(String what) {
        return new IllegalArgumentException("the answer has no " + what);
    }
}
