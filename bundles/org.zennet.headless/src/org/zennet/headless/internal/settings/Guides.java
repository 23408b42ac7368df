package org.zennet.headless.internal.settings;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.settings.Setting;
import org.zennet.services.settings.SettingsGuide;

/**
 * What bundles know of their settings beyond the description of these. A guide is made when its section is asked for: what it
 * stands on is not begun for commands that need none of it. What one of them does wrong is logged. Thread-safe.
 */
public final class Guides {
    private static final Logger LOG = LoggerFactory.getLogger(Guides.class);
    private final Map<Object, Guide> all = new ConcurrentHashMap<>();
    private final Runnable changed;

    /** One of them, maybe not made yet. */
    private static final class Guide {
        private final String section;
        private final Supplier<SettingsGuide> source;
        private SettingsGuide made;
        private Registration watch = () -> { };

        Guide(String section, Supplier<SettingsGuide> source) {
            this.section = section;
            this.source = source;
        }

        synchronized Stream<SettingsGuide> get(Runnable changed) {
            if (made == null) {
                made = source.get();
                if (made != null) {
                    watch = made.watch(changed);
                }
            }
            return Stream.ofNullable(made);
        }

        synchronized void close() {
            watch.close();
        }
    }

    /**
     * None yet.
     *
     * @param changed is told when choices of a guide that was asked may be others
     */
    Guides(Runnable changed) {
        this.changed = changed;
    }

    /** Those that are there now. */
    public static Guides of(BundleContext bundles) {
        Guides guides = new Guides(() -> { });
        try {
            bundles.getServiceReferences(SettingsGuide.class, null).forEach(r -> guides.add(r, bundles));
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
        return guides;
    }

    /** One came. */
    void add(ServiceReference<SettingsGuide> reference, BundleContext bundles) {
        add(reference, String.valueOf(reference.getProperty(SettingsGuide.SECTION)), () -> bundles.getService(reference));
    }

    void add(Object key, String section, Supplier<SettingsGuide> source) {
        all.put(key, new Guide(section, source));
    }

    /** One goes. */
    void remove(Object key) {
        Guide gone = all.remove(key);
        if (gone != null) {
            gone.close();
        }
    }

    private List<SettingsGuide> of(String section) {
        return all.values().stream().filter(g -> g.section.equals(section)).flatMap(g -> g.get(changed)).toList();
    }

    Set<String> atNextStart(String section) {
        return of(section).stream().flatMap(g -> g.atNextStart().stream()).collect(Collectors.toSet());
    }

    List<Setting.Option> choices(String section, String name) {
        try {
            return of(section).stream().flatMap(g -> g.choices(name).stream()).toList();
        } catch (RuntimeException e) {
            LOG.warn("what {}.{} may be can't be told: {}", section, name, e.toString());
            return List.of();
        }
    }

    void check(String section, Map<String, Object> properties) throws Rejected {
        for (SettingsGuide g : of(section)) {
            g.check(properties);
        }
    }

    /** Looks at a change. What was wrong before, by another setting, is no objection to it. */
    void check(String section, Map<String, Object> before, Map<String, Object> after) throws Rejected {
        try {
            check(section, after);
        } catch (Rejected e) {
            if (!objection(section, before).equals(e.getMessage())) {
                throw e;
            }
        }
    }

    private String objection(String section, Map<String, Object> properties) {
        try {
            check(section, properties);
            return "";
        } catch (Rejected e) {
            return e.getMessage();
        }
    }
}
