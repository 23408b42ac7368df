package org.zennet.wallet.internal.keystore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.zennet.services.Rejected;
import org.zennet.services.crypto.SignatureScheme;
import org.zennet.services.node.NodeContext;
import org.zennet.services.wallet.KeystoreService;

/**
 * The keystore file of this process's data directory. A leaf: needs the directory only, so that {@code wallet new} works
 * before there is a chain. Opened anew at every use; no secret is kept here.
 */
@Component(name = "org.zennet.wallet.keystore", service = {KeystoreService.class, Keystore.class})
public final class Keystore implements KeystoreService {
    /** The file's name inside of {@code DIR/<network>/keystore}. */
    public static final String FILE = "seed";
    private static final int MAX_FILE = 4096;
    private static final int WORDS = 24;
    private final Path file;
    private final Path passphraseFile;
    private final Optional<char[]> given;
    private final SecureRandom random = new SecureRandom();

    /** In the process's directory. */
    @Activate
    public Keystore(@Reference NodeContext context) {
        this(context.directory("keystore"), context.passphrase());
    }

    /** In some directory. */
    public Keystore(Path directory, Optional<char[]> passphrase) {
        this.file = directory.resolve(FILE);
        this.passphraseFile = directory.resolve("passphrase");
        this.given = passphrase;
    }

    @Override
    public boolean exists() {
        return Files.exists(file);
    }

    @Override
    public synchronized List<String> create(int words, Optional<char[]> passphrase) throws Rejected {
        byte[] entropy = new byte[Mnemonic.entropyBytes(words)];
        random.nextBytes(entropy);
        List<String> list = Mnemonic.words(entropy);
        store(new SealedSeed(Secret.taking(entropy), true), passphrase);
        return list;
    }

    @Override
    public synchronized void restore(List<String> words, Optional<char[]> passphrase) throws Rejected {
        store(new SealedSeed(Secret.taking(Mnemonic.entropy(words)), true), passphrase);
    }

    /** Makes a wallet whose words nobody has seen yet, where there is no keystore. */
    public synchronized void ensure() throws Rejected {
        if (!exists()) {
            byte[] entropy = new byte[Mnemonic.entropyBytes(WORDS)];
            random.nextBytes(entropy);
            store(new SealedSeed(Secret.taking(entropy), false), Optional.empty());
        }
    }

    @Override
    public synchronized Optional<List<String>> unseenWords() throws Rejected {
        char[] passphrase = passphrase();
        SealedSeed sealed = open(passphrase);
        try (Secret entropy = sealed.entropy()) {
            if (sealed.shown()) {
                return Optional.empty();
            }
            SecureFiles.replace(file, new SealedSeed(entropy, true).seal(passphrase, random));
            byte[] copy = entropy.copy();
            List<String> words = Mnemonic.words(copy);
            Secret.wipe(copy);
            return Optional.of(words);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    @Override
    public synchronized void tryPassphrase() throws Rejected {
        open(passphrase()).entropy().close();
    }

    @Override
    public synchronized void backup(Path target, Optional<char[]> passphrase) throws Rejected {
        char[] own = passphrase();
        try (Secret entropy = open(own).entropy()) {
            SecureFiles.create(target, new SealedSeed(entropy, true).seal(passphrase.orElse(own), random));
            if (passphrase.isEmpty() && given.isEmpty() && Files.exists(passphraseFile)) {
                Path beside = target.resolveSibling(target.getFileName() + ".passphrase");
                SecureFiles.create(beside, Files.readAllBytes(passphraseFile));
            }
        } catch (FileAlreadyExistsException e) {
            throw new Rejected(e.getMessage() + " exists already; name another file", e);
        } catch (IOException e) {
            throw unwritable(target, e);
        }
    }

    /**
     * The wallet's keys, by the passphrase of the process.
     *
     * @param coinType the hardened number of the coin in every path: {@link WalletKeys#TEST_COIN} on a dev network
     * @throws Rejected when there is no keystore or the passphrase is wrong
     */
    public synchronized WalletKeys unlock(SignatureScheme scheme, int coinType) throws Rejected {
        try (Secret entropy = open(passphrase()).entropy()) {
            byte[] copy = entropy.copy();
            try (Secret seed = Mnemonic.seed(Mnemonic.words(copy), "")) {
                return new WalletKeys(seed, coinType, scheme);
            } finally {
                Secret.wipe(copy);
            }
        }
    }

    private SealedSeed open(char[] passphrase) throws Rejected {
        try {
            if (Files.size(file) > MAX_FILE) {
                throw new Rejected(file + " is not a keystore: it is too large");
            }
            return SealedSeed.open(Files.readAllBytes(file), passphrase, file.toString());
        } catch (NoSuchFileException e) {
            throw new Rejected("there is no wallet yet: 'zennet wallet new' makes one", e);
        } catch (IOException e) {
            throw new Rejected(file + " can't be read: " + e.getMessage(), e);
        }
    }

    private void store(SealedSeed seed, Optional<char[]> passphrase) throws Rejected {
        if (exists()) {
            throw new Rejected("there is a wallet in " + file + " already; use another data directory, or move that file away");
        }
        char[] secret = passphrase.or(() -> given).orElse(null);
        try (Secret _ = seed.entropy()) {
            if (secret == null) {
                if (!Files.exists(passphraseFile)) {
                    byte[] raw = new byte[32];
                    random.nextBytes(raw);
                    SecureFiles.create(passphraseFile, HexFormat.of().formatHex(raw).getBytes(StandardCharsets.US_ASCII));
                }
                secret = passphrase();
            } else if (secret.length == 0) {
                throw new Rejected("the passphrase is empty");
            }
            SecureFiles.create(file, seed.seal(secret, random));
        } catch (FileAlreadyExistsException e) {
            throw new Rejected(e.getMessage() + " exists already", e);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    /** What opens the keystore: the passphrase of the process, else the one in the file beside it. */
    private char[] passphrase() throws Rejected {
        if (given.isPresent()) {
            return given.get();
        }
        try {
            byte[] raw = Files.readAllBytes(passphraseFile);
            return StandardCharsets.US_ASCII.decode(java.nio.ByteBuffer.wrap(raw)).toString().strip().toCharArray();
        } catch (NoSuchFileException e) {
            throw new Rejected(exists() ? "the keystore " + file + " needs its passphrase"
                    : "there is no wallet yet: 'zennet wallet new' makes one", e);
        } catch (IOException e) {
            throw new Rejected(passphraseFile + " can't be read: " + e.getMessage(), e);
        }
    }

    private static Rejected unwritable(Path file, IOException e) {
        return new Rejected(file + " can't be written: " + e.getMessage(), e);
    }
}
