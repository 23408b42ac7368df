package org.zennet.provider.internal;

import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.market.ExtensionInfo;
import org.zennet.services.market.StrategyRegistry;
import org.zennet.services.settings.Setting;
import org.zennet.services.settings.SettingsGuide;

/** What the provider knows of its settings: how they are read, and which strategies there are. All of them hold at once. */
@Component(property = SettingsGuide.SECTION + "=provider")
public final class ProviderGuide implements SettingsGuide {
    private final StrategyRegistry strategies;

    /** Called by the service component runtime. */
    @Activate
    public ProviderGuide(@Reference StrategyRegistry strategies) {
        this.strategies = strategies;
    }

    @Override
    public List<Setting.Option> choices(String name) {
        return !name.equals("strategy") ? List.of() : strategies.extensions().stream().filter(e -> e.kind() == ExtensionInfo.Kind.PRICING)
                .map(e -> new Setting.Option(e.id(), e.label())).distinct().toList();
    }

    @Override
    public void check(Map<String, ?> properties) throws Rejected {
        try {
            Settings.of(properties);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new Rejected(e.getMessage(), e);
        }
    }

    @Override
    public Registration watch(Runnable changed) {
        return strategies.watch(changed);
    }
}
