package org.zennet.virtualization.docker.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TellsPidTest {
    private static int take(TellsPid p, String text) {
        return p.take(text.getBytes(StandardCharsets.US_ASCII), text.length());
    }

    @Test
    void theNumberComesFirstInWhateverPiecesAndTheRestIsTheProgramsOwn() throws InterruptedException {
        TellsPid p = new TellsPid();
        assertEquals(3, take(p, "000"));
        assertEquals(0, take(p, ""));
        assertEquals(5, take(p, "0002ahello"));
        assertEquals(0, take(p, "00000001"));
        assertEquals(OptionalInt.of(42), p.await());
    }

    @Test
    void theFirstProcessAndWhatIsNoNumberAreNobodysSignals() throws InterruptedException {
        for (String wrong : new String[] {"00000001", "00000000", "ffffffff", "0000002A", "-0000002", "sh: abcd"}) {
            TellsPid p = new TellsPid();
            take(p, wrong);
            assertEquals(OptionalInt.empty(), p.await(), wrong);
        }
    }
}
