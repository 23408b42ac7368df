package org.zennet.virtualization.keeper;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Reading;
import org.zennet.api.value.Hash;

/** The containers of one keeper, as a backend starts them and finds them again. Thread-safe. */
public final class KeptContainers implements AutoCloseable {
    private final KeeperClient keeper;
    private final SecureRandom random = new SecureRandom();

    /** Of a keeper. */
    public KeptContainers(KeeperClient keeper) {
        this.keeper = keeper;
    }

    /** What can be enforced here, found out by the keeper, which may use this host so far. At most 30 s. */
    public Wire.Probed probe(Wire.Host host) throws ContainerException {
        return keeper.ask(new Wire.Probe(host), Wire.Probed.class);
    }

    /**
     * Starts a container; where the caller is interrupted, it is given up.
     *
     * @param use  how it may use this host
     * @param plan what the kind of child needs to know besides
     */
    public Container start(ContainerSpec spec, Wire.Host use, byte[] plan) throws ContainerException, InterruptedException {
        byte[] nonce = new byte[Hash.LENGTH];
        random.nextBytes(nonce);
        try {
            return new KeptContainer(keeper, keeper.ask(Wire.Start.of(spec, Hash.of(nonce), use, plan), Wire.State.class));
        } catch (IllegalArgumentException e) {
            throw new ContainerException("the container can't be described: " + e.getMessage(), e);
        } catch (ContainerException e) {
            if (Thread.interrupted()) {
                Thread.ofVirtual().start(() -> giveUp(spec.leaseId()));
                throw new InterruptedException("interrupted while the container of " + spec.leaseId() + " started");
            }
            throw e;
        }
    }

    private void giveUp(String leaseId) {
        try {
            keeper.ask(new Wire.Stop(leaseId), Wire.State.class);
        } catch (ContainerException e) {
            // its idle stop ends it
        }
    }

    /** All that the keeper has, those of an earlier life of this process too; starts none to find out that there are none. */
    public List<Container> survivors() throws ContainerException {
        try {
            if (!keeper.anythingKept()) {
                return List.of();
            }
        } catch (IOException e) {
            throw new ContainerException("can't read the keeper's directory: " + e.getMessage(), e);
        }
        return keeper.ask(new Wire.ListAll(), Wire.States.class).states().stream()
                .<Container>map(s -> new KeptContainer(keeper, s)).toList();
    }

    /** Looks at some of them at once. */
    public Map<String, Reading> read(Collection<Container> containers) throws ContainerException {
        return KeptContainer.read(keeper, containers);
    }

    /** Hangs up; containers that run go on. */
    @Override
    public void close() {
        keeper.close();
    }
}
