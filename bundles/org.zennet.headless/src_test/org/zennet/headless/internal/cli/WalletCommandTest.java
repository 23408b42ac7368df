package org.zennet.headless.internal.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class WalletCommandTest {
    private static final List<String> WORDS = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l");

    @Test
    void wordsAreReadAsPeopleWriteThem() throws Exception {
        assertEquals(WORDS, WalletCommand.split("a b c d e f g h i j k l"));
        assertEquals(WORDS, WalletCommand.split("  A b,c, d\te f\n g h i j k  l "));
        assertEquals(WORDS, WalletCommand.split("1 a 2 b 3 c 4 d 5 e 6 f 7. g 8) h 9 i 10 j 11 k 12 l"), "as 'wallet new' shows them");
    }

    @Test
    void anotherNumberOfWordsIsAMisuse() {
        for (String text : List.of("", "a b c", "a b c d e f g h i j k l m", "a ".repeat(27), "a".repeat(2000))) {
            assertThrows(Misused.class, () -> WalletCommand.split(text));
        }
    }
}
