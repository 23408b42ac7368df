package org.zennet.market.message;

/** The stream protocols between provider (who dials) and publisher. The provider opens all but the second content stream and those of logins. */
public final class Protocols {
    /** Negotiation, contract, tasks, results, verdicts, close. */
    public static final String MARKET = "market/1";
    /** Usage statements one way, countersignatures and payments the other. */
    public static final String PAYMENT = "payment/1";
    /** Content by hash: requests one way, pieces the other. Either side opens its own. */
    public static final String CONTENT = "content/1";
    /** One login over SSH: the publisher opens a stream for each, and a new one for the same login after a lost connection. */
    public static final String SHELL = "shell/1";
    /** Takes a lease up again after its connection was lost; from then on it is the lease's market stream. */
    public static final String RESUME = "resume/1";
    /** The most bytes in one piece of content. */
    public static final int PIECE = 1 << 18;
    /** The largest content besides images: a module, an input, the result of a task. */
    public static final long MAX_CONTENT = 1L << 28;
    /** The largest image. */
    public static final long MAX_IMAGE = 1L << 31;

    private Protocols() { }
}
