package org.zennet.network.internal.transport;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Component;
import org.zennet.services.Rejected;
import org.zennet.services.settings.SettingsGuide;

/** What the network knows of its settings: limits hold at once, where it listens is chosen at its start. */
@Component(property = SettingsGuide.SECTION + "=network")
public final class NetworkGuide implements SettingsGuide {
    @Override
    public Set<String> atNextStart() {
        return Set.of("listen", "advertise");
    }

    @Override
    public void check(Map<String, ?> properties) throws Rejected {
        int ping = number(properties, "pingSeconds", (int) Limits.defaults().ping().toSeconds());
        int dead = number(properties, "deadSeconds", (int) Limits.defaults().dead().toSeconds());
        if (dead <= ping) {
            throw new Rejected("network.deadSeconds: " + dead + " is not above network.pingSeconds, " + ping
                    + ": a peer that is asked every " + ping + " s can't be found dead sooner");
        }
        Object listen = properties.get("listen");
        try {
            if (listen != null) {
                NetworkComponent.address(listen.toString());
            }
        } catch (IOException e) {
            throw new Rejected("network.listen: " + e.getMessage(), e);
        }
    }

    private static int number(Map<String, ?> properties, String name, int otherwise) {
        return properties.get(name) instanceof Integer n ? n : otherwise;
    }
}
