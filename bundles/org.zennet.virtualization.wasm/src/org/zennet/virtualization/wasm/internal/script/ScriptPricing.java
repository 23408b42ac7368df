package org.zennet.virtualization.wasm.internal.script;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.zennet.api.pricing.PricingStrategy;
import org.zennet.api.pricing.Quote;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Resources;
import org.zennet.services.node.NodeContext;

/**
 * {@code script}: what a stranger's WebAssembly program asks. It runs as strangers' work does: in a process of its own without secrets, inside the
 * sandbox where the host has one, with fuel, memory and time limited, without files, network or a clock. It reads the request on its standard
 * input and writes its answer on its standard output ({@link ScriptText}); what it answers is held to the owner's bounds ({@link ScriptBounds}).
 */
@Component(name = "org.zennet.pricing.script", service = PricingStrategy.class, property = {PricingStrategy.ID + "=script",
        PricingStrategy.LABEL + "=A program out of process", PricingStrategy.ALONE + ":Boolean=true", "service.ranking:Integer=-900"})
public final class ScriptPricing implements PricingStrategy {
    private static final byte[] SAMPLE = ScriptText.question(new QuoteRequest(Instant.EPOCH, new Resources(1000, 1 << 20, 0), new Resources(1000, 1 << 20, 0),
            List.of(), Amount.ZERO, 0, 0, Optional.empty(), Optional.empty(), List.of(), Map.of(), new byte[0]));
    private final Path data;
    private final ScriptHost host;

    /** Starts nothing before it is asked. */
    @Activate
    public ScriptPricing(@Reference NodeContext node) {
        this(node.directory());
    }

    ScriptPricing(Path data) {
        this.data = data;
        this.host = ScriptFile.host(data, "selling");
    }

    @Override
    public void prepare(Map<String, String> settings) {
        host.prepare(ScriptFile.of(data, settings), SAMPLE);
    }

    @Override
    public Quote quote(QuoteRequest request) {
        Quote q = ScriptText.quote(host.ask(ScriptText.question(request)));
        ScriptBounds.check(request, q.rates());
        return new Quote(q.rates(), q.last(), q.state(), ScriptText.reason("script " + host.digest() + ": " + q.reason()));
    }

    /** Ends its container. */
    @Deactivate
    public void close() {
        host.close();
    }
}
