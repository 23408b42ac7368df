package org.zennet.api.container;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A way to run a stranger's work in isolation: wasm, sandbox, docker or a plug-in's own. Registered as a service with
 * the property {@link #ID}.
 *
 * <p>Called from the provider's worker threads, several at once; may block, within the time that each method names.
 * A backend may vanish while its containers run: they are then finished or re-adopted by id when it returns. Throw
 * {@link ContainerException} for what went wrong in the backend; what the guest does wrong is an {@link Outcome}.
 */
@ConsumerType
public interface ContainerBackend {
    /** Service property: the id that jobs and offers name, such as {@code wasm}. Lower-case letters, digits, dash. */
    String ID = "org.zennet.backend.id";
    /** Service property: a name for people. */
    String LABEL = "org.zennet.backend.label";

    /** What this backend can enforce on this host, found out by trying. At most 30 s. Only that is sold. */
    Capabilities probe() throws ContainerException;

    /**
     * Starts a container. At most 60 s. The container outlives this process where the capabilities say so.
     *
     * @throws ContainerException when it can't be started; nothing is left behind then
     */
    Container start(ContainerSpec spec) throws ContainerException, InterruptedException;

    /**
     * All containers of this backend and node: those that survive from an earlier life of this process, to be re-adopted or
     * stopped, and those of this one. At most 10 s.
     */
    List<Container> survivors() throws ContainerException;

    /**
     * Looks at containers of this backend together, by their lease ids, and puts off their idle stops. One that can't be
     * read is left out: its own {@link Container#usage} tells why. At most 5 s. A backend that can ask for all of them at
     * once should: a node does this as often as its shortest interval of payment.
     */
    default Map<String, Reading> read(Collection<Container> containers) throws ContainerException {
        Map<String, Reading> all = new HashMap<>();
        for (Container c : containers) {
            try {
                all.put(c.leaseId(), new Reading(c.usage(), c.ended()));
            } catch (ContainerException e) {
                continue;
            }
        }
        return all;
    }
}
