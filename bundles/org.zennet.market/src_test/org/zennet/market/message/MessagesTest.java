package org.zennet.market.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.container.Egress;
import org.zennet.api.container.Isolation;
import org.zennet.api.container.Fuel;
import org.zennet.api.container.Outcome;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.Signature;
import org.zennet.api.value.UsageVector;

/** The bytes of every message. Changing one is a new version of the protocol: messages.properties says what was agreed. */
class MessagesTest {
    static final Terms TERMS = new Terms(5000, 10_000, new Amount(5000), new Amount(50), new Amount(2_000_000), 600, 1, 200, new Amount(40_000),
            new Amount(90_000), 3_600_000, 20_000, 600_000, 250, "none");
    static final Resources RESOURCES = new Resources(1000, 512L << 20, 0);
    static final RateVector RATES = RateVector.of(1157407407L, 12, 3, 4, 5, 6, 700_000L);

    static Hash hash(int fill) {
        byte[] b = new byte[32];
        Arrays.fill(b, (byte) fill);
        return Hash.of(b);
    }

    static PublicKey key(int fill) {
        return PublicKey.of(hash(fill).toBytes());
    }

    static Signature signature(int fill) {
        byte[] b = new byte[64];
        Arrays.fill(b, (byte) fill);
        return Signature.of(b);
    }

