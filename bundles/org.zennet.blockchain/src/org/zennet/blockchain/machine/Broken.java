package org.zennet.blockchain.machine;

/** Unwinds from deep within a check to the function that answers with a {@link Verdict}; never leaves the package. */
final class Broken extends Exception {
    private static final long serialVersionUID = 1L;
    private final Rule rule;

    Broken(Rule rule, String detail) {
        super(detail, null, false, false);
        this.rule = rule;
    }

    static void unless(boolean holds, Rule rule, String detail) throws Broken {
        if (!holds) {
            throw new Broken(rule, detail);
        }
    }

    <T> Verdict<T> verdict() {
        return Verdict.rejected(rule, getMessage());
    }

    Broken in(String where) {
        return new Broken(rule, getMessage() + " (in " + where + ")");
    }
}
