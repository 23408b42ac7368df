package org.zennet.virtualization.docker.internal;

import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Component;
import org.zennet.services.Rejected;
import org.zennet.services.settings.SettingsGuide;
import org.zennet.virtualization.egress.Uplink;

/**
 * What this backend knows of its settings: limits hold at once, for containers that start then; how guests are kept apart, and
 * what the processes beside this one began with, at the next start.
 */
@Component(property = SettingsGuide.SECTION + "=virtualization.docker")
public final class DockerGuide implements SettingsGuide {
    @Override
    public Set<String> atNextStart() {
        return Set.of("socket", "directory", "runtime", "groups");
    }

    @Override
    public void check(Map<String, ?> properties) throws Rejected {
        try {
            Uplink.of("virtualization.docker", properties);
        } catch (IllegalArgumentException e) {
            throw new Rejected(e.getMessage(), e);
        }
    }
}
