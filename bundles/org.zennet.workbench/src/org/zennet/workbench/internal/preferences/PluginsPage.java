package org.zennet.workbench.internal.preferences;

import org.zennet.services.settings.SettingsService.Section;

/** The settings of plug-ins of the window's node, as each describes its own. */
public final class PluginsPage extends NodePage {
    @Override
    boolean belongs(Section section) {
        return section.plugin();
    }

    @Override
    String none() {
        return Messages.noPluginSettings;
    }
}
