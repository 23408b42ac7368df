package org.zennet.headless.internal.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.zennet.services.Rejected;
import org.zennet.services.network.JoinLine;

/**
 * {@code config.yaml} of one network: which network, whether this process is its first node, and sections of settings
 * per component that go to the configuration service as they are.
 *
 * @param network  how to join it
 * @param seed     whether this is the network's first node
 * @param sections component to its properties, such as {@code provider: {cores: 1.0}}
 */
public record NetworkConfig(JoinLine network, boolean seed, Map<String, Map<String, Object>> sections) {
    private static final int MAX_BYTES = 1 << 18;

    /** Reads it from a directory. */
    public static NetworkConfig read(Path directory) throws Rejected {
        Path file = directory.resolve("config.yaml");
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new Rejected(file + " is larger than " + MAX_BYTES + " bytes");
            }
            Object root = new Load(LoadSettings.builder().setAllowDuplicateKeys(false).setMaxAliasesForCollections(10)
                    .setCodePointLimit(MAX_BYTES).build()).loadFromString(Files.readString(file));
            if (!(root instanceof Map<?, ?> map) || !(map.get("join") instanceof String line)) {
                throw new Rejected(file + " lacks the line 'join: zennet:dev:...'");
            }
            Map<String, Map<String, Object>> sections = new LinkedHashMap<>();
            for (Map.Entry<?, ?> e : map.entrySet()) {
                String key = String.valueOf(e.getKey());
                if (key.equals("join") || key.equals("seed") || key.equals("zennet")) {
                    continue;
                }
                if (!(e.getValue() instanceof Map<?, ?> section)) {
                    throw new Rejected(file + ": '" + key + "' must hold settings, such as '" + key + ": {name: value}'");
                }
                Map<String, Object> properties = new LinkedHashMap<>();
                section.forEach((k, v) -> properties.put(String.valueOf(k), v));
                sections.put(key, properties);
            }
            return new NetworkConfig(JoinLine.parse(line), Boolean.TRUE.equals(map.get("seed")), sections);
        } catch (IOException e) {
            throw new Rejected(file + " can't be read: " + e.getMessage(), e);
        } catch (YamlEngineException | IllegalArgumentException e) {
            throw new Rejected(file + ": " + String.valueOf(e.getMessage()).lines().findFirst().orElse("not YAML"), e);
        }
    }

    /** Writes it into a directory, whole or not at all. */
    public void write(Path directory) throws Rejected {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("zennet", 1);
        root.put("join", network.toString());
        root.put("seed", seed);
        root.putAll(sections);
        Path file = directory.resolve("config.yaml");
        Path part = directory.resolve("config.yaml.part");
        try {
            Files.writeString(part, new Dump(DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setWidth(400).build())
                    .dumpToString(root));
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new Rejected(file + " can't be written: " + e.getMessage(), e);
        }
    }
}
