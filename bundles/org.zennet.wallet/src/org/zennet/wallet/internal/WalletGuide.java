package org.zennet.wallet.internal;

import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.zennet.blockchain.Address;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainService;
import org.zennet.services.settings.SettingsGuide;

/** What the wallet knows of its settings: an address is of the network, where that is known, and of one of them anyhow. Holds at once. */
@Component(property = SettingsGuide.SECTION + "=wallet")
public final class WalletGuide implements SettingsGuide {
    private static final List<String> PREFIXES = List.of("xen", "txen", "dxen");

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    private volatile ChainService chain;

    @Override
    public void check(Map<String, ?> properties) throws Rejected {
        String address = String.valueOf(properties.containsKey("payout") ? properties.get("payout") : "").strip();
        ChainService known = chain;
        List<String> prefixes = known == null ? PREFIXES : List.of(known.parameters().addressPrefix());
        IllegalArgumentException why = null;
        for (String prefix : address.isEmpty() ? List.<String>of() : prefixes) {
            try {
                Address.decode(prefix, address);
                return;
            } catch (IllegalArgumentException e) {
                why = why == null || address.startsWith(prefix + "1") ? e : why;
            }
        }
        if (why != null) {
            throw new Rejected("wallet.payout: '" + address + "' is no address: " + why.getMessage(), why);
        }
    }
}
