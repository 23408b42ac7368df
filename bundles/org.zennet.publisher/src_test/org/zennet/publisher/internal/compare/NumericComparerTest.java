package org.zennet.publisher.internal.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zennet.api.verification.Comparison;
import org.zennet.api.verification.Comparison.Result;

class NumericComparerTest {
    private static Result text(String text) {
        return new Result(text.getBytes(StandardCharsets.UTF_8), new TreeMap<>());
    }

    private static boolean same(Result a, Result b, Map<String, String> settings) {
        boolean one = new NumericComparer().same(new Comparison(a, b, settings));
        assertEquals(one, new NumericComparer().same(new Comparison(b, a, settings)), "it is symmetric");
        return one;
    }

    @ParameterizedTest(name = "''{0}'' and ''{1}'': {2}")
    @CsvSource(quoteCharacter = '\'', value = {
        "'x 0.3', 'x 0.30000000000000004', true", "'x 0.3', 'y 0.3', false", "'x 0.3', 'x 0.301', false", "'1 2', '1 2 3', false", "'1 2', '12', false",
        "'a  1\n', 'a 1\n', true", "' -0.1', '0.1', false", "'-1e-300', ' -1.0000000001e-300', true", "'1,2', '1,2.0000000000001', true",
        "'v1', 'v2', false", "'1.2.3', '1.2.4', false", "'task-3a', 'task-4a', false", "'3.5.', '3.5000000000001.', true", "'1e400', '1e401', false",
        "'1e400', '1e400', true", "'nan', 'nan', true", "'nan', '1', false", "'0', '1e-30', false", "'100000000001', '100000000002', true", "'', '', true",
        "'x=1;y=2', 'x=1.00000000000001;y=2', true", "'.5', '0.5', true", "'1e5', '100000', true"})
    void numbersMayDifferByTheToleranceAndNothingElse(String a, String b, boolean expected) {
        assertEquals(expected, same(text(a), text(b), Map.of()));
    }

    @Test
    void theToleranceIsThatOfTheJob() {
        assertTrue(same(text("1.0 0.001"), text("1.01 0.0"), Map.of("relative", "0.01", "absolute", "0.001")));
        assertFalse(same(text("1.0 0.001"), text("1.01 0.0"), Map.of("relative", "0.001", "absolute", "0.001")));
        assertFalse(same(text("1.0 0.001"), text("1.01 0.0"), Map.of("relative", "0.01")));
    }

    @Test
    void arraysOfNumbersAreComparedOneByOne() {
        ByteBuffer a = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putDouble(1).putDouble(Double.NaN).putDouble(Double.POSITIVE_INFINITY);
        ByteBuffer b = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putDouble(1 + 1e-12).putDouble(Double.NaN).putDouble(Double.POSITIVE_INFINITY);
        Map<String, String> doubles = Map.of("format", "float64");
        assertTrue(same(new Result(a.array(), new TreeMap<>()), new Result(b.array(), new TreeMap<>()), doubles));
        b.putDouble(16, 1e308);
        assertFalse(same(new Result(a.array(), new TreeMap<>()), new Result(b.array(), new TreeMap<>()), doubles));
        assertFalse(same(new Result(new byte[8], new TreeMap<>()), new Result(new byte[16], new TreeMap<>()), doubles));
        assertFalse(same(text("abc"), text("abd"), doubles), "no array of doubles");
    }

    @Test
    void filesAreComparedByTheirNames() {
        Result a = new Result(new byte[0], new TreeMap<>(Map.of("out", "1.0".getBytes(StandardCharsets.UTF_8))));
        Result b = new Result(new byte[0], new TreeMap<>(Map.of("out", "1.00000000000001".getBytes(StandardCharsets.UTF_8))));
        Result c = new Result(new byte[0], new TreeMap<>(Map.of("other", "1.0".getBytes(StandardCharsets.UTF_8))));
        assertTrue(same(a, b, Map.of()));
        assertFalse(same(a, c, Map.of()));
    }

    @Test
    void settingsThatMeanNothingAreToldAndNeverGuessed() {
        NumericComparer n = new NumericComparer();
        assertTrue(n.problem(Map.of("relative", "1e-6", "absolute", "0.5", "format", "text")).isEmpty());
        for (Map<String, String> wrong : java.util.List.of(Map.of("relative", "1"), Map.of("relative", "x"), Map.of("absolute", "-1"), Map.of("absolute", "NaN"),
                Map.of("format", "hex"), Map.of("tolerance", "1"))) {
            assertTrue(n.problem(wrong).isPresent(), wrong.toString());
            assertThrows(IllegalArgumentException.class, () -> n.same(new Comparison(text("1"), text("2"), wrong)), wrong.toString());
        }
    }
}
