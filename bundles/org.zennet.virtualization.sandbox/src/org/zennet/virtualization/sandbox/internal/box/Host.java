package org.zennet.virtualization.sandbox.internal.box;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What is installed here. */
final class Host {
    private Host() { }

    /** Where a program of the host is. */
    static Optional<String> tool(String name) {
        return List.of("/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/").stream().map(d -> d + name)
                .filter(p -> Files.isExecutable(Path.of(p))).findFirst();
    }
}
