package org.zennet.market.internal.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zennet.api.verification.Comparison;
import org.zennet.api.verification.ResultComparer;
import org.zennet.services.Rejected;
import org.zennet.services.market.ExtensionInfo;

@Timeout(60)
class ComparersTest {
    /** A fiftieth of the time limits: 100 ms a comparison. */
    private final ExtensionRegistry registry = new ExtensionRegistry(2);
    private final byte[] first = {1};

    private static Fakes.Reference<ResultComparer> reference(String id) {
        return new Fakes.Reference<>(ResultComparer.ID, id, 0, "org.example." + id, "1.2.3");
    }

    private Comparison question() {
        return new Comparison(new Comparison.Result(first, new TreeMap<>()), new Comparison.Result(new byte[] {2}, new TreeMap<>()), Map.of("k", "v"));
    }

    private boolean ask(String id) throws Exception {
        return registry.same(id, question()).get(30, TimeUnit.SECONDS);
    }

    private String refusal(String id) {
        return assertInstanceOf(Rejected.class, assertThrows(ExecutionException.class, () -> ask(id)).getCause()).getMessage();
    }

    @Test
    void theComparerOfTheIdAnswersAndCanNotChangeWhatIsCompared() throws Exception {
        registry.bindComparer(c -> {
            boolean same = c.first().output()[0] < c.second().output()[0] && c.settings().get("k").equals("v");
            c.first().output()[0] = 9;
            return same;
        }, reference("less"));
        assertTrue(ask("less"));
        assertEquals(1, first[0]);
        registry.bindComparer(c -> false, reference("never"));
        assertFalse(ask("never"));
        assertEquals(2, registry.comparers().size());
    }

    @Test
    void noOtherIsAskedInPlaceOfOneThatIsMissingHangsOrThrows() {
        registry.bindComparer(c -> true, reference("always"));
        registry.bindComparer(c -> {
            while (!Thread.currentThread().isInterrupted()) {
                LockSupport.park();
            }
            return true;
        }, reference("hangs"));
        registry.bindComparer(c -> {
            throw new IllegalStateException("no idea");
        }, reference("throws"));
        assertTrue(refusal("missing").contains("no comparer 'missing' here; there are: always, hangs, throws"), refusal("missing"));
        assertTrue(refusal("hangs").contains("took longer than 100 ms"));
        assertTrue(refusal("hangs").contains("is in quarantine"));
        assertTrue(refusal("throws").contains("IllegalStateException: no idea"));
        assertEquals(1, registry.reinstate(ExtensionInfo.Kind.COMPARER, "throws"));
    }

    @Test
    void settingsAreCheckedByTheComparerItself() throws Exception {
        registry.bindComparer(new ResultComparer() {
            @Override
            public boolean same(Comparison c) {
                return true;
            }

            @Override
            public Optional<String> problem(Map<String, String> settings) {
                return settings.isEmpty() ? Optional.empty() : Optional.of("no\nsettings");
            }
        }, reference("plain"));
        registry.check("plain", Map.of());
        assertEquals("comparer 'plain': no settings", assertThrows(Rejected.class, () -> registry.check("plain", Map.of("a", "b"))).getMessage());
        assertTrue(assertThrows(Rejected.class, () -> registry.check("other", Map.of())).getMessage().contains("there are: plain"));
    }
}
