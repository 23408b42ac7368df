package org.zennet.headless.internal.settings;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.headless.internal.node.NetworkConfig;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.settings.Setting;
import org.zennet.services.settings.SettingsGuide;
import org.zennet.services.settings.SettingsService;

/**
 * The settings of this process. The node tells it its data directory and command line when it starts; before that, and after, all
 * settings have their defaults and nothing can be set.
 *
 * <p>A component that begins with its configuration belongs to the node, which configures it when a role starts; a change reaches it
 * at once only when it can take one while it runs (it declares a {@code modified} method), since beginning it anew would end
 * what it holds. What it can't take even then its {@link SettingsGuide} names. All other components, such as strategies and plug-ins,
 * are begun anew by a change.
 */
@Component(service = {SettingsService.class, SettingsComponent.class})
public final class SettingsComponent implements SettingsService {
    private static final Logger LOG = LoggerFactory.getLogger(SettingsComponent.class);

    /** Sections of no component. */
    private static final Set<String> PROCESS = Set.of("logging", "metrics");

    private final BundleContext bundles;
    private final ConfigurationAdmin admin;
    private final ServiceComponentRuntime components;
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
    private final SynchronousBundleListener listener = this::changed;
    /** What components were told, by section. */
    private final Map<String, Map<String, Object>> applied = new HashMap<>();
    /** What the node's own components are told beneath it, by section. */
    private final Map<String, Map<String, Object>> beneath = new HashMap<>();
    private final Map<String, Part> parts = new ConcurrentHashMap<>();
    private final Guides guides = new Guides(this::tellWatchers);
    private Optional<Path> directory = Optional.empty();
    private Map<String, Map<String, Object>> commandLine = Map.of();
    private Set<String> ofNode = Set.of();
    /** What bundles describe; made anew after one came or went. */
    private volatile Catalogue known;
    private final AtomicInteger bundleEvents = new AtomicInteger();

    /** Called by the service component runtime. */
    @Activate
    public SettingsComponent(BundleContext bundles, @Reference ConfigurationAdmin admin, @Reference ServiceComponentRuntime components) {
        this.bundles = bundles;
        this.admin = admin;
        this.components = components;
        bundles.addBundleListener(listener);
    }

    /** Something of the node that takes a section while it runs, beside the component of that section or without one. */
    public interface Part {
        /**
         * Works with these from now on.
         *
         * @throws Rejected when it can't; it works with the old ones then, and nothing is written
         */
        void changed(Map<String, Object> properties) throws Rejected;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindGuide(ServiceReference<SettingsGuide> guide) {
        guides.add(guide, bundles);
    }

    void unbindGuide(ServiceReference<SettingsGuide> guide) {
        guides.remove(guide);
    }

    /** From now on a part takes a section, until the registration is closed. */
    public Registration part(String section, Part part) {
        parts.put(section, part);
        return () -> parts.remove(section, part);
    }

    private void tellWatchers() {
        watchers.forEach(Runnable::run);
    }

    /** Called by the service component runtime. */
    @Deactivate
    public void deactivate() {
        bundles.removeBundleListener(listener);
    }

    /**
     * A node begins: from now on its directory is meant.
     *
     * @param given sections of its command line
     * @param node  sections of the components that the node itself configures
     */
    public synchronized void open(Path data, Map<String, Map<String, Object>> given, Set<String> node) throws Rejected {
        directory = Optional.of(data);
        commandLine = given;
        ofNode = Set.copyOf(node);
        applied.clear();
        beneath.clear();
        Catalogue catalogue = catalogue();
        Layers layers = layers();
        for (String name : layers.unknownVariables(catalogue)) {
            LOG.warn("the variable {} of the environment is no setting: 'zennet config list' names all", name);
        }
        for (Map.Entry<String, Map<String, Object>> section : layers.file().entrySet()) {
            Optional<Definition> definition = catalogue.section(section.getKey());
            layers.properties(section.getKey(), definition);
            section.getValue().keySet().stream().filter(name -> definition.isPresent() && definition.get().attribute(name).isEmpty()
                    && !name.startsWith("strategy.")).forEach(name -> LOG.warn("config.yaml: {}.{} is no setting: 'zennet config list' names all",
                    section.getKey(), name));
        }
    }

