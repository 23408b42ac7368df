package org.zennet.network.internal.transport;

import java.math.BigInteger;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.zennet.api.value.Hash;

/**
 * TLS 1.3 and nothing older, with a certificate on both sides that says nothing: an ephemeral P-256 key, renewed
 * every day and signed by itself. Who the peer is follows from the identity proof, which is bound to the connection.
 * <p>
 * Neither resumption nor early data: every connection has a context of its own, so no ticket key and no cached session
 * outlives it, and a server whose tickets would live longer than RFC 8446 section 4.6.1 allows (seven days) sends none.
 * The JDK's switch {@code jdk.tls.server.newSessionTicketCount} is for the whole process and therefore not touched.
 */
final class Tls {
    private static final String[] PROTOCOLS = {"TLSv1.3"};
    private static final String[] SUITES =
        {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"};
    private static final String[] GROUPS = {"x25519", "secp256r1"};
    private static final String[] SIGNATURES = {"ecdsa_secp256r1_sha256"};
    private static final int LONGER_THAN_ANY_TICKET = 604_801;
    private static final Duration RENEWAL = Duration.ofDays(1);
    private static final int MAX_CERTIFICATE = 2048;
    private static final String ALIAS = "ephemeral";

    private final SecureRandom random = new SecureRandom();
    private final TrustManager[] trust = {new AnyOneCertificate()};
    private final Timing timing;
    private KeyManager[] keys;
    private long made;

    Tls(Timing timing) {
        this.timing = timing;
        renew();
    }

    private void renew() {
        try {
            made = timing.nanos();
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            KeyPair pair = generator.generateKeyPair();
            keys = new KeyManager[] {new OneKey(pair.getPrivate(), certificate(pair))};
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("this Java runtime lacks what TLS 1.3 needs", e);
        }
    }

    private X509Certificate certificate(KeyPair pair) throws GeneralSecurityException, OperatorCreationException {
        X500Name name = new X500Name("CN=zennet");
        Instant now = Instant.now();
        return new JcaX509CertificateConverter().getCertificate(new JcaX509v3CertificateBuilder(name,
                new BigInteger(64, random).setBit(63), Date.from(now.minus(Duration.ofDays(1))),
                Date.from(now.plus(Duration.ofDays(7))), name, pair.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
    }

    /** The key and certificate of these days. */
    synchronized KeyManager[] keys() {
        if (timing.nanos() - made > RENEWAL.toNanos()) {
            renew();
        }
        return keys;
    }

    /** A context for one connection. */
    SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(keys(), trust, random);
            context.getServerSessionContext().setSessionTimeout(LONGER_THAN_ANY_TICKET);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks TLS 1.3", e);
        }
    }

    /** What both sides insist on. */
    static SSLParameters parameters() {
        SSLParameters parameters = new SSLParameters(SUITES, PROTOCOLS);
        parameters.setNamedGroups(GROUPS);
        parameters.setSignatureSchemes(SIGNATURES);
        parameters.setNeedClientAuth(true);
        return parameters;
    }

    /** An engine for one connection. */
    SSLEngine engine(boolean dialler) {
        SSLEngine engine = context().createSSLEngine();
        engine.setUseClientMode(dialler);
        engine.setSSLParameters(parameters());
        return engine;
    }

    /** A value that only the two ends of a TLS connection can know (RFC 8446 section 7.5). */
    static Hash export(SSLSession session, String label) throws SSLException {
        return Hash.of(((ExtendedSSLSession) session).exportKeyingMaterialData(label, null, Hash.LENGTH));
    }

    /** Accepts exactly one well-formed certificate; TLS itself has the peer prove that it holds the key. */
    private static final class AnyOneCertificate extends X509ExtendedTrustManager {
        private static void check(X509Certificate[] chain) throws CertificateException {
            if (chain.length != 1 || chain[0].getEncoded().length > MAX_CERTIFICATE
                    || !(chain[0].getPublicKey() instanceof ECPublicKey key)
                    || key.getParams().getCurve().getField().getFieldSize() != 256) {
                throw new CertificateException("not a single certificate with a P-256 key");
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket s) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket s) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine e)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine e)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Presents the one certificate there is. */
    private static final class OneKey extends X509ExtendedKeyManager {
        private final PrivateKey key;
        private final X509Certificate certificate;

        OneKey(PrivateKey key, X509Certificate certificate) {
            this.key = key;
            this.certificate = certificate;
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return ALIAS;
        }

        @Override
        public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
            return ALIAS;
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return ALIAS;
        }

        @Override
        public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
            return ALIAS;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {certificate};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }
    }
}
