package org.zennet.workbench.internal.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.zennet.services.market.ExtensionInfo;
import org.zennet.services.market.PluginInfo;

class PluginRowsTest {
    private static ExtensionInfo extension(String id, String bundle, ExtensionInfo.State state, String reason) {
        return new ExtensionInfo(ExtensionInfo.Kind.PRICING, id, "Label of " + id, bundle, "1.0.0", Optional.empty(), 0, state, reason, 5, 1);
    }

    private final List<Row> rows = PluginRows.of(
            List.of(new PluginInfo("org.example.night", "1.0.0", "Night rate", "", Optional.of("Ada"), List.of(), "", true, "", List.of()),
                    new PluginInfo("org.example.broken", "2.0.0", "Broken", "MIT", Optional.empty(), List.of(), "", false, "it lacks a package", List.of())),
            List.of(extension("fixed", "org.zennet.pricing", ExtensionInfo.State.ACTIVE, ""),
                    extension("night", "org.example.night", ExtensionInfo.State.QUARANTINED_UNTIL_RESTART, "it took longer than 1000 ms")));

    @Test
    void installedOnesComeFirstWithWhatTheyOffer() {
        assertEquals(List.of("Night rate", "Broken", "org.zennet.pricing"), rows.stream().map(r -> r.cell(0)).toList());
        assertEquals("night\t\tquarantined until restart\t\t\t5\t1\tpricing, Label of night: it took longer than 1000 ms", rows.getFirst().children().getFirst().text().strip());
        assertEquals("not running", rows.get(1).cell(2));
        assertEquals("it lacks a package", rows.get(1).cell(7));
        assertEquals("built in", rows.get(2).cell(2));
    }

    @Test
    void onlyInstalledOnesCanBeRemoved() {
        assertEquals(Optional.of("org.example.night"), PluginRows.plugin(rows.getFirst()));
        assertEquals(Optional.empty(), PluginRows.plugin(rows.getFirst().children().getFirst()));
        assertEquals(Optional.empty(), PluginRows.plugin(rows.get(2)));
    }
}
