package org.zennet.virtualization.keeper;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.LinkedBlockingQueue;
import org.zennet.api.encoding.EncodingException;

/**
 * Passes one program's streams between the node's connection and the child. Bytes on their way are bounded by what the
 * node takes: whoever reads slowly slows this program and nothing else. When the node hangs up the program is killed.
 */
final class ProgramRelay implements ProgramListener {
    private final OutputStream out;
    private final LinkedBlockingQueue<Record> queue = new LinkedBlockingQueue<>();
    private int open;
    private boolean exited;

    /** To a node. */
    ProgramRelay(OutputStream out) {
        this.out = out;
    }

    /** Starts the program and returns when it has ended or the node is gone; the connection is of no other use then. */
    void serve(Lease lease, Wire.Exec order, InputStream in) throws KeeperException, IOException, InterruptedException {
        open = order.terminal().isEmpty() ? 2 : 1;
        Program program = lease.exec(order, this);
        Frames.write(out, Wire.encode(new Wire.Done()));
        Thread writer = Thread.ofVirtual().name("to-node").start(this::write);
        try {
            byte[] frame = Frames.read(in, Frames.SMALL);
            while (frame != null) {
                lease.touch();
                switch (Wire.decode(frame)) {
                    case Wire.Input i -> program.input(i.bytes());
                    case Wire.InputEnd e -> program.endInput();
                    case Wire.Taken t when t.stream() == 1 || t.stream() == 2 -> program.taken(t.stream(), t.bytes());
                    case Wire.Signal s -> program.signal(s.number());
                    case Wire.Resize r -> program.resize(r.columns(), r.rows());
                    default -> throw new IOException("an unexpected frame");
                }
                frame = Frames.read(in, Frames.SMALL);
            }
        } catch (EncodingException e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            program.kill();
            queue.add(new Wire.Done());
            writer.interrupt();
        }
        throw new IOException("the program is over");
    }

    private void write() {
        try {
            while (true) {
                Record r = queue.take();
                Frames.write(out, Wire.encode(r));
                if (r instanceof Wire.Done) {
                    return;
                }
            }
        } catch (IOException e) {
            // the reader sees it too
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void data(int stream, byte[] bytes) {
        queue.add(new Wire.Output(stream, bytes));
    }

    @Override
    public synchronized void end(int stream) {
        queue.add(new Wire.OutputEnd(stream));
        open--;
        overWhenAllIs();
    }

    @Override
    public void took(int bytes) {
        queue.add(new Wire.Taken(0, bytes));
    }

    @Override
    public synchronized void exited(int code) {
        queue.add(new Wire.Exited(code));
        exited = true;
        overWhenAllIs();
    }

    @Override
    public void gone() {
        queue.add(new Wire.Done());
    }

    private void overWhenAllIs() {
        if (exited && open <= 0) {
            queue.add(new Wire.Done());
        }
    }
}
