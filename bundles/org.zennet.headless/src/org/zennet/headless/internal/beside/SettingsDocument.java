package org.zennet.headless.internal.beside;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.zennet.services.settings.Setting;
import org.zennet.services.settings.SettingsService.Section;

/** Settings that another process tells, back from JSON. Throws {@link IllegalArgumentException} for what is none. */
final class SettingsDocument {
    private SettingsDocument() { }

    static List<Section> sections(JsonNode array) {
        List<Section> all = new ArrayList<>();
        for (JsonNode s : array) {
            List<Setting> settings = new ArrayList<>();
            s.path("settings").forEach(n -> settings.add(setting(n)));
            all.add(new Section(s.path("name").asText(), s.path("label").asText(), s.path("description").asText(), s.path("bundle").asText(),
                    s.path("plugin").asBoolean(), settings));
        }
        return all;
    }

    static Setting setting(JsonNode n) {
        return new Setting(n.path("key").asText(), n.path("name").asText(), n.path("label").asText(), n.path("description").asText(),
                Setting.Type.valueOf(n.path("type").asText()), n.path("list").asBoolean(), Optional.ofNullable(n.path("min").textValue()),
                Optional.ofNullable(n.path("max").textValue()), options(n.path("options")), options(n.path("choices")), n.path("defaultValue").asText(), n.path("value").asText(),
                Setting.Source.valueOf(n.path("source").asText()), n.path("variable").asText(), n.path("live").asBoolean(), n.path("pending").asBoolean());
    }

    private static List<Setting.Option> options(JsonNode array) {
        List<Setting.Option> all = new ArrayList<>();
        array.forEach(o -> all.add(new Setting.Option(o.path("value").asText(), o.path("label").asText())));
        return all;
    }
}
