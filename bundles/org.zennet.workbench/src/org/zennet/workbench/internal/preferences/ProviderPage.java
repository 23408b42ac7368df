package org.zennet.workbench.internal.preferences;

import java.util.List;
import java.util.Optional;
import org.zennet.services.Rejected;
import org.zennet.services.provider.ProviderProcess;
import org.zennet.services.settings.Setting;
import org.zennet.services.settings.SettingsService.Section;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.model.OfferRows;

/** The settings of the provider beside the window: what is for rent, when, and at what price. */
public final class ProviderPage extends SettingsPage {
    @Override
    List<Section> sections() throws Rejected {
        return process().settings().stream().filter(OfferRows::isOfProvider)
                .sorted(java.util.Comparator.comparing((Section s) -> !s.name().equals("provider"))).toList();
    }

    private static ProviderProcess process() throws Rejected {
        return Services.find(ProviderProcess.class).orElseThrow(() -> new Rejected(Messages.noNode));
    }

    @Override
    Setting set(String key, Optional<String> value) throws Rejected {
        return process().set(key, value);
    }

    @Override
    String none() {
        return Messages.noSettings;
    }
}
