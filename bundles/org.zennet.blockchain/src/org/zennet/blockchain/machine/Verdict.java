package org.zennet.blockchain.machine;

/** What the rules say: accepted, with what follows, or rejected, with the rule and the values that broke it. */
public sealed interface Verdict<T> {
    /** All rules hold. */
    record Accepted<T>(T value) implements Verdict<T> { }

    /**
     * A rule is broken.
     *
     * @param rule   the first one found
     * @param detail one line with the values
     */
    record Rejected<T>(Rule rule, String detail) implements Verdict<T> {
        /** For people. */
        @Override
        public String toString() {
            return rule + ": " + detail;
        }

        /** The same verdict where another result was hoped for. */
        public <U> Verdict<U> as() {
            return new Rejected<>(rule, detail);
        }
    }

    /** Shorthand. */
    static <T> Verdict<T> accepted(T value) {
        return new Accepted<>(value);
    }

    /** Shorthand. */
    static <T> Verdict<T> rejected(Rule rule, String detail) {
        return new Rejected<>(rule, detail);
    }
}
