package org.zennet.virtualization.docker.internal;

import java.util.Optional;
import org.zennet.api.container.Container;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.UsageVector;

/** Stands for a container whose image was refused: that is the guest's fault, so tasks have an outcome. */
record RefusedContainer(String leaseId, String why) implements Container {
    @Override
    public Outcome run(TaskSpec task) {
        return new Outcome(Outcome.Reason.INVALID_IMAGE, 0, new byte[0], new byte[0], UsageVector.ZERO, why);
    }

    @Override
    public void cancel() { }

    @Override
    public UsageVector usage() {
        return UsageVector.ZERO;
    }

    @Override
    public void keepAlive() { }

    @Override
    public void freeze(boolean frozen) { }

    @Override
    public void stop() { }

    @Override
    public Optional<String> ended() {
        return Optional.of("the image was refused: " + why);
    }
}
