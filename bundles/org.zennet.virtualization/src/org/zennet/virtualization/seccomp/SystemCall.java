package org.zennet.virtualization.seccomp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A system call and what a guest may do with it, as {@code system-calls.txt} lists it.
 *
 * @param number on the processor that was asked for
 */
record SystemCall(String name, int number, Verdict verdict) {
    /** What becomes of a call. */
    enum Verdict {
        /** It is made. */
        ALLOW,
        /** Refused with EPERM. */
        DENY,
        /** Refused with ENOSYS, so that libraries do without. */
        ABSENT,
        /** Made without flags that make namespaces. */
        CLONE,
        /** Made for Unix, and for TCP and UDP over IPv4 and IPv6. */
        SOCKET,
        /** Made for Unix. */
        UNIX,
        /** Made for asking, and for what is so anyway. */
        PERSONALITY,
        /** Made but for putting words into a terminal's input. */
        IOCTL
    }

    /** Those of a processor, by number. */
    static List<SystemCall> of(Processor processor) {
        String text;
        try (InputStream in = SystemCall.class.getResourceAsStream("system-calls.txt")) {
            text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new IllegalStateException("the list of system calls can't be read", e);
        }
        List<SystemCall> all = new ArrayList<>();
        for (String line : text.lines().filter(l -> !l.startsWith("#")).toList()) {
            String[] f = line.split(" ");
            String number = f[processor == Processor.X86_64 ? 1 : 2];
            if (!number.equals("-")) {
                all.add(new SystemCall(f[0], Integer.parseInt(number), Verdict.valueOf(f[3].toUpperCase(Locale.ROOT))));
            }
        }
        all.sort(java.util.Comparator.comparingInt(SystemCall::number));
        return List.copyOf(all);
    }
}
