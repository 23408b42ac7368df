package org.zennet.workbench.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    private static final Path HOME = Path.of("/home/ada/.zennet");
    private static final String LINE = "zennet:dev:" + "ab".repeat(32) + "@127.0.0.1:7331#" + "cd".repeat(32);

    private static Arguments parse(String... words) {
        return Arguments.parse(words, HOME);
    }

    private static String refused(String... words) {
        return assertThrows(IllegalArgumentException.class, () -> parse(words)).getMessage();
    }

    @Test
    void withoutWordsTheDataLiesInTheUsualPlace() {
        assertEquals(new Arguments(HOME, Optional.empty(), Optional.empty(), Optional.empty(), false, List.of()), parse());
        assertEquals(HOME, Arguments.parse(null, HOME).data());
        assertTrue(parse("--demo").demo());
    }

    @Test
    void optionsTakeTheirValueAfterASpaceOrAnEqualsSign() {
        Arguments spaced = parse("--data", "/tmp/z", "--network", "lab", "--join", LINE, "--theme", "dark");
        assertEquals(spaced, parse("--data=/tmp/z", "--network=lab", "--join=" + LINE, "--theme=dark"));
        assertEquals(LINE, spaced.join().orElseThrow().toString());
        assertEquals("org.eclipse.e4.ui.css.theme.e4_dark", spaced.theme().orElseThrow());
    }

    @Test
    void severalMachinesCanBeWatched() {
        assertEquals(List.of("ssh://a", "ssh://b@c:22/var/lib/zennet"), parse("--connect", "ssh://a", "--connect=ssh://b@c:22/var/lib/zennet").connect());
    }

    @Test
    void wordsOfThePlatformAreLeftToIt() {
        assertEquals(parse(), parse("-clearPersistedState", "-showsplash", "600"));
    }

    @Test
    void mistakesAreToldInOneLine() {
        assertEquals("unknown option --port (see ./zennet workbench --help)", refused("--port", "1"));
        assertEquals("--data needs a value (see ./zennet workbench --help)", refused("--data"));
        assertEquals("there is no theme 'pink': use light, dark or contrast", refused("--theme", "pink"));
        assertEquals("--connect takes ssh://[USER@]HOST[:PORT][/DIR], not 'farm'", refused("--connect", "farm"));
        assertTrue(refused("--join", "hello").startsWith("this is not a join line"));
    }
}
