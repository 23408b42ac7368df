package org.zennet.headless.internal.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.Map;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.headless.internal.node.DataDirectory;
import org.zennet.headless.internal.node.NetworkConfig;
import org.zennet.headless.internal.node.NodeRuntime;
import org.zennet.services.Rejected;
import org.zennet.services.network.Endpoint;
import org.zennet.services.network.JoinLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code network new|join|status}. */
@Command(name = "network", description = "Make a private network, or join one.")
final class NetworkCommand {
    private final NodeRuntime runtime;

    NetworkCommand(NodeRuntime runtime) {
        this.runtime = runtime;
    }

    @Command(name = "new", description = "Make a private development network whose first node is here, and print its join line.")
    int make(@Mixin Common common,
            @Option(names = "--listen", paramLabel = "HOST:PORT", defaultValue = "127.0.0.1:0",
                    description = "Where the first node listens; an address that the others can reach, port 0 for any free one (default: ${DEFAULT-VALUE}).")
            String listen) throws Rejected {
        byte[] salt = new byte[32];
        new SecureRandom().nextBytes(salt);
        Endpoint seed = endpoint(listen);
        JoinLine provisional = new JoinLine("dev", Hash.of(salt), seed, PublicKey.of(new byte[32]));
        DataDirectory directory = DataDirectory.of(common.data, common.network().orElse(DataDirectory.nameOf(provisional)));
        if (Files.exists(directory.path().resolve("config.yaml"))) {
            throw new Rejected("there is a network in " + directory.path() + " already: use another --network or --data");
        }
        directory.create();
        PublicKey identity = runtime.identity(directory, provisional);
        JoinLine line = new JoinLine("dev", Hash.of(salt), seed, identity);
        new NetworkConfig(line, true, Map.of("network", Map.of("listen", seed.toString()))).write(directory.path());
        if (common.json) {
            common.out().json(Map.of("join", line.toString(), "directory", directory.path().toString(), "network", directory.path().getFileName().toString()));
        } else {
            common.out().line(line.toString());
        }
        return 0;
    }

    @Command(name = "join", description = "Remember a network under a data directory, without starting anything.")
    int join(@Mixin Common common, @picocli.CommandLine.Parameters(paramLabel = "LINE", description = "The join line.") String text)
            throws Rejected {
        JoinLine line = Common.join(text).orElseThrow();
        DataDirectory directory = DataDirectory.of(common.data, common.network().orElse(DataDirectory.nameOf(line)));
        if (Files.exists(directory.path().resolve("config.yaml"))) {
            throw new Rejected(directory.path() + " belongs to a network already");
        }
        directory.create();
        new NetworkConfig(line, false, Map.of()).write(directory.path());
        if (common.json) {
            common.out().json(Map.of("join", line.toString(), "directory", directory.path().toString(), "network", directory.path().getFileName().toString()));
        } else {
            common.out().line("joined as " + directory.path());
        }
        return 0;
    }

    @Command(name = "status", description = "Tell which network a data directory belongs to, and the line to join it.")
    int status(@Mixin Common common) throws Rejected {
        DataDirectory directory = DataDirectory.find(common.data, common.network());
        NetworkConfig config = NetworkConfig.read(directory.path());
        if (common.json) {
            common.out().json(Map.of("join", config.network().toString(), "directory", directory.path().toString(), "seed", config.seed()));
        } else {
            common.out().line(directory.path() + (config.seed() ? " (first node)" : ""));
            common.out().line(config.network().toString());
        }
        return 0;
    }

    private static Endpoint endpoint(String listen) throws Rejected {
        int colon = listen.lastIndexOf(':');
        try {
            if (colon > 0 && listen.substring(colon + 1).equals("0")) {
                String host = listen.substring(0, colon);
                try (ServerSocket probe = new ServerSocket()) {
                    probe.bind(new InetSocketAddress(InetAddress.getByName(host), 0));
                    return new Endpoint(host, probe.getLocalPort());
                }
            }
            return Endpoint.parse(listen);
        } catch (IOException | IllegalArgumentException e) {
            throw new Rejected("can't listen on " + listen + ": " + e.getMessage(), e);
        }
    }
}
