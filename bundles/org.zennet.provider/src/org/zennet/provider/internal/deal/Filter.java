package org.zennet.provider.internal.deal;

import java.net.InetAddress;
import java.net.Inet6Address;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.Egress;
import org.zennet.api.value.Resources;
import org.zennet.market.message.Descriptor;
import org.zennet.market.message.LeaseKind;
import org.zennet.market.message.Protocols;
import org.zennet.provider.internal.Capacity;
import org.zennet.services.chain.Announcement;
import org.zennet.services.chain.ChainService.AnnouncementInfo;
import org.zennet.services.network.Endpoint;

/** Which announcements are worth a call, and which needs can be met. Pure. */
public final class Filter {
    private static final int FIRST_UNPRIVILEGED = 1024;
    /** The wallet settles six blocks before the expiry at the latest, and when three quarters of the time are over. */
    private static final int LEAST_CHANNEL_BLOCKS = 24;

    private Filter() { }

    /** Why an announcement is left alone, or empty when it is worth a call. */
    public static Optional<String> objection(AnnouncementInfo info, Endpoint self, int tip, String chain,
            Map<String, Capabilities> sold, Capacity capacity) {
        Announcement a = info.announcement();
        if (info.height() < 1 && info.expiry() <= tip || a.expiry() <= tip) {
            return Optional.of("it has expired");
        }
        if (info.height() < 1) {
            return Optional.of("it is not in a block yet");
        }
        if (a.endpoint().equals(self)) {
            return Optional.of("it is of this very node");
        }
        if (a.identityWork() > 0) {
            return Optional.of("it asks for identity work");
        }
        if (!chain.equals("dev") && !isPublic(a.endpoint())) {
            return Optional.of(a.endpoint() + " is not dialled: no global address or a privileged port");
        }
        long memory = (long) a.memoryMiB() << 20;
        if (sold.entrySet().stream().noneMatch(s -> architecture(s.getKey()).equals(a.architecture())
                && s.getValue().isolation().compareTo(a.isolation()) >= 0
                && s.getValue().largest().cores() >= a.milliCores() && s.getValue().largest().memory() >= memory)) {
            return Optional.of("nothing that is sold here fits " + a.isolation() + " on " + a.architecture() + " with "
                    + a.milliCores() + "/1000 cores and " + a.memoryMiB() + " MiB");
        }
        return capacity.fits(a.milliCores(), memory) ? Optional.empty() : Optional.of("not enough is free");
    }

    /** Why a descriptor's needs can't be met, or empty when they can. */
    public static Optional<String> objection(Descriptor d, Map<String, Capabilities> sold, Capacity capacity, int leastInterval,
            long mostUnpaid, int fundingDepth, Egress egress) {
        Capabilities c = sold.get(d.backend());
        Resources r = d.resources();
        if (c == null) {
            return Optional.of("the backend " + d.backend() + " is not sold here");
        }
        if (c.isolation().compareTo(d.isolation()) < 0) {
            return Optional.of("the backend enforces " + c.isolation() + ", not " + d.isolation());
        }
        if (d.kind() == LeaseKind.SHELL && !c.features().contains(Capabilities.SHELL)) {
            return Optional.of("the backend " + d.backend() + " starts no shells");
        }
        if (!c.largest().covers(r)) {
            return Optional.of(r + " is more than the largest container, " + c.largest());
        }
        if (!capacity.fits(r.cores(), r.memory())) {
            return Optional.of("not enough is free");
        }
        if (d.terms().intervalMillis() < leastInterval) {
            return Optional.of("an interval of " + d.terms().intervalMillis() + " ms is below " + leastInterval + " ms");
        }
        long unpaid = d.terms().intervalMillis() + 2L * d.terms().graceMillis();
        if (unpaid > mostUnpaid) {
            return Optional.of("interval and twice the grace are " + unpaid + " ms, more than the " + mostUnpaid + " ms that work may go unpaid");
        }
        if (d.terms().patienceMillis() > mostUnpaid) {
            return Optional.of("a patience of " + d.terms().patienceMillis() + " ms is more than the " + mostUnpaid + " ms that work may go unpaid");
        }
        if (d.terms().channelBlocks() < LEAST_CHANNEL_BLOCKS) {
            return Optional.of("a channel of " + d.terms().channelBlocks() + " blocks ends too soon to be settled, at least " + LEAST_CHANNEL_BLOCKS
                    + " are needed");
        }
        if (fundingDepth > Math.max(6, d.terms().fundingDepth())) {
            return Optional.of("a funding depth of " + d.terms().fundingDepth() + " is below " + fundingDepth);
        }
        Optional<String> network = network(d, c, egress);
        if (network.isPresent()) {
            return network;
        }
        List<String> missing = d.features().stream().filter(f -> !c.features().contains(f)).toList();
        if (!missing.isEmpty()) {
            return Optional.of("the backend " + d.backend() + " can't do everything that is asked for here: " + String.join(", ", missing));
        }
        long most = c.features().contains(Capabilities.PROGRAMS) ? Protocols.MAX_IMAGE : Protocols.MAX_CONTENT;
        return d.imageBytes() > most ? Optional.of("an image of " + d.imageBytes() + " bytes is larger than " + most) : Optional.empty();
    }

    /** Why guests can't have the network that is asked for, or empty. */
    private static Optional<String> network(Descriptor d, Capabilities c, Egress allowed) {
        Egress wanted = d.terms().destinations();
        if (wanted.isNone()) {
            return Optional.empty();
        }
        if (allowed.isNone()) {
            return Optional.of("no network is sold to guests here, and " + wanted + " is asked for");
        }
        if (!c.features().contains(Capabilities.EGRESS)) {
            return Optional.of("the backend " + d.backend() + " can't hold guests with a network here, and " + wanted + " is asked for");
        }
        return wanted.beyond(allowed).map(r -> "guests may not reach " + r + " from here, only " + allowed);
    }

    /** What a backend's code runs on. */
    static String architecture(String backend) {
        if (backend.equals("wasm")) {
            return "wasm32";
        }
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return arch.equals("amd64") ? "x86_64" : arch;
    }

    /** Whether an address may be dialled on a stranger's word: literal, global, at a port that no system service has. */
    static boolean isPublic(Endpoint endpoint) {
        if (endpoint.port() < FIRST_UNPRIVILEGED || !endpoint.host().matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            return false;
        }
        InetAddress a;
        try {
            a = InetAddress.ofLiteral(endpoint.host());
        } catch (IllegalArgumentException e) {
            return false;
        }
        byte[] b = a.getAddress();
        boolean special = a instanceof Inet6Address
                ? (b[0] & 0xE0) != 0x20 || b[0] == 0x20 && b[1] == 0x02 || b[0] == 0x20 && b[1] == 0x01 && b[2] == 0 && b[3] == 0
                : b[0] == 0 || (b[0] & 0xF0) == 0xF0 || b[0] == 100 && (b[1] & 0xC0) == 64 || b[0] == (byte) 192 && b[1] == 0
                        || b[0] == (byte) 198 && (b[1] & 0xFE) == 18;
        return !special && !a.isAnyLocalAddress() && !a.isLoopbackAddress() && !a.isLinkLocalAddress() && !a.isSiteLocalAddress()
                && !a.isMulticastAddress();
    }
}
