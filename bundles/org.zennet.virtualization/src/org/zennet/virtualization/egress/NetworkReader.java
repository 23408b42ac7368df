package org.zennet.virtualization.egress;

import java.util.OptionalLong;
import org.zennet.virtualization.cgroup.GroupReader;

/** The control groups of a container together with the device of its network. Thread-safe. */
public final class NetworkReader implements GroupReader {
    private final GroupReader groups;
    private final LinkCounters link;

    /** Of both, which it closes. */
    public NetworkReader(GroupReader groups, LinkCounters link) {
        this.groups = groups;
        this.link = link;
    }

    @Override
    public OptionalLong networkIn() {
        return link.read().map(m -> OptionalLong.of(m.in())).orElse(OptionalLong.empty());
    }

    @Override
    public OptionalLong networkOut() {
        return link.read().map(m -> OptionalLong.of(m.out())).orElse(OptionalLong.empty());
    }

    @Override
    public OptionalLong cpuNanos() {
        return groups.cpuNanos();
    }

    @Override
    public OptionalLong memoryBytes() {
        return groups.memoryBytes();
    }

    @Override
    public OptionalLong diskRead() {
        return groups.diskRead();
    }

    @Override
    public OptionalLong diskWritten() {
        return groups.diskWritten();
    }

    @Override
    public OptionalLong pids() {
        return groups.pids();
    }

    @Override
    public OptionalLong oomKills() {
        return groups.oomKills();
    }

    @Override
    public void close() {
        groups.close();
        link.close();
    }
}
