package org.zennet.provider.internal;

import java.nio.charset.StandardCharsets;

/** Text that fits into messages. */
public final class Texts {
    private Texts() { }

    /** The first line of a text, cut to so many UTF-8 bytes. */
    public static String line(String text, int bytes) {
        String line = String.valueOf(text).strip().lines().findFirst().orElse("");
        while (line.getBytes(StandardCharsets.UTF_8).length > bytes) {
            line = line.substring(0, line.length() - 1);
        }
        return line;
    }

    /** What went wrong, for people: the innermost useful message of a future's failure. */
    public static String reason(Throwable failure) {
        Throwable t = failure;
        while ((t instanceof java.util.concurrent.CompletionException || t instanceof java.util.concurrent.ExecutionException)
                && t.getCause() != null) {
            t = t.getCause();
        }
        return line(t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage(), 200);
    }
}
