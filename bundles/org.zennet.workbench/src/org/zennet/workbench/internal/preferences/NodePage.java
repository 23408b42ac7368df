package org.zennet.workbench.internal.preferences;

import java.util.List;
import java.util.Optional;
import org.zennet.services.Rejected;
import org.zennet.services.settings.Setting;
import org.zennet.services.settings.SettingsService;
import org.zennet.services.settings.SettingsService.Section;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.model.OfferRows;

/** The settings of the window's own node: network, chain, wallet, jobs. */
public class NodePage extends SettingsPage {
    @Override
    List<Section> sections() throws Rejected {
        return service().sections().stream().filter(this::belongs).toList();
    }

    /** What stands on this page. */
    boolean belongs(Section section) {
        return !section.plugin() && (!OfferRows.isOfProvider(section) || section.name().equals("wallet"));
    }

    private static SettingsService service() throws Rejected {
        return Services.find(SettingsService.class).orElseThrow(() -> new Rejected(Messages.noNode));
    }

    @Override
    Setting set(String key, Optional<String> value) throws Rejected {
        return value.isPresent() ? service().set(key, value.get()) : service().unset(key);
    }

    @Override
    String none() {
        return Messages.noSettings;
    }
}
