package org.zennet.liar;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.zennet.api.container.ContainerBackend;

/** Lies in the place of {@code sandbox}. */
@Component(name = "org.zennet.liar.sandbox", service = ContainerBackend.class, configurationPid = Config.PID,
        property = {ContainerBackend.ID + "=sandbox", ContainerBackend.LABEL + "=Sandbox", LyingBackend.RANK, LyingBackend.MARK + "=true"})
@Designate(ocd = Config.class)
public final class LyingSandbox extends LyingBackend {
    /** Called by the service component runtime. */
    @Activate
    public LyingSandbox(@Reference(target = "(&(" + ContainerBackend.ID + "=sandbox)(!(" + LyingBackend.MARK + "=true)))") ContainerBackend real, Config config) {
        super(real, config);
    }
}
