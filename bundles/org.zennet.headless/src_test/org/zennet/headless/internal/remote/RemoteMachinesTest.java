package org.zennet.headless.internal.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zennet.api.value.Amount;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;
import org.zennet.services.Rejected;
import org.zennet.services.node.RemoteMachines;
import org.zennet.services.provider.Earnings;
import org.zennet.services.provider.ProviderService.LeaseInfo;
import org.zennet.services.provider.ProviderService.LeaseState;

class RemoteMachinesTest {
    @Test
    void anAddressTellsUserHostPortAndDirectory() throws Exception {
        SshAddress a = SshAddress.parse("ssh://zen@farm-1.example.org:2222/var/lib/zennet");
        assertEquals(new SshAddress("ssh://zen@farm-1.example.org:2222/var/lib/zennet", Optional.of("zen"), "farm-1.example.org", 2222,
                Optional.of("/var/lib/zennet")), a);
        assertEquals("::1", SshAddress.parse("ssh://[::1]").host());
        assertTrue(SshAddress.parse("ssh://h/").lookup().contains("\"$HOME\"/.zennet/*/control.sock"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", "http://host", "ssh://", "ssh://-oProxyCommand=x", "ssh://a b", "ssh://h:0", "ssh://h:65536", "ssh://h/a b",
        "ssh://h/$(id)", "ssh://h/'", "ssh://h/a/../../b", "ssh://-u@h", "ssh://u:pw@h", "ssh://h\n-v"})
    void whatCouldBeAnOptionOrACommandIsNoAddress(String text) {
        assertThrows(Rejected.class, () -> SshAddress.parse(text));
    }

    private static LeaseInfo lease(LeaseState state, String since, int tasks, long paid) {
        return new LeaseInfo("l", "p", state, Instant.parse(since), "wasm", RateVector.ZERO, "fixed", UsageVector.ZERO, tasks, new Amount(paid),
                new Amount(paid), Amount.ZERO, Amount.ZERO, Optional.empty(), 0, "");
    }

    @Test
    void leasesCountOnTheDayOnWhichTheyEndedAndThoseThatRunCountToday() {
        List<Earnings> days = Earnings.perDay(List.of(lease(LeaseState.RUNNING, "2026-11-01T00:00:00Z", 1, 5), lease(LeaseState.SETTLED, "2026-11-03T23:59:59Z", 2, 7),
                lease(LeaseState.UNPAID, "2026-11-03T00:00:00Z", 3, 11), lease(LeaseState.FAILED, "2026-11-02T00:00:00Z", 9, 0)), ZoneOffset.UTC,
                Instant.parse("2026-11-04T01:00:00Z"));
        assertEquals(List.of(new Earnings(LocalDate.of(2026, 11, 3), 2, 5, new Amount(18)), new Earnings(LocalDate.of(2026, 11, 4), 1, 1, new Amount(5))), days);
        assertEquals(LocalDate.of(2026, 11, 4), Earnings.perDay(List.of(lease(LeaseState.SETTLED, "2026-11-03T23:59:59Z", 2, 7)), ZoneOffset.ofHours(1),
                Instant.EPOCH).get(0).day());
    }

    @Test
    void whatAMachineSaysWrongIsLeftOut() throws Exception {
        assertEquals(List.of(new Earnings(LocalDate.of(2026, 1, 2), 1, 2, new Amount(3))), RemoteMachinesComponent.days(new ObjectMapper().readTree("""
                [{"day": "2026-01-02", "leases": 1, "tasks": 2, "earned": 3}, {"day": "never"}, {"day": "2026-01-03", "earned": -1}, 7, null]""")));
    }

    @Test
    void aMachineThatCantBeReachedSaysWhyInOneLineAndIsForgottenOnRequest() throws Exception {
        RemoteMachinesComponent machines = new RemoteMachinesComponent(List.of("sh", "-c", "echo 'Host key verification failed.' >&2; exit 255", "ssh"),
                InstantSource.system(), RemoteMachinesTest::untilInterrupted);
        CountDownLatch seen = new CountDownLatch(1);
        machines.watch(() -> {
            if (machines.machines().stream().anyMatch(m -> m.state() == RemoteMachines.State.UNREACHABLE)) {
                seen.countDown();
            }
        });
        machines.add("ssh://farm");
        machines.add("ssh://farm");
        assertTrue(seen.await(30, TimeUnit.SECONDS));
        assertEquals("ssh to farm: Host key verification failed. (log in once by hand: ssh farm)", machines.machines().get(0).problem().orElseThrow());
        assertEquals(1, machines.machines().size());
        machines.remove("ssh://farm");
        assertEquals(List.of(), machines.machines());
        machines.close();
    }

    /** Rests for as long as nobody interrupts. */
    private static void untilInterrupted(Duration time) throws InterruptedException {
        new CountDownLatch(1).await();
    }

    @Test
    void aMachineThatStaysAwayIsTriedAtLongerAndLongerIntervals() throws Exception {
        List<Duration> rests = new CopyOnWriteArrayList<>();
        CountDownLatch enough = new CountDownLatch(1);
        RemoteMachinesComponent machines = new RemoteMachinesComponent(List.of("sh", "-c", "exit 255", "ssh"), InstantSource.system(), time -> {
            rests.add(time);
            if (rests.size() == 6) {
                enough.countDown();
                untilInterrupted(time);
            }
        });
        machines.add("ssh://farm");
        assertTrue(enough.await(30, TimeUnit.SECONDS));
        machines.close();
        assertEquals(List.of(5L, 10L, 20L, 40L, 60L, 60L), rests.stream().map(Duration::toSeconds).toList());
    }
}
