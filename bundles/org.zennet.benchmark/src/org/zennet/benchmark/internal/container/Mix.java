package org.zennet.benchmark.internal.container;

import java.util.ArrayList;
import java.util.List;

/**
 * What one task does: kernels one after the other, so many times.
 *
 * @param times how often all parts
 * @param parts at least one; more than one are done by one program without a pause between them
 */
record Mix(long times, List<Part> parts) {
    /** Copies the list. */
    Mix {
        parts = List.copyOf(parts);
    }

    /**
     * Rounds of one kernel.
     *
     * @param kernel of the program's argument
     * @param bytes  that it works on, 0 for what has no choice
     */
    record Part(String kernel, long rounds, long bytes) { }

    /** The same for longer. */
    Mix longer(long factor) {
        return new Mix(Math.multiplyExact(times, factor), parts);
    }

    /** The first word is what the program prints first. */
    List<String> arguments() {
        List<String> words = new ArrayList<>(List.of("mix", Long.toString(times)));
        for (Part p : parts) {
            words.addAll(List.of(p.kernel(), Long.toString(p.rounds()), Long.toString(p.bytes())));
        }
        return words;
    }
}
