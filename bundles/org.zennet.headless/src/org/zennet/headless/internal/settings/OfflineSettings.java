package org.zennet.headless.internal.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.zennet.headless.internal.node.DataDirectory;
import org.zennet.headless.internal.node.NetworkConfig;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.settings.Setting;
import org.zennet.services.settings.SettingsService;

/** The settings of a data directory that no process holds. The descriptions of its plug-ins are read from their jars. */
public final class OfflineSettings implements SettingsService {
    private final DataDirectory directory;
    private final Catalogue catalogue;
    private final Map<String, String> environment;
    private final Guides guides;

    /** Of a directory, with what the product's bundles describe and know. */
    public OfflineSettings(DataDirectory directory, Bundle[] bundles, Map<String, String> environment, Guides guides) {
        this(directory, Catalogue.of(bundles, Optional.of(directory.path().resolve("plugins"))), environment, guides);
    }

    OfflineSettings(DataDirectory directory, Catalogue catalogue, Map<String, String> environment, Guides guides) {
        this.directory = directory;
        this.catalogue = catalogue;
        this.environment = environment;
        this.guides = guides;
    }

    @Override
    public List<Section> sections() {
        List<Section> all = new ArrayList<>();
        try {
            Layers layers = layers();
            for (Definition d : catalogue.all()) {
                all.add(new Section(d.section(), d.label(), d.description(), d.bundle(), d.plugin(),
                        d.attributes().stream().map(a -> setting(layers, d, a)).toList()));
            }
        } catch (Rejected e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        return all;
    }

    private Setting setting(Layers layers, Definition d, Attribute a) {
        Layers.Value v = layers.value(d, a);
        return a.setting(d.section(), v.text(), guides.choices(d.section(), a.id()), v.source(), false, false);
    }

    @Override
    public Setting set(String key, String value) throws Rejected {
        return change(key, Optional.of(value));
    }

    @Override
    public Setting unset(String key) throws Rejected {
        return change(key, Optional.empty());
    }

    private Setting change(String key, Optional<String> value) throws Rejected {
        Catalogue.Found found = catalogue.find(key).orElseThrow(() -> SettingsComponent.unknown(catalogue, key));
        Object typed = value.isPresent() ? found.attribute().parse(key, value.get()) : null;
        String section = found.definition().section();
        try (AutoCloseable lock = directory.lock()) {
            Layers before = layers();
            Layers after = before.with(section, found.attribute().id(), Optional.ofNullable(typed));
            guides.check(section, before.readable(found.definition()), after.readable(found.definition()));
            NetworkConfig.edit(directory.path(), section, found.attribute().id(), Optional.ofNullable(typed));
            return setting(layers(), found.definition(), found.attribute());
        } catch (Rejected e) {
            throw e;
        } catch (Exception e) {
            throw new Rejected("the lock of " + directory.path() + " can't be given back: " + e.getMessage(), e);
        }
    }

    private Layers layers() throws Rejected {
        Path path = directory.path();
        return new Layers(NetworkConfig.read(path).sections(), environment, Map.of());
    }

    @Override
    public Registration watch(Runnable changed) {
        return () -> { };
    }
}
