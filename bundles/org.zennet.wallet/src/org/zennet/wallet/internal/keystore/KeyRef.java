package org.zennet.wallet.internal.keystore;

/** Which key of a wallet: enough to derive it again from the seed, and no secret. */
public sealed interface KeyRef {
    /** Chain of keys to be paid at. */
    int RECEIVE = 0;
    /** Chain of keys for change and settlements. */
    int CHANGE = 1;
    /** Chain of keys that pay into channels and own announcements. */
    int CHANNEL = 2;
    /** How many chains there are. */
    int CHAINS = 3;

    /** {@code m/86'/coin'/0'/chain/index}. */
    record Numbered(int chain, int index) implements KeyRef { }

    /**
     * {@code m/86'/coin'/1'/a'/b'/c'/d'}, where a to d are the first four 31-bit numbers of the label's SHA-256: the same
     * label is the same key, with nothing to store.
     */
    record Labelled(String label) implements KeyRef { }
}
