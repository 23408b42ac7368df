package org.zennet.publisher.internal.buyer;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/** Text that fits the canonical encoding. */
public final class Texts {
    private Texts() { }

    /** Normalised and cut to a number of UTF-8 bytes. */
    public static String cut(String text, int bytes) {
        String t = Normalizer.normalize(text.replaceAll("[\\ud800-\\udfff]", "?"), Normalizer.Form.NFC);
        while (t.getBytes(StandardCharsets.UTF_8).length > bytes) {
            t = t.substring(0, t.offsetByCodePoints(0, t.codePointCount(0, t.length()) * 9 / 10));
        }
        return t;
    }
}