    /** Tells components that are not the node's own their settings: strategies and plug-ins. */
    public synchronized void begin() throws Rejected {
        Catalogue catalogue = catalogue();
        Layers layers = layers();
        Set<String> others = new HashSet<>(layers.file().keySet());
        catalogue.all().forEach(d -> others.add(d.section()));
        for (String section : others) {
            if (!belongsToNode(section)) {
                apply(section, catalogue.section(section), layers);
            }
        }
    }

    /** The node ends: what was told to components that are not its own is taken back. */
    public synchronized void close() {
        for (String section : List.copyOf(applied.keySet())) {
            if (!belongsToNode(section)) {
                tell(section, Map.of());
            }
        }
        applied.clear();
        beneath.clear();
        directory = Optional.empty();
        commandLine = Map.of();
        ofNode = Set.of();
    }

    /** The properties of a section that the node itself configures, from file, environment and command line. */
    public synchronized Map<String, Object> properties(String section) throws Rejected {
        Map<String, Object> all = layers().properties(section, catalogue().section(section));
        try {
            guides.check(section, all);
        } catch (Rejected e) {
            throw new Rejected("a setting is wrong: " + e.getMessage() + " (see 'zennet config list " + section + "')", e);
        }
        return all;
    }

    /**
     * The node told one of its own components, or a part, this.
     *
     * @param under what the component was told where the properties say nothing
     */
    public synchronized void applied(String section, Map<String, Object> under, Map<String, Object> properties) {
        beneath.put(section, under);
        applied.put(section, properties);
    }

    @Override
    public synchronized List<Section> sections() {
        Catalogue catalogue = catalogue();
        Layers layers;
        try {
            layers = layers();
        } catch (Rejected e) {
            LOG.warn("{}", e.getMessage());
            layers = new Layers(Map.of(), System.getenv(), commandLine);
        }
        List<Section> all = new ArrayList<>();
        for (Definition d : catalogue.all()) {
            List<Setting> settings = new ArrayList<>();
            for (Attribute a : d.attributes()) {
                settings.add(setting(d, a, layers));
            }
            all.add(new Section(d.section(), d.label(), d.description(), d.bundle(), d.plugin(), settings));
        }
        return all;
    }

    private Setting setting(Definition d, Attribute a, Layers layers) {
        Layers.Value v = layers.value(d, a);
        Object told = applied.getOrDefault(d.section(), Map.of()).get(a.id());
        boolean pending = applied.containsKey(d.section()) && !(told == null ? a.defaultText() : Attribute.text(told)).equals(v.text());
        boolean live = live(d.section()) && !guides.atNextStart(d.section()).contains(a.id());
        return a.setting(d.section(), v.text(), guides.choices(d.section(), a.id()), v.source(), live, pending);
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
        Setting now;
        synchronized (this) {
            Catalogue catalogue = catalogue();
            Catalogue.Found found = catalogue.find(key).orElseThrow(() -> unknown(catalogue, key));
            Path file = directory.orElseThrow(() -> new Rejected("no network is open in this process: join one, then settings can be kept"));
            Object typed = value.isPresent() ? found.attribute().parse(key, value.get()) : null;
            Definition definition = found.definition();
            String section = definition.section();
            Layers before = layers();
            Layers after = before.with(section, found.attribute().id(), Optional.ofNullable(typed));
            guides.check(section, before.readable(definition), after.readable(definition));
            boolean told = live(section) && (!belongsToNode(section) || applied.containsKey(section));
            Part part = told ? parts.get(section) : null;
            if (part != null) {
                part.changed(after.readable(definition));
            }
            try {
                NetworkConfig.edit(file, section, found.attribute().id(), Optional.ofNullable(typed));
            } catch (Rejected e) {
                if (part != null) {
                    part.changed(before.readable(definition));
                }
                throw e;
            }
            Layers layers = layers();
            if (told) {
                apply(section, Optional.of(definition), layers);
            }
            now = setting(definition, found.attribute(), layers);
        }
        tellWatchers();
        return now;
    }

    @Override
    public void reload() throws Rejected {
        synchronized (this) {
            Catalogue catalogue = catalogue();
            Layers layers = layers();
            for (String section : List.copyOf(applied.keySet())) {
                if (live(section)) {
                    Optional<Definition> definition = catalogue.section(section);
                    Map<String, Object> now = layers.properties(section, definition);
                    guides.check(section, now);
                    Part part = parts.get(section);
                    if (part != null && !now.equals(applied.get(section))) {
                        part.changed(now);
                    }
                    apply(section, definition, layers);
                }
            }
        }
        tellWatchers();
    }

