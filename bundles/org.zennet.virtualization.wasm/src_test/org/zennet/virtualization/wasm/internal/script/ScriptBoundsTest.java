package org.zennet.virtualization.wasm.internal.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.zennet.api.pricing.Bid;
import org.zennet.api.pricing.BidRequest;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;

/** A buying script may not spend more than the owner allows, whatever it says; what it reads and says is text of a strict form. */
class ScriptBoundsTest {
    /** Ten seconds of a core; a zen for each millisecond of it. */
    private static final UsageVector USAGE = UsageVector.ZERO.with(Counter.CPU, 10_000_000);

    private static BidRequest request(long rate) {
        return new BidRequest(RateVector.ZERO.with(Counter.CPU, rate), false, Optional.empty(), USAGE, new Amount(10_000), List.of(),
                List.of(RateVector.ZERO.with(Counter.CPU, 7)), 2, Map.of("k", "a value"));
    }

    private static Bid bid(String answer) {
        return ScriptText.bid(answer.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void takingOrBiddingMoreThanTheCeilingIsRefusedAndTheCeilingItselfIsNot() {
        ScriptBounds.check(request(1_000_000_000), bid("accept\n"));
        assertTrue(assertThrows(ScriptFailed.class, () -> ScriptBounds.check(request(1_000_100_000), bid("accept"))).getMessage()
                .contains("it would take"));
        ScriptBounds.check(request(5_000_000_000L), bid("counter 1000000000 0 0 0 0 0 0\nreason half"));
        assertThrows(ScriptFailed.class, () -> ScriptBounds.check(request(5_000_000_000L), bid("counter 2000000000 0 0 0 0 0 0")));
        assertThrows(ScriptFailed.class, () -> ScriptBounds.check(request(1), bid("counter 1 0 0 0 1000000000000000000 0 0")), "a rate on what is not used");
        ScriptBounds.check(request(5_000_000_000L), bid("refuse"));
    }

    @Test
    void anAnswerIsOneOfThreeAndNothingElse() {
        assertEquals(Bid.Kind.COUNTER, bid("counter 1 2 3 4 5 6 7").kind());
        assertEquals("too dear", bid("refuse\nreason too dear\n").reason());
        for (String wrong : List.of("", "\n", "accept\nrefuse", "accept now", "counter 1 2 3", "accept\naccept", "Accept", "reason only")) {
            assertThrows(ScriptFailed.class, () -> bid(wrong), wrong);
        }
    }

    @Test
    void theQuestionIsTextWithALineForEachThing() {
        assertEquals(String.join("\n", "zennet-script 1 bid", "round 2", "offer 5 0 0 0 0 0 0", "usage 10000000 0 0 0 0 0 0", "ceiling 10000",
                "other 7 0 0 0 0 0 0", "setting k a value", "end", ""), new String(ScriptText.question(request(5)), StandardCharsets.UTF_8));
    }
}
