package org.zennet.workbench.internal.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.zennet.api.container.Egress;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.services.publisher.JobService;
import org.zennet.services.publisher.RentService.Compared;
import org.zennet.services.publisher.RentService.MachineInfo;
import org.zennet.services.publisher.RentService.RentInfo;
import org.zennet.services.publisher.RentService.RentState;
import org.zennet.services.publisher.RentService.Request;
import org.zennet.services.publisher.RentService.Witness;
import org.zennet.services.publisher.RentService.WitnessPolicy;

class RentsTest {
    private static final Instant AT = Instant.parse("2026-03-01T10:00:00Z");
    private static final Resources HALF = new Resources(500, 64 << 20, 0);

    private static MachineInfo machine(String state, UsageVector usage, long due, long paid) {
        return machine(state, usage, due, paid, Optional.empty());
    }

    private static MachineInfo machine(String state, UsageVector usage, long due, long paid, Optional<Witness> witness) {
        return new MachineInfo("zennet-1", "abcdef0123", "ef".repeat(32), state, 4022, "SHA256:x", RateVector.ZERO, usage, new Amount(due), new Amount(paid), 1,
                Optional.of(AT.minusSeconds(75)), "", Optional.empty(), 0, "", Optional.empty(), witness);
    }

    private static RentInfo rent(MachineInfo... machines) {
        return new RentInfo("r1", RentState.OPEN, "all there", AT.minusSeconds(900), AT.plusSeconds(2700), Optional.empty(), 2, machines.length, Amount.ofXen(2),
                Amount.ofXen(1), Path.of("/d"), List.of(machines), Optional.empty(), HALF, "sandbox");
    }

    private static UsageVector usage(long cpuMillis, long memorySeconds, long wallMillis) {
        return UsageVector.ZERO.with(Counter.CPU, cpuMillis * 1000).with(Counter.MEMORY, memorySeconds).with(Counter.WALL, wallMillis);
    }

    @Test
    void aMachineTellsWhereItIsWhatItOwesAndHowLongNothingMoved() {
        Row row = RentRows.of(List.of(rent(machine("ready", UsageVector.ZERO, 30, 20))), AT).getFirst();
        assertEquals(List.of("2 machines", "open", "", "", "1", "", "0.0000001 XEN", "1 XEN of 2 XEN", "", "all there"), row.cells());
        assertEquals(List.of("zennet-1", "ready", "127.0.0.1:4022", "efefefefefef", "1", "1 min 15 s", "0.0000001 XEN", "0.0000002 XEN", "nothing", ""),
                row.children().getFirst().cells());
        assertTrue(row.children().getFirst().details().get().contains(new Detail("Machine", "Host key", "SHA256:x")));
    }

    @Test
    void aMachineTellsWhatTheWitnessSawBesideTheBillAndWarnsWhereTheBillIsFarAboveIt() {
        List<Compared> compared = List.of(new Compared("cpu", 1_200_000, 1_250_000), new Compared("disk-read", 0, 4096), new Compared("later", 1, 2));
        Row quiet = machineRow(new Witness(12, 5, 1, 0, compared, ""));
        assertEquals("", quiet.cell(9));
        List<Detail> details = quiet.details().get();
        assertTrue(details.containsAll(List.of(new Detail("Witness", "Readings", "12"), new Detail("Witness", "Statements judged", "5, and 1 without readings around them"),
                new Detail("Witness", "Billed beyond it", "never"), new Detail("Witness", "cpu", "1.20 s seen, 1.25 s billed"),
                new Detail("Witness", "disk-read", "0 B seen, 4.0 KiB billed"), new Detail("Witness", "later", "1 seen, 2 billed"))), details::toString);
        assertEquals("billed beyond the witness after 3 of 5 statements", machineRow(new Witness(12, 5, 1, 3, compared, "")).cell(9));
        assertEquals("it did not start", machineRow(new Witness(0, 0, 4, 0, List.of(), "it did not start")).cell(9));
        assertTrue(machineRow(null).details().get().stream().noneMatch(d -> d.group().equals("Witness")));
    }

    private static Row machineRow(Witness witness) {
        return RentRows.of(List.of(rent(machine("ready", UsageVector.ZERO, 0, 0, Optional.ofNullable(witness)))), AT).getFirst().children().getFirst();
    }

    @Test
    void aProviderOfAJobTellsWhatTheWitnessInTheGuestSaw() {
        List<Detail> said = WitnessRows.of(new JobService.Witness(4, 1, 2_000_000, 2_500_000, 3L << 20, 8L << 20, 1));
        assertTrue(said.containsAll(List.of(new Detail("Witness", "Reports", "4 results with one, 1 without"),
                new Detail("Witness", "Billed beyond it", "1 times, by more than the contract tolerates"), new Detail("Witness", "cpu", "2.00 s seen, 2.50 s billed"),
                new Detail("Witness", "memory", "3.0 MiB·s seen, 8.0 MiB·s billed"))), said::toString);
        assertEquals("Reports: 0 results with one, 2 without; Billed beyond it: never", WitnessRows.brief(new JobService.Witness(0, 2, 0, 0, 0, 0, 0)));
    }