    /** Why a key can't be meant. */
    static Rejected unknown(Catalogue catalogue, String key) {
        List<String> near = catalogue.near(key);
        return new Rejected("there is no setting '" + key + "'" + (near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?")
                + " ('zennet config list' names all)");
    }

    @Override
    public Registration watch(Runnable changed) {
        watchers.add(changed);
        return () -> watchers.remove(changed);
    }

    /** A plug-in came: it is told its settings before it begins. */
    private void changed(BundleEvent event) {
        if (event.getType() != BundleEvent.RESOLVED && event.getType() != BundleEvent.INSTALLED && event.getType() != BundleEvent.UPDATED
                && event.getType() != BundleEvent.UNINSTALLED) {
            return;
        }
        bundleEvents.incrementAndGet();
        known = null;
        if (event.getBundle().getEntryPaths("OSGI-INF/metatype") == null) {
            return;
        }
        if (event.getType() == BundleEvent.RESOLVED) {
            synchronized (this) {
                if (directory.isPresent()) {
                    for (Definition d : Catalogue.of(event.getBundle())) {
                        if (!belongsToNode(d.section())) {
                            try {
                                apply(d.section(), Optional.of(d), layers());
                            } catch (Rejected e) {
                                LOG.warn("{} begins without its settings: {}", d.bundle(), e.getMessage());
                            }
                        }
                    }
                }
            }
        }
        tellWatchers();
    }

    private void apply(String section, Optional<Definition> definition, Layers layers) throws Rejected {
        Map<String, Object> properties = new LinkedHashMap<>(layers.properties(section, definition));
        for (String name : belongsToNode(section) && applied.containsKey(section) ? guides.atNextStart(section) : Set.<String>of()) {
            Object still = applied.get(section).get(name);
            if (still == null) {
                properties.remove(name);
            } else {
                properties.put(name, still);
            }
        }
        if (properties.equals(applied.getOrDefault(section, Map.of())) && applied.containsKey(section)) {
            return;
        }
        tell(section, properties);
        applied.put(section, properties);
    }

    private void tell(String section, Map<String, Object> properties) {
        String pid = Definition.pid(section);
        if (PROCESS.contains(section)) {
            return; // no component: its part was told
        }
        try {
            // a component of the node keeps its configuration, whatever is in it, since it would end without
            if (!properties.isEmpty() || belongsToNode(section)) {
                Hashtable<String, Object> all = new Hashtable<>(beneath.getOrDefault(section, Map.of()));
                properties.forEach((k, v) -> all.put(k, v instanceof List<?> list ? list.stream().map(String::valueOf).toArray(String[]::new) : v));
                admin.getConfiguration(pid, "?").update(all);
                return;
            }
            Configuration[] there = admin.listConfigurations("(service.pid=" + pid + ")");
            for (Configuration c : there == null ? new Configuration[0] : there) {
                c.delete();
            }
        } catch (IOException | org.osgi.framework.InvalidSyntaxException | IllegalStateException e) {
            LOG.warn("the settings of {} could not be told: {}", section, e.getMessage());
        }
    }

    /** Whether the node configures it: components that begin with their configuration, and parts that are no components. */
    private boolean belongsToNode(String section) {
        return ofNode.contains(section) || section.startsWith("virtualization.") || PROCESS.contains(section);
    }

    private boolean live(String section) {
        String pid = Definition.pid(section);
        boolean takesChanges = components.getComponentDescriptionDTOs().stream()
                .filter(c -> List.of(c.configurationPid).contains(pid)).anyMatch(c -> c.modified != null);
        return takesChanges || !belongsToNode(section) || PROCESS.contains(section) && parts.containsKey(section);
    }

    private Catalogue catalogue() {
        Catalogue all = known;
        if (all == null) {
            int before = bundleEvents.get();
            all = Catalogue.of(bundles.getBundles(), Optional.empty());
            known = bundleEvents.get() == before ? all : null;
        }
        return all;
    }

    private Layers layers() throws Rejected {
        Map<String, Map<String, Object>> file = directory.isPresent() ? NetworkConfig.read(directory.get()).sections() : Map.of();
        return new Layers(file, System.getenv(), commandLine);
    }
}
