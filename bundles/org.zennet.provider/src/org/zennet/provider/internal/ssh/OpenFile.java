package org.zennet.provider.internal.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.GuestProcess;

/**
 * The content of an open file: a program in the container that streams it. Clients read and write one piece after the
 * other, so the program runs on; who jumps gets a new one. For one thread.
 */
final class OpenFile {
    private static final long END_SECONDS = 30;
    private static final int MAX_COMPLAINT = 500;
    private final GuestFiles files;
    private final String path;
    private final boolean append;
    private GuestProcess process;
    private boolean writing;
    private long position;

    OpenFile(GuestFiles files, String path, boolean append) {
        this.files = files;
        this.path = path;
        this.append = append;
    }

    String path() {
        return path;
    }

    /** Up to so many bytes from an offset; none at the end of the file. */
    byte[] read(long offset, int length) throws IOException, ContainerException, InterruptedException {
        if (process == null || writing || offset != position) {
            finish();
            process = files.reader(path, offset);
            writing = false;
            position = offset;
            process.stdin().close();
        }
        InputStream from = process.stdout();
        byte[] data = from.readNBytes(length);
        position += data.length;
        return data;
    }

    void write(long offset, byte[] data) throws IOException, ContainerException, InterruptedException {
        if (process == null || !writing || !append && offset != position) {
            finish();
            process = files.writer(path, offset, append);
            writing = true;
            position = offset;
        }
        try {
            process.stdin().write(data);
            position += data.length;
        } catch (IOException e) {
            finish(); // tells why
            throw e;
        }
    }

    /** All that was written is in the file; the next piece starts a new program. */
    void finish() throws IOException, InterruptedException {
        GuestProcess p = process;
        process = null;
        if (p == null) {
            return;
        }
        try {
            if (!writing) {
                return;
            }
            try {
                p.stdin().flush();
                p.stdin().close();
            } catch (IOException e) {
                // its exit code tells more
            }
            int code = p.exit().get(END_SECONDS, TimeUnit.SECONDS);
            if (code != 0) {
                String complaint = new String(p.stderr().readNBytes(MAX_COMPLAINT), StandardCharsets.ISO_8859_1).strip();
                throw new IOException(complaint.isEmpty() ? "it can't be written" : complaint.lines().findFirst().orElse(""));
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("it was not written within " + END_SECONDS + " s", e);
        } finally {
            p.close();
        }
    }

    /** The client is gone. */
    void abandon() {
        if (process != null) {
            process.close();
        }
    }
}
