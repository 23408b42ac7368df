package org.zennet.headless.internal.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.zennet.services.Rejected;
import picocli.CommandLine.Option;

/** Which container backends a process has, and where their engine is. */
public final class BackendOptions {
    @Option(names = "--backends", paramLabel = "ID", split = ",",
            description = "Which containers to run: wasm, docker, sandbox; several with commas (default: wasm).")
    private List<String> backends;

    @Option(names = "--docker-socket", paramLabel = "PATH", description = "Where the container engine listens (default: /var/run/docker.sock).")
    private String socket;

    /** The ids, as {@code provider.backends} takes them; empty where nothing was said. */
    String ids() throws Rejected {
        if (backends == null) {
            return "";
        }
        for (String id : backends) {
            if (!id.matches("[a-z0-9-]{1,40}")) {
                throw new Misused("--backends takes ids such as wasm,docker, not '" + id + "'");
            }
        }
        return String.join(",", backends);
    }

    /** Settings of the backends' components, by their names. */
    Map<String, Map<String, Object>> settings() throws Rejected {
        Map<String, Map<String, Object>> all = new LinkedHashMap<>();
        if (backends != null) {
            ids();
            backends.forEach(id -> all.put("virtualization." + id, new LinkedHashMap<>()));
        }
        if (socket != null) {
            all.computeIfAbsent("virtualization.docker", id -> new LinkedHashMap<>()).putAll(docker(socket));
        }
        return all;
    }

    /** Settings of the docker backend for a socket. */
    public static Map<String, Object> docker(String socket) {
        return Map.of("socket", socket.startsWith("unix://") ? socket : "unix://" + java.nio.file.Path.of(socket).toAbsolutePath());
    }
}
