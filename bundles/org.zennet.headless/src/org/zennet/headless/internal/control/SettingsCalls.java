package org.zennet.headless.internal.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.zennet.services.Rejected;
import org.zennet.services.settings.Setting;
import org.zennet.services.settings.SettingsService;

/** Settings as the control socket and the command line tell them. */
public final class SettingsCalls {
    private SettingsCalls() { }

    /** All sections. */
    public static List<?> list(SettingsService settings) {
        return settings.sections().stream().map(s -> Map.of("name", s.name(), "label", s.label(), "description", s.description(), "bundle", s.bundle(),
                "plugin", s.plugin(), "settings", s.settings().stream().map(SettingsCalls::view).toList())).toList();
    }

    /** One setting. */
    public static ObjectNode get(SettingsService settings, String key) throws Rejected {
        return view(settings.setting(key).orElseThrow(() -> new Rejected("there is no setting '" + key + "' ('zennet config list' names all)")));
    }

    /** With what is allowed in words. */
    public static ObjectNode view(Setting setting) {
        ObjectNode o = (ObjectNode) Json.tree(setting);
        o.put("range", setting.range());
        return o;
    }
}
