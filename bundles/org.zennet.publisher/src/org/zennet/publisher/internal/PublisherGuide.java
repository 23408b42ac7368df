package org.zennet.publisher.internal;

import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.zennet.api.value.Amount;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.market.ExtensionInfo;
import org.zennet.services.market.StrategyRegistry;
import org.zennet.services.settings.Setting;
import org.zennet.services.settings.SettingsGuide;

/** What the publisher knows of its settings. All of them hold at once, for jobs and rents that begin then. */
@Component(property = SettingsGuide.SECTION + "=publisher")
public final class PublisherGuide implements SettingsGuide {
    private final StrategyRegistry strategies;

    /** Called by the service component runtime. */
    @Activate
    public PublisherGuide(@Reference StrategyRegistry strategies) {
        this.strategies = strategies;
    }

    @Override
    public List<Setting.Option> choices(String name) {
        return !name.equals("buying") ? List.of() : strategies.extensions().stream().filter(e -> e.kind() == ExtensionInfo.Kind.BUYING)
                .map(e -> new Setting.Option(e.id(), e.label())).distinct().toList();
    }

    @Override
    public void check(Map<String, ?> properties) throws Rejected {
        Object core = properties.get("core-per-day");
        try {
            if (core != null) {
                Amount.parse(core.toString());
            }
        } catch (IllegalArgumentException e) {
            throw new Rejected("publisher.core-per-day: " + e.getMessage(), e);
        }
    }

    @Override
    public Registration watch(Runnable changed) {
        return strategies.watch(changed);
    }
}
