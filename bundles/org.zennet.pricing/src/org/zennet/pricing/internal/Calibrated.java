package org.zennet.pricing.internal;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;

/**
 * Rates that were fitted to runs on this machine, as {@code zennet benchmark --calibrate --save} writes them into the setting
 * {@code calibration}: {@code target=ZEN cores=THOUSANDTHS memory=BYTES} and {@code rate.COUNTER=PICOZEN} for each counter, with blanks between.
 *
 * @param target zen a day that they were fitted to
 * @param cores  that were for rent then, in thousandths
 * @param memory that was for rent then, in bytes
 */
record Calibrated(long target, long cores, long memory, RateVector rates) {
    private static final int MOST = 1000;
    private static final String RATE = "rate.";

    /** Reads the setting; a setting that can't be read throws with one line that names it. */
    static Calibrated parse(String text) {
        if (text.length() > MOST) {
            throw bad("longer than " + MOST + " characters");
        }
        Map<String, Long> values = new HashMap<>();
        for (String token : text.strip().split("\\s+")) {
            int equals = token.indexOf('=');
            if (equals < 1 || !token.substring(equals + 1).matches("[0-9]{1,18}")) {
                throw bad("'" + token + "' is not name=number");
            }
            if (values.put(token.substring(0, equals), Long.parseLong(token.substring(equals + 1))) != null) {
                throw bad("'" + token.substring(0, equals) + "' twice");
            }
        }
        long target = positive(values, "target");
        long cores = positive(values, "cores");
        long memory = positive(values, "memory");
        RateVector rates = RateVector.of((Counter c) -> {
            Long v = values.remove(RATE + c.id());
            if (v == null || v > RateVector.MAX_RATE) {
                throw bad(v == null ? "no " + RATE + c.id() : RATE + c.id() + "=" + v + " is above the largest rate");
            }
            return v;
        });
        if (!values.isEmpty()) {
            throw bad("unknown: " + String.join(", ", values.keySet().stream().sorted().toList()));
        }
        return new Calibrated(target, cores, memory, rates);
    }

    private static long positive(Map<String, Long> values, String name) {
        Long v = values.remove(name);
        if (v == null || v < 1) {
            throw bad(name + " is missing or zero");
        }
        return v;
    }

    private static IllegalArgumentException bad(String what) {
        return new IllegalArgumentException("setting calibration: " + what);
    }

    /**
     * The rates for another target, and where more or less of the machine is for rent: the processor's by the cores, memory's by the
     * memory, the rest by the target alone. Rounded up.
     */
    RateVector rates(QuoteRequest request, BigInteger picozenPerDay) {
        BigInteger then = BigInteger.valueOf(target).multiply(BigInteger.TEN.pow(RateVector.SCALE));
        return RateVector.of(c -> {
            BigInteger up = BigInteger.valueOf(rates.get(c)).multiply(picozenPerDay);
            BigInteger down = then;
            if (c == Counter.CPU) {
                up = up.multiply(BigInteger.valueOf(cores));
                down = down.multiply(BigInteger.valueOf(request.machine().cores()));
            } else if (c == Counter.MEMORY) {
                up = up.multiply(BigInteger.valueOf(memory));
                down = down.multiply(BigInteger.valueOf(request.machine().memory()));
            }
            return Rates.clamp(Rates.ceil(up, down));
        });
    }
}
