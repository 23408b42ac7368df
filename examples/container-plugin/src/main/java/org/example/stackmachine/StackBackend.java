package org.example.stackmachine;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import org.osgi.service.component.annotations.Component;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Isolation;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Resources;

/**
 * Programs of a small stack language, interpreted in the provider's own process: what they can reach is what the
 * interpreter gives them, which is a stack, their input and their output.
 */
@Component(property = {ContainerBackend.ID + "=stack-machine", ContainerBackend.LABEL + "=Stack machine"})
public class StackBackend implements ContainerBackend {
    private static final int MAX_IMAGE = 1 << 20;

    @Override
    public Capabilities probe() {
        // what it says here is sold: nothing that is not so
        return new Capabilities(Isolation.WASM, new Resources(1000, 64 << 20, 0), Set.of("memory", "wall", "output"), true, false,
                "an interpreter of one core; containers end with the provider's process");
    }

    @Override
    public Container start(ContainerSpec spec) throws ContainerException {
        try {
            if (Files.size(spec.image()) > MAX_IMAGE) {
                return StackContainer.refused(spec, System::nanoTime, "a program has at most " + MAX_IMAGE + " bytes");
            }
            byte[] image = Files.readAllBytes(spec.image());
            if (!Hash.of(java.security.MessageDigest.getInstance("SHA-256").digest(image)).equals(spec.imageHash())) {
                return StackContainer.refused(spec, System::nanoTime, "the image is not what its hash says");
            }
            return StackContainer.running(spec, System::nanoTime, StackProgram.parse(image));
        } catch (IllegalArgumentException e) {
            return StackContainer.refused(spec, System::nanoTime, e.getMessage());
        } catch (IOException | java.security.NoSuchAlgorithmException e) {
            throw new ContainerException("the image can't be read: " + e.getMessage(), e);
        }
    }

    /** Nothing survives the process. Containers that run when this bundle is removed go on until their lease ends. */
    @Override
    public List<Container> survivors() {
        return List.of();
    }
}
