package org.zennet.virtualization.sandbox.internal.box;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Limit;
import org.zennet.virtualization.keeper.Codec;
import org.zennet.virtualization.keeper.Wire;

/**
 * What is in a container and how it is run.
 *
 * @param root        the directory that becomes its root; empty where the image is refused
 * @param hostUsr     whether the host's /usr is shown in it
 * @param entrypoint  what comes before a task's arguments
 * @param command     what runs where a task has no arguments
 * @param environment {@code NAME=value} that the image sets
 * @param refused     why the image can't be used; empty where it can
 */
public record Plan(@Limit(4096) byte[] root, boolean hostUsr, @Limit(value = 1000, each = 1 << 16) List<String> entrypoint,
        @Limit(value = 1000, each = 1 << 16) List<String> command, @Limit(value = 1000, each = 1 << 16) List<String> environment,
        @Limit(1024) String refused) {
    private static final Codec CODEC = new Codec(1, List.of(Plan.class));

    /** Copies the lists. */
    public Plan {
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
        environment = List.copyOf(environment);
    }

    /** For a root. */
    public static Plan of(Path root, boolean hostUsr, List<String> entrypoint, List<String> command, List<String> environment) {
        return new Plan(root.toString().getBytes(StandardCharsets.UTF_8), hostUsr, entrypoint, command, environment, "");
    }

    /** For an image that can't be used. */
    public static Plan refusal(String why) {
        return new Plan(new byte[0], false, List.of(), List.of(), List.of(), why);
    }

    /** The directory that becomes its root. */
    public Path rootPath() {
        return Path.of(new String(root, StandardCharsets.UTF_8));
    }

    /** The whole command line of a task: its own command or the entry point, and its arguments or the image's. */
    List<String> line(List<String> own, List<String> args) {
        List<String> all = new ArrayList<>(own.isEmpty() ? entrypoint : own);
        all.addAll(args.isEmpty() && own.isEmpty() ? command : args);
        return all;
    }

    /** As bytes. */
    public byte[] toBytes() {
        return CODEC.encode(this);
    }

    /** From bytes. */
    public static Plan of(byte[] bytes) throws EncodingException {
        return (Plan) CODEC.decode(bytes);
    }

    /** What the image sets, and over it what the task sets. */
    static List<String> environment(List<String> image, List<Wire.Variable> own) {
        Map<String, String> all = new TreeMap<>();
        for (String v : image) {
            int eq = v.indexOf('=');
            if (eq > 0) {
                all.put(v.substring(0, eq), v.substring(eq + 1));
            }
        }
        own.forEach(v -> all.put(v.name(), v.value()));
        List<String> lines = new ArrayList<>();
        all.forEach((name, value) -> lines.add(name + "=" + value));
        return lines;
    }
}