    static Map<String, Record> samples() {
        Map<String, Record> all = new LinkedHashMap<>();
        AnnouncementProof.Claim claim = new AnnouncementProof.Claim(hash(1), 2, hash(3), key(4), key(5));
        ResultStatement result = new ResultStatement(hash(6), hash(7), Outcome.Reason.EXITED, 0, hash(8), 77, UsageVector.of(1, 2, 3, 4, 5, 6, 7),
                Optional.of(new Fuel("wasm/1", 123_456_789)));
        UsageStatement usage = new UsageStatement(hash(6), 3, UsageVector.of(10, 20, 30, 40, 50, 60, 70), new Amount(4950));
        Contract contract = new Contract(hash(9), hash(10), key(4), key(5), key(11), hash(12), "wasm", hash(13), Isolation.WASM, RESOURCES, RATES,
                TERMS, "calibrated 0.1.0");
        all.put("claim", claim);
        all.put("announcement-proof", new AnnouncementProof(claim, signature(14)));
        all.put("descriptor", new Descriptor(hash(15), "folding, ö", "wasm", Isolation.WASM, hash(13), 54_321, RESOURCES, 12,
                UsageVector.of(1, 2, 3, 4, 5, 6, 7), TERMS, LeaseKind.TASKS, List.of("files", "programs")));
        all.put("descriptor-registry", new Descriptor(hash(15), "cells", "docker", Isolation.DOCKER, hash(13), 0, RESOURCES, 12,
                UsageVector.of(1, 2, 3, 4, 5, 6, 7), TERMS, LeaseKind.TASKS, List.of("programs"),
                Optional.of("docker.io/library/busybox@sha256:" + hash(13).toHex())));
        all.put("offer", new Offer(1, RATES, true, TERMS, RESOURCES, Isolation.WASM_SANDBOXED, "calibrated", "0.1.0",
                List.of(new BenchmarkResult("integer/1", "Mop/s", 123_456, 7)), key(11), Optional.empty(), 123_456));
        all.put("counter-offer", new CounterOffer(1, RATES));
        all.put("refusal", new Refusal("too dear"));
        all.put("contract", contract);
        all.put("signed-contract", new SignedContract(contract, signature(16), Optional.empty()));
        all.put("signed-contract-both", new SignedContract(contract, signature(16), Optional.of(signature(17))));
        all.put("ready", new Ready(hash(6)));
        all.put("started", new Started(hash(6), 1012, 7, 345));
        all.put("image-progress", new ImageProgress(hash(6), 12 << 20, 40 << 20));
        all.put("task", new Task(hash(15), "task-3", List.of(), List.of("--seed", "3"), List.of(), hash(18), 5, hash(27), 0, List.of(), 60_000, 1 << 20));
        all.put("task-with-files", new Task(hash(15), "task-3", List.of("/bin/fold"), List.of("--seed", "3"),
                List.of(new Task.Variable("LANG", "C"), new Task.Variable("OMP_NUM_THREADS", "1")), hash(18), 5, hash(27), 2048,
                List.of("fold.pdb", "log"), 60_000, 1 << 20));
        all.put("result-statement", result);
        all.put("task-result", new TaskResult(result, signature(19), "task-3", new byte[] {1, 2, 3}));
        all.put("usage-statement", usage);
        all.put("signed-statement", new SignedStatement(usage, signature(20), Optional.empty(), new byte[0]));
        all.put("signed-statement-paid", new SignedStatement(usage, signature(20), Optional.of(signature(21)), new byte[] {9, 8}));
        all.put("verdict-passed", new Verdict(hash(6), "task-3", true, new Amount(33), List.of()));
        all.put("verdict-withheld", new Verdict(hash(6), "task-3", false, new Amount(33),
                List.of(new Verdict.SignedResult(key(22), result, signature(23)), new Verdict.SignedResult(key(24), result, signature(25)))));
        all.put("close", new Close(hash(6), "done", new byte[] {7}));
        all.put("receipt", new Receipt(hash(6), UsageVector.of(10, 20, 30, 40, 50, 60, 70), new Amount(5000), 12, hash(26)));
        all.put("resume", new Resume(hash(6), 3, UsageVector.of(10, 20, 30, 40, 50, 60, 70), new Amount(4950), true,
                List.of(new Resume.Progress("task-3", hash(7), Resume.Stage.RUNNING), new Resume.Progress("task-1", hash(27), Resume.Stage.DONE)),
                new byte[] {5, 4}));
        all.put("resumed", new Resumed(hash(6), 3, List.of("task-3", "task-4")));
        all.put("pause", new Pause(hash(6), true, "the owner is back"));
        all.put("content-request", new ContentRequest(hash(6), hash(13), 262_144));
        all.put("content", new Content(hash(13), 262_144, 300_000, new byte[] {1, 2}));
        String user = Access.text(hash(27).toBytes());
        String host = Access.text(hash(28).toBytes());
        all.put("descriptor-shell", new Descriptor(hash(15), "machines", "sandbox", Isolation.SANDBOX, hash(13), 54_321, RESOURCES, 0,
                UsageVector.of(1, 2, 3, 4, 5, 6, 7), TERMS, LeaseKind.SHELL));
        all.put("descriptor-egress", new Descriptor(hash(15), "machines", "sandbox", Isolation.SANDBOX, hash(13), 54_321, RESOURCES, 0,
                UsageVector.of(1, 2, 3, 4, 5, 6, 7), TERMS.withEgress(Egress.parse("public:53/udp, 198.51.100.7:22, example.org:443")), LeaseKind.SHELL,
                List.of("egress")));
        all.put("offer-shell", new Offer(0, RATES, true, TERMS, RESOURCES, Isolation.SANDBOX, "fixed", "0.1.0", List.of(), key(11), Optional.of(host)));
        all.put("contract-shell", new Contract(hash(9), hash(10), key(4), key(5), key(11), hash(12), "sandbox", hash(13), Isolation.SANDBOX, RESOURCES,
                RATES, TERMS, "fixed 0.1.0", Optional.of(new Access(user, host))));
        all.put("shell-open", new ShellOpen(hash(6), hash(29), 70_000));
        all.put("shell-ready", new ShellReady(513));
        all.put("shell-data", new ShellData(513, new byte[] {5, 6, 7}));
        all.put("shell-ack", new ShellAck(516));
        all.put("shell-end", new ShellEnd(true, 516, "not paid yet"));
        return all;
    }

    @Test
    void theBytesAreThoseThatWereAgreed() throws IOException {
        Properties golden = new Properties();
        try (InputStream in = MessagesTest.class.getResourceAsStream("messages.properties")) {
            golden.load(in);
        }
        Map<String, Record> samples = samples();
        assertEquals(samples.keySet(), golden.stringPropertyNames().stream().sorted(java.util.Comparator.comparing(
                n -> List.copyOf(samples.keySet()).indexOf(n))).collect(java.util.stream.Collectors.toCollection(java.util.LinkedHashSet::new)));
        samples.forEach((name, m) -> assertEquals(golden.getProperty(name), HexFormat.of().formatHex(Records.encode(m)), name));
    }

