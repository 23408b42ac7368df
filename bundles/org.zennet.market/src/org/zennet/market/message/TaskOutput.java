package org.zennet.market.message;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.zennet.api.container.FileArchive;
import org.zennet.api.container.Outcome;

/**
 * The bytes that are the result of a task: what results are signed over, compared by, and delivered as. A task that
 * names no outputs: its standard output as it is. One that does: an archive as {@link FileArchive} defines it, whose
 * first entry is its standard output under the name {@value #STDOUT}, and the others are those of
 * {@link Outcome#files}, unchanged and in their order.
 */
public final class TaskOutput {
    /** The name of the first entry; no output may have it. */
    public static final String STDOUT = "stdout";
    /** What headers and padding of entries may add to the files of a task, in bytes. */
    private static final long HEADERS = 2L * FileArchive.BLOCK * (FileArchive.MAX_ENTRIES + 3);

    private TaskOutput() { }

    /** The most bytes that the result of a task may have. */
    public static long most(Task task) {
        return task.outputs().isEmpty() ? task.maxOutput() : 2L * task.maxOutput() + HEADERS;
    }

    /** The result of a run. */
    public static byte[] of(Task task, Outcome outcome) {
        if (task.outputs().isEmpty()) {
            return outcome.stdout();
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream(outcome.stdout().length + outcome.files().length + 3 * FileArchive.BLOCK);
        try {
            FileArchive.Writer writer = new FileArchive.Writer(all);
            writer.file(STDOUT, false, outcome.stdout().length, new ByteArrayInputStream(outcome.stdout()));
            if (outcome.files().length == 0) {
                writer.close();
            } else {
                all.write(outcome.files());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all.toByteArray();
    }

    /**
     * Takes a result of a task with outputs apart, checking all of it.
     *
     * @param result the bytes
     * @param stdout where the standard output goes
     * @param files  is shown the files
     * @throws IOException with one line, when it is no such result
     */
    public static void read(InputStream result, OutputStream stdout, FileArchive.Visitor files) throws IOException {
        boolean[] begun = {false};
        FileArchive.read(result, (e, in) -> {
            if (begun[0]) {
                files.entry(e, in);
                return;
            }
            begun[0] = true;
            if (!e.name().equals(STDOUT) || e.directory()) {
                throw new IOException("the first entry of a result is its standard output, not '" + e.name() + "'");
            }
            in.transferTo(stdout);
        });
        if (!begun[0]) {
            throw new IOException("a result without its standard output");
        }
    }
}
