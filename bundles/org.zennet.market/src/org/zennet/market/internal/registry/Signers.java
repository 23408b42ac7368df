package org.zennet.market.internal.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.zennet.services.Rejected;

/** Who signed a jar. A signature tells who made it; whether to trust that is the owner's decision. */
final class Signers {
    /** The most bytes that a jar may unpack to: a bound for the time of checking it. */
    private static final long MAX_UNPACKED = 400L << 20;
    private static final Pattern COMMON_NAME = Pattern.compile("(?:^|,)CN=((?:\\\\.|[^,\\\\])*)");

    /**
     * The common name of the signer that all classes and resources of a jar share; empty when nothing is signed.
     *
     * @throws Rejected when a signature is broken, or only part is signed: the signer then vouches for nothing
     */
    static Optional<String> of(Path jar) throws IOException, Rejected {
        Set<String> common = null;
        boolean unsigned = false;
        long unpacked = 0;
        byte[] buffer = new byte[64 * 1024];
        try (JarFile file = new JarFile(jar.toFile(), true)) {
            for (JarEntry entry : Collections.list(file.entries())) {
                if (entry.isDirectory() || entry.getName().startsWith("META-INF/")) {
                    continue;
                }
                try (InputStream in = file.getInputStream(entry)) {
                    for (int n; (n = in.read(buffer)) >= 0;) {
                        unpacked += n;
                        if (unpacked > MAX_UNPACKED) {
                            throw new Rejected("it unpacks to more than " + (MAX_UNPACKED >> 20) + " MiB");
                        }
                    }
                }
                Set<String> names = names(entry.getCodeSigners());
                unsigned |= names.isEmpty();
                if (common == null) {
                    common = new HashSet<>(names);
                } else if (!names.isEmpty()) {
                    common.retainAll(names);
                }
            }
        } catch (SecurityException e) {
            throw new Rejected("its signature is broken: " + Guard.describe(e), e);
        }
        if (common == null || common.isEmpty()) {
            return Optional.empty();
        }
        if (unsigned) {
            throw new Rejected("only part of it is signed, so its signer vouches for nothing");
        }
        return common.stream().sorted().findFirst();
    }

    /** The signer of a bundle, as far as the framework was told to check signatures. */
    Optional<String> of(Bundle bundle) {
        try {
            var signers = bundle.getSignerCertificates(Bundle.SIGNERS_ALL);
            return signers == null ? Optional.empty()
                    : signers.keySet().stream().map(Signers::name).sorted().findFirst();
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    private static Set<String> names(CodeSigner[] signers) {
        Set<String> names = new HashSet<>();
        for (CodeSigner s : signers == null ? new CodeSigner[0] : signers) {
            if (s.getSignerCertPath().getCertificates().get(0) instanceof X509Certificate certificate) {
                names.add(name(certificate));
            }
        }
        return names;
    }

    private static String name(X509Certificate certificate) {
        String subject = certificate.getSubjectX500Principal().getName();
        Matcher m = COMMON_NAME.matcher(subject);
        return Guard.line(m.find() ? m.group(1).replace("\\", "") : subject, 100);
    }
}