    @Test
    void destinationsHaveOneFormInTerms() {
        for (String other : List.of("", "public,none", "Public", "0.0.0.0/0", "example.org:443/tcp", "example.org:443, public:53/udp", "public:53/udp,example.org:443",
                "example.org:443,example.org:443", "10.0.0.1", "example.org:25", "none ")) {
            assertThrows(IllegalArgumentException.class, () -> new Terms(TERMS.intervalMillis(), TERMS.graceMillis(), TERMS.prepaid(), TERMS.quantum(), TERMS.capacity(),
                    TERMS.channelBlocks(), TERMS.fundingDepth(), TERMS.holdBackPerMille(), TERMS.providerExposure(), TERMS.publisherExposure(), TERMS.maxWallMillis(), other), other);
        }
    }

    @Test
    void theDigestThatIsSignedIsTheTaggedHash() {
        Contract c = (Contract) samples().get("contract");
        assertEquals(Contract.class.getAnnotation(Message.class).value().hash(Records.encode(c)), c.hash());
        assertEquals(c.hash().toHex().substring(0, 20), c.leaseId());
        assertNotEquals(Records.digest(samples().get("claim")), Records.digest(samples().get("announcement-proof")));
    }

    @Test
    void whatIsReadIsWrittenTheSameWay() throws EncodingException {
        for (Map.Entry<String, Record> e : samples().entrySet()) {
            byte[] bytes = Records.encode(e.getValue());
            Record back = Records.decode(e.getValue().getClass(), bytes);
            assertEquals(HexFormat.of().formatHex(bytes), HexFormat.of().formatHex(Records.encode(back)), e.getKey());
        }
    }

    @Test
    void truncatedAndLongerMessagesAreRefused() {
        samples().forEach((name, m) -> {
            byte[] bytes = Records.encode(m);
            for (int n = 0; n < bytes.length; n++) {
                byte[] part = Arrays.copyOf(bytes, n);
                assertThrows(EncodingException.class, () -> Records.decode(m.getClass(), part), name + " cut to " + part.length);
            }
            assertThrows(EncodingException.class, () -> Records.decode(m.getClass(), Arrays.copyOf(bytes, bytes.length + 1)), name);
        });
    }

    @Test
    void garbageIsRefusedOrReadsAsWhatItEncodes() {
        Random random = new Random(7);
        int read = 0;
        for (Map.Entry<String, Record> e : samples().entrySet()) {
            for (int i = 0; i < 300; i++) {
                byte[] bytes = Records.encode(e.getValue());
                bytes[2 + random.nextInt(bytes.length - 2)] ^= (byte) (1 << random.nextInt(8));
                try {
                    Record back = Records.decode(e.getValue().getClass(), bytes);
                    assertEquals(HexFormat.of().formatHex(bytes), HexFormat.of().formatHex(Records.encode(back)), e.getKey());
                    read++;
                } catch (EncodingException x) {
                    assertTrue(x.getMessage() != null);
                }
            }
        }
        assertTrue(read > 100, "most bits of hashes and keys may have any value");
    }

    @Test
    void aKeyOfAnotherKindOrFormIsNoAccess() {
        String good = Access.text(hash(27).toBytes());
        assertTrue(good.startsWith("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI"), good);
        org.junit.jupiter.api.Assertions.assertArrayEquals(hash(27).toBytes(), Access.check(good));
        for (String bad : List.of("", "ssh-ed25519", good + " me@host", good + "\n", "ssh-rsa " + good.substring(12), good.substring(0, 40), good.replace('I', 'J'),
                "ssh-ed25519  " + good.substring(12))) {
            assertThrows(IllegalArgumentException.class, () -> new Access(bad, good), bad);
            assertThrows(IllegalArgumentException.class, () -> new Access(good, bad), bad);
        }
    }

    @Test
    void termsThatNoLeaseCanHaveAreRefused() {
        byte[] bytes = Records.encode(samples().get("contract"));
        String text = HexFormat.of().formatHex(bytes);
        String terms = HexFormat.of().toHexDigits(5000) + HexFormat.of().toHexDigits(10_000);
        byte[] bad = HexFormat.of().parseHex(text.replace(terms, HexFormat.of().toHexDigits(99) + HexFormat.of().toHexDigits(10_000)));
        assertTrue(text.contains(terms));
        assertThrows(EncodingException.class, () -> Records.decode(Contract.class, bad));
        assertThrows(EncodingException.class, () -> Records.decode(Refusal.class, "none".getBytes(StandardCharsets.UTF_8)));
    }
}
