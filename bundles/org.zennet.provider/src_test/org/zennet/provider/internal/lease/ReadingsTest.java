package org.zennet.provider.internal.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Reading;
import org.zennet.api.value.Counter;
import org.zennet.api.value.UsageVector;
import org.zennet.services.Registration;
import org.zennet.services.market.BackendRegistry;
import org.zennet.services.market.ExtensionInfo;

class ReadingsTest {
    private final List<Set<String>> questions = new ArrayList<>();
    private final Map<String, Long> used = new HashMap<>();
    private final List<String> alone = new ArrayList<>();
    private long now = 1_000_000;
    private boolean fails;
    private boolean there = true;
    private final Readings readings = new Readings(registry(), () -> Instant.ofEpochMilli(now));

    private BackendRegistry registry() {
        ContainerBackend backend = new ContainerBackend() {
            @Override
            public Capabilities probe() {
                throw new AssertionError();
            }

            @Override
            public Container start(ContainerSpec spec) {
                throw new AssertionError();
            }

            @Override
            public List<Container> survivors() {
                throw new AssertionError();
            }

            @Override
            public Map<String, Reading> read(Collection<Container> containers) throws ContainerException {
                if (fails) {
                    throw new ContainerException("the keeper can't be reached");
                }
                Set<String> ids = new TreeSet<>();
                containers.forEach(c -> ids.add(c.leaseId()));
                questions.add(ids);
                Map<String, Reading> all = new HashMap<>();
                ids.stream().filter(used::containsKey).forEach(id -> all.put(id, reading(id)));
                return all;
            }
        };
        return new BackendRegistry() {
            @Override
            public Optional<ContainerBackend> backend(String id) {
                return there ? Optional.of(backend) : Optional.empty();
            }

            @Override
            public List<String> ids() {
                return List.of("sandbox");
            }

            @Override
            public List<ExtensionInfo> backends() {
                return List.of();
            }

            @Override
            public Registration watch(Runnable changed) {
                return () -> { };
            }
        };
    }

    private Reading reading(String id) {
        return new Reading(UsageVector.ZERO.with(Counter.CPU, used.get(id)), Optional.empty());
    }

    /** One that tells its own usage when it is asked alone, or that it can't. */
    private Container container(String id) {
        Container c = (Container) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Container.class}, (p, m, args) -> switch (m.getName()) {
            case "leaseId", "toString" -> id;
            case "ended" -> Optional.empty();
            case "usage" -> {
                alone.add(id);
                if (!used.containsKey(id)) {
                    throw new ContainerException("there is no container of lease " + id);
                }
                yield reading(id).usage();
            }
            default -> throw new AssertionError(m);
        });
        readings.add("sandbox", c);
        return c;
    }

    private long cpu(Container c, long most) throws ContainerException {
        return readings.of("sandbox", c, most).usage().get(Counter.CPU);
    }

    @Test
    void oneQuestionServesAllWhoAskWithinTheAgeThatTheyAllow() throws Exception {
        used.putAll(Map.of("a", 1L, "b", 2L));
        Container a = container("a");
        Container b = container("b");
        assertEquals(1, cpu(a, 100));
        used.put("b", 3L);
        now += 100;
        assertEquals(2, cpu(b, 100));
        assertEquals(List.of(Set.of("a", "b")), questions);
        now += 1;
        assertEquals(3, cpu(b, 100));
        assertEquals(2, questions.size());
    }

    @Test
    void theWatchForTheOwnerLooksAnewAndBillsUseWhatItSaw() throws Exception {
        used.putAll(Map.of("a", 1L, "b", 2L));
        Container a = container("a");
        container("b");
        cpu(a, 0);
        used.put("a", 5L);
        assertEquals(Map.of("a", reading("a"), "b", reading("b")), readings.all());
        assertEquals(2, questions.size());
        assertEquals(5, cpu(a, 250));
        assertEquals(2, questions.size());
    }

    @Test
    void whatWasReadBeforeAFreezeIsNotUsedAfterIt() throws Exception {
        used.put("a", 1L);
        Container a = container("a");
        assertEquals(1, cpu(a, 1000));
        used.put("a", 2L);
        readings.forget("sandbox", "a");
        assertEquals(2, cpu(a, 1000));
    }

    @Test
    void aClockThatWasPutBackMakesNoReadingYoung() throws Exception {
        used.put("a", 1L);
        Container a = container("a");
        cpu(a, 1000);
        used.put("a", 2L);
        now -= 500;
        assertEquals(2, cpu(a, 1000));
    }

    @Test
    void whoIsMissingInTheAnswerIsAskedAlone() throws Exception {
        used.put("a", 1L);
        Container a = container("a");
        Container b = container("b");
        assertEquals("there is no container of lease b", assertThrows(ContainerException.class, () -> cpu(b, 1000)).getMessage());
        assertEquals(1, cpu(a, 1000));
        fails = true;
        now += 2000;
        assertEquals(1, cpu(a, 1000));
        there = false;
        assertEquals(1, cpu(a, 1000));
        assertEquals(List.of("b", "a", "a"), alone);
    }

    @Test
    void whatEndedIsNotAskedForAnyMore() throws Exception {
        used.putAll(Map.of("a", 1L, "b", 2L));
        container("a");
        Container b = container("b");
        readings.remove("sandbox", "a");
        cpu(b, 0);
        assertEquals(List.of(Set.of("b")), questions);
        assertEquals(Set.of("b"), readings.all().keySet());
    }
}
