package org.zennet.virtualization.wasm.internal;

import java.util.Set;
import org.osgi.service.component.annotations.Component;
import org.zennet.services.settings.SettingsGuide;

/**
 * What this backend knows of its settings: limits hold at once, for containers that start then; how guests are kept apart, and
 * what the processes beside this one began with, at the next start.
 */
@Component(property = SettingsGuide.SECTION + "=virtualization.wasm")
public final class WasmGuide implements SettingsGuide {
    @Override
    public Set<String> atNextStart() {
        return Set.of("directory", "own.users", "sandbox", "first.user", "users", "fuel", "linger");
    }
}
