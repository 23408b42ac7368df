package org.zennet.liar;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.zennet.api.container.ContainerBackend;

/** Lies in the place of {@code wasm}. */
@Component(name = "org.zennet.liar.wasm", service = ContainerBackend.class, configurationPid = Config.PID,
        property = {ContainerBackend.ID + "=wasm", ContainerBackend.LABEL + "=WebAssembly", LyingBackend.RANK, LyingBackend.MARK + "=true"})
@Designate(ocd = Config.class)
public final class LyingWasm extends LyingBackend {
    /** Called by the service component runtime. */
    @Activate
    public LyingWasm(@Reference(target = "(&(" + ContainerBackend.ID + "=wasm)(!(" + LyingBackend.MARK + "=true)))") ContainerBackend real, Config config) {
        super(real, config);
    }
}
