package org.zennet.virtualization.wasm.internal.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.charset.StandardCharsets;
import org.zennet.virtualization.keeper.Wire;
import org.zennet.virtualization.wasm.internal.wire.ChildWire;

/** What a task reads, piece by piece: from the file that it was laid in, which is held open, or from the request itself. */
final class TaskInput implements AutoCloseable {
    private final byte[] whole;
    private final FileChannel file;
    private final long length;

    private TaskInput(byte[] whole, FileChannel file, long length) {
        this.whole = whole;
        this.file = file;
        this.length = length;
    }

    /** Of nothing. */
    static TaskInput none() {
        return new TaskInput(new byte[0], null, 0);
    }

    /** Opens a task's input. From then on it may be removed from its directory. */
    static TaskInput of(Wire.Run task) throws IOException {
        if (task.input().length == 0) {
            return new TaskInput(task.stdin(), null, task.stdin().length);
        }
        FileChannel file = FileChannel.open(Path.of(new String(task.input(), StandardCharsets.UTF_8)), StandardOpenOption.READ);
        try {
            long length = file.size();
            if (length > Wire.MAX_STDIN) {
                throw new IOException("a task reads at most " + Wire.MAX_STDIN + " bytes");
            }
            return new TaskInput(null, file, length);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    long length() {
        return length;
    }

    /**
     * The piece from a place on: {@link ChildWire#PIECE} bytes or all that are left.
     *
     * @throws IOException where it can't be read, or nothing lies there
     */
    byte[] piece(long from) throws IOException {
        int n = (int) Math.min(ChildWire.PIECE, length - from);
        if (from < 0 || n < 0) {
            throw new IOException("its input has no place " + from);
        }
        ByteBuffer piece = ByteBuffer.allocate(n);
        if (file == null) {
            return piece.put(whole, (int) from, n).array();
        }
        while (piece.hasRemaining()) {
            if (file.read(piece, from + piece.position()) < 0) {
                throw new IOException("its input became shorter");
            }
        }
        return piece.array();
    }

    @Override
    public void close() {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                System.err.println("an input can't be closed: " + e.getMessage());
            }
        }
    }
}
