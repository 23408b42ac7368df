package org.zennet.virtualization.keeper;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * What the children of one backend are. Each keeper process makes one, by the public constructor without arguments of
 * the class that its {@link KeeperClient} names. Called from several threads.
 */
@ConsumerType
public interface ChildKind {
    /** The keeper begins; called once and first. */
    void begin(KeeperContext keeper) throws java.io.IOException;

    /** What can be enforced here, found out by trying; at most 30 s. */
    Wire.Probed probe(Wire.Host host) throws KeeperException, InterruptedException;

    /**
     * Makes the child of a request, without starting anything.
     *
     * @throws KeeperException when the request can't be right
     */
    Child create(Wire.Start start, Child.Owner owner) throws KeeperException;

    /** Ends and removes what is left of a child of an earlier keeper that died. */
    void sweep(Wire.Start start, int pid);
}
