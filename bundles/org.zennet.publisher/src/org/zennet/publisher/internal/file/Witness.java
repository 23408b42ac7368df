package org.zennet.publisher.internal.file;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.zennet.api.container.FileArchive;

/**
 * The program that runs beside each task's own in the guest and tells what it used, see {@code witness/witness.c}. It is one of the
 * task's inputs, so that any provider runs it without knowing of it.
 *
 * @param program the executable, for the processor of the job
 */
public record Witness(byte[] program) {
    /** Its name in a task's working directory. */
    public static final String NAME = "zennet-witness";

    /**
     * For a processor.
     *
     * @param architecture {@code x86_64} or {@code aarch64}
     * @throws IOException when there is none for it
     */
    public static Witness of(String architecture) throws IOException {
        try (InputStream in = Witness.class.getResourceAsStream("/org/zennet/publisher/internal/file/witness/witness-" + architecture)) {
            if (in == null) {
                throw new IOException("there is no witness for " + architecture);
            }
            return new Witness(in.readAllBytes());
        }
    }

    /** The command that starts another one with it. */
    public static List<String> before(List<String> command) {
        List<String> all = new ArrayList<>(List.of("./" + NAME));
        all.addAll(command);
        return List.copyOf(all);
    }

    void pack(FileArchive.Writer writer) throws IOException {
        writer.file(NAME, true, program.length, new ByteArrayInputStream(program));
    }
}
