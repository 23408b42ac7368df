package org.zennet.services.wallet;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.zennet.services.Rejected;

/**
 * The file that holds the wallet's seed, sealed by a passphrase. Works without a chain and before the wallet is
 * configured. Thread-safe.
 *
 * <p>The passphrase is the one of {@link org.zennet.services.node.NodeContext#passphrase} where a method is given none;
 * where there is none either, a random one is kept in a file beside the keystore that only the owner may read. That
 * protects copies of the keystore file alone, not a copy of the whole directory.
 */
public interface KeystoreService {
    /** Whether there is a keystore. */
    boolean exists();

    /**
     * Makes a new wallet.
     *
     * @param words      12 or 24 (15, 18 and 21 work too)
     * @param passphrase seals the file; empty: see above
     * @return the words. They are not shown again: whoever has them has the money
     * @throws Rejected when there is a keystore already
     */
    List<String> create(int words, Optional<char[]> passphrase) throws Rejected;

    /**
     * Makes a wallet from its words. Coins are found by reading the chain again.
     *
     * @throws Rejected when there is a keystore already, a word is unknown, or the checksum is wrong
     */
    void restore(List<String> words, Optional<char[]> passphrase) throws Rejected;

    /**
     * The words of a wallet that a process made for itself, so that nobody saw them. Once only.
     *
     * @return empty when the words were shown before
     * @throws Rejected when there is no keystore or the passphrase is wrong
     */
    Optional<List<String>> unseenWords() throws Rejected;

    /**
     * Tries whether the passphrase of this process opens the keystore.
     *
     * @throws Rejected when there is no keystore or the passphrase is wrong
     */
    void tryPassphrase() throws Rejected;

    /**
     * Writes a sealed copy of the keystore, for the owner alone.
     *
     * @param passphrase seals the copy; empty: as the keystore itself, and where that is sealed by a passphrase file, the
     *                   passphrase is written to {@code target.passphrase}: keep the two apart
     * @throws Rejected when there is no keystore, the target exists, or it can't be written
     */
    void backup(Path target, Optional<char[]> passphrase) throws Rejected;
}
