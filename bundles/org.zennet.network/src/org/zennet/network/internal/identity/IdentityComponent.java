package org.zennet.network.internal.identity;

import java.io.IOException;
import java.security.SecureRandom;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.Signature;
import org.zennet.services.crypto.IdentityService;
import org.zennet.services.crypto.SignatureScheme;
import org.zennet.services.node.NodeContext;

/**
 * The identity of this process, kept in {@code DIR/<network>/identity}. It signs tagged digests of message records
 * and nothing else, so that no signature it makes can be taken for one of another kind.
 */
@Component(service = IdentityService.class, configurationPid = IdentityComponent.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class IdentityComponent implements IdentityService {
    /** The configuration that starts it; it has no properties. */
    public static final String PID = "org.zennet.network.identity";

    private static final Logger LOG = LoggerFactory.getLogger(IdentityComponent.class);

    private final SignatureScheme scheme;
    private final byte[] secret;
    private final PublicKey identity;

    /**
     * Reads the key, or makes one where there is none.
     *
     * @throws IOException with a one-line reason when the key file can't be used
     */
    @Activate
    public IdentityComponent(@Reference SignatureScheme scheme, @Reference NodeContext node) throws IOException {
        this.scheme = scheme;
        this.secret = new KeyFile(node.directory().resolve("identity")).readOrCreate(() -> fresh(scheme));
        try {
            this.identity = scheme.publicKey(secret);
        } catch (IllegalArgumentException e) {
            throw new IOException("the identity key " + node.directory().resolve("identity")
                    + " is damaged; restore it from a backup, or move it away to get a new identity", e);
        }
        LOG.info("this node's identity is {}", identity);
    }

    private static byte[] fresh(SignatureScheme scheme) {
        SecureRandom random = new SecureRandom();
        byte[] candidate = new byte[KeyFile.LENGTH];
        while (true) {
            random.nextBytes(candidate);
            try {
                scheme.publicKey(candidate);
                return candidate;
            } catch (IllegalArgumentException outOfRange) {
                continue; // about one in 2^128
            }
        }
    }

    @Override
    public PublicKey identity() {
        return identity;
    }

    @Override
    public Signature sign(Record message) {
        return scheme.sign(secret, Records.digest(message));
    }

    @Override
    public boolean verify(PublicKey key, Record message, Signature signature) {
        return scheme.verify(key, Records.digest(message), signature);
    }

    @Override
    public String toString() {
        return "identity " + identity.toShortHex();
    }
}
