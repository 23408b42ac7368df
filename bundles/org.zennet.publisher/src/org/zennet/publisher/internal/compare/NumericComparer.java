package org.zennet.publisher.internal.compare;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Component;
import org.zennet.api.verification.Comparison;
import org.zennet.api.verification.ResultComparer;

/**
 * {@code numeric}: the same but for numbers that lie close together, as those of programs that add in another order. Two numbers are close
 * when they differ by no more than {@code absolute} + {@code relative} x the greater of both without their signs.
 *
 * <p>With {@code format: text} (the default) output and files are text: what is no number must be the same, runs of white space count
 * as one space, next to numbers as none, and digits within words ({@code v1}, {@code 1.2.3}, {@code task-3a}) are no numbers. With {@code float32} or
 * {@code float64} they are arrays of IEEE 754 numbers, the least byte first. What is infinite or no number must be so on both sides.
 */
@Component(name = "org.zennet.comparer.numeric", service = ResultComparer.class,
        property = {ResultComparer.ID + "=numeric", ResultComparer.LABEL + "=Numbers within a tolerance", "service.ranking:Integer=-1000"})
public final class NumericComparer implements ResultComparer {
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w.])[+-]?(?:[0-9]++(?:\\.[0-9]*+)?|\\.[0-9]++)(?:[eE][+-]?[0-9]++)?(?!\\w|\\.[0-9])");
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Set<String> KEYS = Set.of("relative", "absolute", "format");
    private static final Set<String> FORMATS = Set.of("text", "float32", "float64");

    /** What two numbers may differ by. */
    private record Tolerance(double absolute, double relative) {
        boolean close(double a, double b) {
            if (a == b) {
                return true;
            }
            return Double.isFinite(a) && Double.isFinite(b)
                    && Math.abs(a - b) <= absolute + relative * Math.max(Math.abs(a), Math.abs(b));
        }
    }

    @Override
    public boolean same(Comparison c) {
        Optional<String> problem = problem(c.settings());
        if (problem.isPresent()) {
            throw new IllegalArgumentException(problem.get());
        }
        Tolerance tolerance = new Tolerance(number(c.settings(), "absolute", "0"), number(c.settings(), "relative", "1e-9"));
        BiPredicate<byte[], byte[]> bytes = switch (format(c.settings())) {
            case "float32" -> (a, b) -> arrays(a, b, Float.BYTES, tolerance);
            case "float64" -> (a, b) -> arrays(a, b, Double.BYTES, tolerance);
            default -> (a, b) -> texts(a, b, tolerance);
        };
        return c.first().files().keySet().equals(c.second().files().keySet()) && bytes.test(c.first().output(), c.second().output())
                && c.first().files().keySet().stream().allMatch(n -> bytes.test(c.first().files().get(n), c.second().files().get(n)));
    }

    @Override
    public Optional<String> problem(Map<String, String> settings) {
        for (String key : settings.keySet()) {
            if (!KEYS.contains(key)) {
                return Optional.of("setting " + key + " is unknown; known are relative, absolute and format");
            }
        }
        if (!FORMATS.contains(format(settings))) {
            return Optional.of("setting format: '" + settings.get("format") + "' is none of text, float32, float64");
        }
        for (String key : new String[] {"relative", "absolute"}) {
            double value = number(settings, key, "0");
            if (!(value >= 0 && value < (key.equals("relative") ? 1 : Double.POSITIVE_INFINITY))) {
                return Optional.of("setting " + key + ": '" + settings.get(key) + "' is no number of 0 or more" + (key.equals("relative") ? " and less than 1" : ""));
            }
        }
        return Optional.empty();
    }

    private static String format(Map<String, String> settings) {
        return settings.getOrDefault("format", "text");
    }

    private static double number(Map<String, String> settings, String key, String fallback) {
        String text = settings.getOrDefault(key, fallback).strip();
        return NUMBER.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
    }

    private static boolean texts(byte[] first, byte[] second, Tolerance tolerance) {
        if (Arrays.equals(first, second)) {
            return true;
        }
        // Bytes as characters: what is no number is compared byte by byte, whatever it encodes.
        String a = new String(first, StandardCharsets.ISO_8859_1);
        String b = new String(second, StandardCharsets.ISO_8859_1);
        Matcher x = NUMBER.matcher(a);
        Matcher y = NUMBER.matcher(b);
        int atA = 0;
        int atB = 0;
        while (true) {
            boolean more = x.find();
            if (more != y.find()) {
                return false;
            }
            if (!text(a.substring(atA, more ? x.start() : a.length())).equals(text(b.substring(atB, more ? y.start() : b.length())))) {
                return false;
            }
            if (!more) {
                return true;
            }
            if (!x.group().equals(y.group()) && !close(x.group(), y.group(), tolerance)) {
                return false;
            }
            atA = x.end();
            atB = y.end();
        }
    }

    /** Numbers too large for a double are equal only when they are written so. */
    private static boolean close(String a, String b, Tolerance tolerance) {
        double first = Double.parseDouble(a);
        double second = Double.parseDouble(b);
        return Double.isFinite(first) && Double.isFinite(second) && tolerance.close(first, second);
    }

    private static String text(String piece) {
        return SPACE.matcher(piece).replaceAll(" ").strip();
    }

    private static boolean arrays(byte[] first, byte[] second, int width, Tolerance tolerance) {
        if (Arrays.equals(first, second)) {
            return true;
        }
        if (first.length != second.length || first.length % width != 0) {
            return false;
        }
        ByteBuffer a = ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer b = ByteBuffer.wrap(second).order(ByteOrder.LITTLE_ENDIAN);
        while (a.hasRemaining()) {
            double x = width == Float.BYTES ? a.getFloat() : a.getDouble();
            double y = width == Float.BYTES ? b.getFloat() : b.getDouble();
            if (!(Double.isNaN(x) && Double.isNaN(y)) && !tolerance.close(x, y)) {
                return false;
            }
        }
        return true;
    }
}
