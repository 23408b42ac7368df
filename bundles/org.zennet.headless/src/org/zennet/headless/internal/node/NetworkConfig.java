package org.zennet.headless.internal.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Present;
import org.snakeyaml.engine.v2.api.lowlevel.Serialize;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.representer.StandardRepresenter;
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

    /**
     * Changes one value of the file in a directory, whole or not at all. All else stays as its owner wrote it, comments too.
     *
     * @param value nothing takes the value out, and its section where nothing else is in it
     */
    public static void edit(Path directory, String section, String name, Optional<Object> value) throws Rejected {
        read(directory);
        Path file = directory.resolve("config.yaml");
        try {
            DumpSettings style = DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setDumpComments(true).setWidth(400).build();
            MappingNode root = (MappingNode) new Compose(LoadSettings.builder().setAllowDuplicateKeys(false).setMaxAliasesForCollections(10)
                    .setCodePointLimit(MAX_BYTES).setParseComments(true).build()).composeString(Files.readString(file)).orElseThrow();
            StandardRepresenter nodes = new StandardRepresenter(style);
            Optional<NodeTuple> old = find(root, section);
            MappingNode inner = old.filter(t -> t.getValueNode() instanceof MappingNode).map(t -> (MappingNode) t.getValueNode())
                    .orElseGet(() -> new MappingNode(Tag.MAP, new ArrayList<>(), FlowStyle.BLOCK));
            put(inner, name, value.map(nodes::represent), nodes);
            put(root, section, inner.getValue().isEmpty() ? Optional.empty() : Optional.of(inner), nodes);
            store(directory, new Present(style).emitToString(new Serialize(style).serializeOne(root).iterator()));
        } catch (IOException e) {
            throw new Rejected(file + " can't be read: " + e.getMessage(), e);
        } catch (YamlEngineException e) {
            throw new Rejected(file + ": " + String.valueOf(e.getMessage()).lines().findFirst().orElse("not YAML"), e);
        }
    }

    private static Optional<NodeTuple> find(MappingNode map, String key) {
        return map.getValue().stream().filter(t -> t.getKeyNode() instanceof ScalarNode k && k.getValue().equals(key)).findFirst();
    }

    private static void put(MappingNode map, String key, Optional<Node> value, StandardRepresenter nodes) {
        List<NodeTuple> tuples = new ArrayList<>(map.getValue());
        Optional<NodeTuple> old = find(map, key);
        if (value.isEmpty()) {
            old.ifPresent(tuples::remove);
        } else if (old.isPresent()) {
            if (old.get().getValueNode() != value.get()) {
                value.get().setInLineComments(old.get().getValueNode().getInLineComments());
            }
            tuples.set(tuples.indexOf(old.get()), new NodeTuple(old.get().getKeyNode(), value.get()));
        } else {
            tuples.add(new NodeTuple(nodes.represent(key), value.get()));
        }
        map.setValue(tuples);
    }

    /** Writes it into a directory, whole or not at all. */
    public void write(Path directory) throws Rejected {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("zennet", 1);
        root.put("join", network.toString());
        root.put("seed", seed);
        root.putAll(sections);
        store(directory, new Dump(DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setWidth(400).build()).dumpToString(root));
    }

    private static void store(Path directory, String text) throws Rejected {
        Path file = directory.resolve("config.yaml");
        Path part = directory.resolve("config.yaml.part");
        try {
            Files.deleteIfExists(part);
            if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.writeString(part, text);
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new Rejected(file + " can't be written: " + e.getMessage(), e);
        }
    }
}
