package org.zennet.workbench.internal.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.services.market.ExtensionInfo;
import org.zennet.services.market.PluginInfo;

/** Plug-ins and built-in bundles as lines, what each offers below it. */
public final class PluginRows {
    /** The headings. */
    public static final List<String> COLUMNS = List.of(Messages.name, Messages.version, Messages.state, Messages.signer, Messages.licence, Messages.calls,
            Messages.failures, Messages.details);
    private static final String PLUGIN = "plugin:";

    private PluginRows() { }

    /** Installed plug-ins first, then what came with the product. */
    public static List<Row> of(List<PluginInfo> plugins, List<ExtensionInfo> extensions) {
        List<Row> rows = new ArrayList<>();
        Map<String, List<ExtensionInfo>> byBundle = new LinkedHashMap<>();
        extensions.forEach(e -> byBundle.computeIfAbsent(e.bundle(), b -> new ArrayList<>()).add(e));
        for (PluginInfo p : plugins) {
            rows.add(new Row(PLUGIN + p.name(), List.of(p.label(), p.version(), p.active() ? Messages.installed : Messages.notRunning, p.signer().orElse(Messages.unsigned),
                    p.license().isEmpty() ? Messages.notStated : p.license(), "", "", p.problem().isEmpty() ? p.name() : p.problem()),
                    below(p.name(), byBundle.getOrDefault(p.name(), List.of()))));
            byBundle.remove(p.name());
        }
        byBundle.forEach((bundle, all) -> rows.add(new Row("bundle:" + bundle, List.of(bundle, all.getFirst().version(), Messages.builtIn, "", "", "", "", ""), below(bundle, all))));
        return rows;
    }

    private static List<Row> below(String bundle, List<ExtensionInfo> all) {
        return all.stream().map(e -> Row.of(bundle + "/" + e.kind() + "/" + e.id(), e.id(), "", Figures.word(e.state()), "", "", String.valueOf(e.calls()),
                String.valueOf(e.failures()), Figures.word(e.kind()) + (e.label().equals(e.id()) ? "" : ", " + e.label()) + (e.reason().isEmpty() ? "" : ": " + e.reason())))
                .toList();
    }

    /** The symbolic name of the plug-in that a line stands for, if it stands for one that can be removed. */
    public static Optional<String> plugin(Row row) {
        return row.id().startsWith(PLUGIN) ? Optional.of(row.id().substring(PLUGIN.length())) : Optional.empty();
    }
}
