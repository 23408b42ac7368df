package org.zennet.provider.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Amount;
import org.zennet.provider.machine.Inventory.Channel;
import org.zennet.provider.machine.Inventory.Held;
import org.zennet.provider.machine.Inventory.Stray;
import org.zennet.services.chain.ChainService.OutPoint;

/** What stands alone among containers, contracts, capacity and channels. */
class InventoryTest {
    private static final OutPoint CHANNEL = new OutPoint(LeaseMachineTest.hash("c"), 0);
    private static final Held RUNS = new Held("wasm", "label", true, true);

    private static Inventory inventory(Map<String, String> containers, Map<String, Held> leases, Set<String> reserved, Channel... channels) {
        return new Inventory(containers, Set.of(), leases, reserved, List.of(channels));
    }

    private static Channel channel(String label, long paid) {
        return new Channel(CHANNEL, label, new Amount(paid));
    }

    private static List<Stray> twice(Inventory i) {
        return i.strays(Optional.of(i));
    }

    @Test
    void whatBelongsTogetherIsLeftAlone() {
        Inventory even = inventory(Map.of("a", "wasm"), Map.of("a", RUNS), Set.of("a"), channel("label", 7));
        assertEquals(List.of(), even.alone());
        Inventory funding = inventory(Map.of(), Map.of("a", new Held("wasm", "label", true, false)), Set.of("a"), channel("label", 0));
        assertEquals(List.of(), funding.alone());
        Inventory settling = inventory(Map.of(), Map.of("a", new Held("wasm", "label", false, false)), Set.of(), channel("label", 7));
        assertEquals(List.of(), settling.alone());
    }

    @Test
    void aContainerWithoutALeaseIsEndedAtOnce() {
        Inventory i = inventory(Map.of("a", "wasm", "b", "docker"), Map.of("a", RUNS), Set.of("a"));
        assertEquals(List.of(new Stray.OfContainer("b", "docker")), i.strays(Optional.empty()));
        Inventory ended = inventory(Map.of("a", "wasm"), Map.of("a", new Held("wasm", "label", false, false)), Set.of("a"));
        assertEquals(List.of(new Stray.OfContainer("a", "wasm")), ended.strays(Optional.empty()), "its capacity goes when it is gone");
    }

    @Test
    void moneyWithoutALeaseIsSettledAtOnceAndAnEmptyChannelIsNoMoney() {
        assertEquals(List.of(new Stray.OfChannel(CHANNEL, "other", new Amount(7))),
                inventory(Map.of(), Map.of("a", new Held("wasm", "label", false, false)), Set.of(), channel("other", 7)).strays(Optional.empty()));
        assertEquals(List.of(), inventory(Map.of(), Map.of(), Set.of(), channel("other", 0)).alone());
    }

    @Test
    void whatMayBeWorkInProgressIsLookedAtTwice() {
        Inventory begins = inventory(Map.of(), Map.of(), Set.of("a"));
        assertEquals(List.of(), begins.strays(Optional.empty()));
        assertEquals(List.of(new Stray.OfCapacity("a")), twice(begins));
        Inventory gone = inventory(Map.of(), Map.of("a", RUNS), Set.of("a"));
        assertEquals(List.of(), gone.strays(Optional.of(begins)));
        assertEquals(List.of(new Stray.OfLease("a")), twice(gone));
        Inventory unreserved = inventory(Map.of("a", "wasm"), Map.of("a", RUNS), Set.of());
        assertEquals(List.of(), unreserved.strays(Optional.of(gone)));
        assertEquals(List.of(new Stray.Unreserved("a")), twice(unreserved));
    }

    @Test
    void nothingIsSaidAboutContainersThatNobodyCouldSee() {
        Inventory blind = new Inventory(Map.of(), Set.of("wasm"), Map.of("a", RUNS), Set.of("a"), List.of());
        assertEquals(List.of(), twice(blind));
    }
}
