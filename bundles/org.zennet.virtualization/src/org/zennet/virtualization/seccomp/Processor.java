package org.zennet.virtualization.seccomp;

import java.util.Optional;

/** The processors whose system calls are known. Numbers from {@code linux/audit.h}. */
public enum Processor {
    /** 64 bit Intel and AMD. */
    X86_64(0xC000003E, "amd64"),
    /** 64 bit ARM. */
    AARCH64(0xC00000B7, "arm64");

    private final int audit;
    private final String image;

    Processor(int audit, String image) {
        this.audit = audit;
        this.image = image;
    }

    /** What the kernel tells a filter that a call was made for. */
    int audit() {
        return audit;
    }

    /** What images call it. */
    public String image() {
        return image;
    }

    /** Its name in the names of files: {@code x86_64}, {@code aarch64}. */
    public String file() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** That of this machine. */
    public static Optional<Processor> here() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> Optional.of(X86_64);
            case "aarch64", "arm64" -> Optional.of(AARCH64);
            default -> Optional.empty();
        };
    }
}