    @Test
    void gaugesShowWhatTheNewestStatementAdds() {
        RentMeter meter = new RentMeter();
        MachineInfo first = machine("ready", usage(1000, 0, 10_000), 0, 0);
        meter.note(List.of(rent(first)));
        assertEquals("0.00 of 0.5 cores", meter.of(rent(first), first).get(1).text(), "one statement tells no speed");
        MachineInfo second = machine("ready", usage(1500, 64 << 20, 12_000), 0, 0);
        meter.note(List.of(rent(second)));
        meter.note(List.of(rent(second)));
        Gauge cpu = meter.of(rent(second), second).get(1);
        assertEquals("0.25 of 0.5 cores", cpu.text());
        assertEquals(0.5, cpu.fraction(), 1e-9);
        assertEquals("32 MiB of 64 MiB", meter.of(rent(second), second).get(2).text());
        List<Gauge> all = meter.of(rent(second), AT);
        assertEquals(new Gauge("Budget", 0.5, "1 XEN of 2 XEN paid"), all.get(0));
        assertEquals(new Gauge("Time", 0.25, "45 min left"), all.get(1));
        MachineInfo ended = machine("ended", usage(1500, 64 << 20, 12_000), 0, 0);
        assertEquals("0.00 of 0.5 cores", meter.of(rent(ended), ended).get(1).text());
    }

    private static Request request(String memory, String cores, String time, String budget) {
        return new RentForm(10, memory, cores, "0", "sandbox", "", budget, time, "", WitnessPolicy.OFF).request();
    }

    @Test
    void fieldsBecomeARequestOrOneLineOnWhatIsWrong() {
        Request r = request("512M", "0.5", "90 min", "2 XEN");
        assertEquals(new Resources(500, 512L << 20, 0), r.resources());
        assertEquals(Duration.ofMinutes(90), r.time());
        assertEquals(Duration.ofMinutes(90), request("1G", "1", "90m", "1 XEN").time());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> request("much", "1", "1h", "1 XEN")).getMessage().startsWith("Memory: 'much'"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> request("1G", "1", "soon", "1 XEN")).getMessage().startsWith("Time: 'soon'"));
        assertThrows(IllegalArgumentException.class, () -> request("1G", "1", "1h", "a lot"));
        assertThrows(IllegalArgumentException.class, () -> new RentForm(1, "1G", "1", "", "docker", "", "1 XEN", "1h", "", WitnessPolicy.OFF).request());
    }

    private static Request programs(String image, String egress) {
        return new RentForm(1, "64M", "1", "0", "docker", image, "1 XEN", "1h", egress, WitnessPolicy.END).request();
    }

    @Test
    void anImageIsAFileOrStandsInARegistryAndWhatMayBeReachedIsChecked() {
        String pinned = "quay.io/team/tool@sha256:" + "ab".repeat(32);
        Request r = programs(" " + pinned + " ", "example.org:443, 203.0.113.0/24");
        assertEquals(pinned, r.reference().orElseThrow().toString());
        assertEquals(Optional.empty(), r.image());
        assertEquals(Egress.parse("example.org:443,203.0.113.0/24"), r.egress());
        assertEquals(WitnessPolicy.END, r.witness());
        Request file = programs("/tmp/image.tar", " ");
        assertEquals(Path.of("/tmp/image.tar"), file.image().orElseThrow());
        assertEquals(Optional.empty(), file.reference());
        assertEquals(Egress.NONE, file.egress());
        String bad = assertThrows(IllegalArgumentException.class, () -> programs("quay.io/team/tool@sha256:12", "")).getMessage();
        assertTrue(bad.startsWith("Image: ") && bad.contains("12"), bad);
        bad = assertThrows(IllegalArgumentException.class, () -> programs(pinned, "everywhere:x")).getMessage();
        assertTrue(bad.startsWith("May reach: ") && bad.contains("everywhere:x"), bad);
    }

    @Test
    void aForecastTellsFromAgreedRatesHowLongTheBudgetLasts() {
        Request r = request("64M", "1", "2h", "1 XEN");
        assertTrue(RentForm.forecast(r, List.of()).contains("no contract yet"));
        RateVector xenAnHour = RateVector.ZERO.with(Counter.WALL, 27_777_777_777_777L);
        String text = RentForm.forecast(r, List.of(xenAnHour));
        assertTrue(text.startsWith("At the rates of 1 contract that this node knows, full load for 2 h 0 min costs about 19.99"), text);
        assertTrue(text.endsWith("The budget of 1 XEN lasts for 6 min 0 s at the dearest; then the machines go."), text);
        assertTrue(RentForm.forecast(request("64M", "1", "1h", "100 XEN"), List.of(xenAnHour, RateVector.ZERO)).contains("between 0 XEN and"));
    }
}
