package org.zennet.virtualization.internal.registry;

import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.zennet.services.Rejected;
import org.zennet.services.settings.SettingsGuide;

/** How the list of registries is written. All settings hold at once, for pulls that begin then. */
@Component(property = SettingsGuide.SECTION + "=virtualization.registry")
public final class RegistriesGuide implements SettingsGuide {
    @Override
    public void check(Map<String, ?> properties) throws Rejected {
        Object list = properties.get("registries");
        try {
            if (list != null) {
                new Allowed(list.toString());
            }
        } catch (IllegalArgumentException e) {
            throw new Rejected("virtualization.registry." + e.getMessage(), e);
        }
    }
}
