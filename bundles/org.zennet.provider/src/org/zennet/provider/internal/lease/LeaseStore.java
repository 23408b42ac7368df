package org.zennet.provider.internal.lease;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.market.message.SignedStatement;
import org.zennet.provider.internal.ssh.HostKey;
import org.zennet.provider.machine.LeaseMachine;
import org.zennet.store.DurableStore;

/** Leases on disk, those of the past too, and of each the newest statement that both signed. Thread-safe. */
public final class LeaseStore {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseStore.class);
    private final DurableStore store;
    private final DurableStore.DurableMap leases;
    private final DurableStore.DurableMap statements;
    private final DurableStore.DurableMap hostKeys;

    /** In a store. */
    public LeaseStore(DurableStore store) {
        this.store = store;
        this.leases = store.map("leases");
        this.statements = store.map("statements");
        this.hostKeys = store.map("host-keys");
    }

    /** Writes a lease down; durable on return when asked for, else with the next commit. */
    public void put(LeaseMachine lease, boolean durable) {
        leases.put(lease.contract().leaseId(), Records.encode(lease));
        if (durable) {
            store.commit();
        }
    }

    /** Writes down what both signed; durable with the next commit. */
    public void countersigned(String lease, SignedStatement statement) {
        statements.put(lease, Records.encode(new SignedStatement(statement.statement(), statement.providerSignature(),
                statement.publisherSignature(), new byte[0])));
    }

    /** Writes down the host key of a lease for shells; durable with the next commit. */
    public void hostKey(String lease, HostKey key) {
        hostKeys.put(lease, key.secret());
    }

    /** The host key of a lease for shells, unless it can't be read any more. */
    public Optional<HostKey> hostKey(String lease) {
        try {
            return hostKeys.get(lease).map(HostKey::of);
        } catch (IllegalArgumentException e) {
            LOG.error("lease {}: its host key can't be read from disk: {}", lease, e.getMessage());
            return Optional.empty();
        }
    }

    /** Ids of those that may go on. */
    public Set<String> resumable() {
        return all().stream().filter(LeaseMachine::resumable).map(m -> m.contract().leaseId()).collect(Collectors.toSet());
    }

    /** All leases. What can't be read is left where it is and told in the log. */
    public List<LeaseMachine> all() {
        List<LeaseMachine> all = new ArrayList<>();
        leases.forEach((id, bytes) -> {
            try {
                all.add(Records.decode(LeaseMachine.class, bytes));
            } catch (EncodingException e) {
                LOG.error("lease {} can't be read from disk: {}", id, e.getMessage());
            }
        });
        return all;
    }
}
