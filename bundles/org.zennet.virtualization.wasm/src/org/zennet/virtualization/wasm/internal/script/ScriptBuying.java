package org.zennet.virtualization.wasm.internal.script;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.zennet.api.pricing.Bid;
import org.zennet.api.pricing.BidRequest;
import org.zennet.api.pricing.BuyingStrategy;
import org.zennet.api.pricing.PricingStrategy;
import org.zennet.api.value.Amount;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;
import org.zennet.services.node.NodeContext;

/**
 * {@code script}: what a stranger's WebAssembly program answers to offers. It runs as strangers' work does: in a process of its own without secrets, inside the
 * sandbox where the host has one, with fuel, memory and time limited, without files, network or a clock. It reads the request on its standard
 * input and writes its answer on its standard output ({@link ScriptText}); what it answers is held to the ceiling ({@link ScriptBounds}).
 */
@Component(name = "org.zennet.buying.script", service = BuyingStrategy.class, property = {BuyingStrategy.ID + "=script",
        BuyingStrategy.LABEL + "=A program out of process", PricingStrategy.ALONE + ":Boolean=true", "service.ranking:Integer=-900"})
public final class ScriptBuying implements BuyingStrategy {
    private static final byte[] SAMPLE = ScriptText.question(new BidRequest(RateVector.ZERO, true, Optional.empty(), UsageVector.ZERO, Amount.ZERO, List.of(),
            List.of(), 0, Map.of()));
    private final Path data;
    private final ScriptHost host;

    /** Starts nothing before it is asked. */
    @Activate
    public ScriptBuying(@Reference NodeContext node) {
        this(node.directory());
    }

    ScriptBuying(Path data) {
        this.data = data;
        this.host = ScriptFile.host(data, "buying");
    }

    @Override
    public void prepare(Map<String, String> settings) {
        host.prepare(ScriptFile.of(data, settings), SAMPLE);
    }

    @Override
    public Bid bid(BidRequest request) {
        Bid b = ScriptText.bid(host.ask(ScriptText.question(request)));
        ScriptBounds.check(request, b);
        return new Bid(b.kind(), b.counter(), ScriptText.reason("script " + host.digest() + ": " + b.reason()));
    }

    /** Ends its container. */
    @Deactivate
    public void close() {
        host.close();
    }
}
