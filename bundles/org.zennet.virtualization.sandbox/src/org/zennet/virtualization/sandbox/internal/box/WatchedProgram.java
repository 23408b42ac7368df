package org.zennet.virtualization.sandbox.internal.box;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.zennet.virtualization.keeper.Child;
import org.zennet.virtualization.keeper.KeeperException;
import org.zennet.virtualization.keeper.Program;

/** A program inside a container whose streams this side keeps up with. Its listener's calls come on the link's thread. */
abstract class WatchedProgram implements InitLink.Listener {
    private static final int SIGKILL = 9;

    private final InitLink link;
    private final Child.Owner owner;
    final CompletableFuture<InitLink.Exit> exit = new CompletableFuture<>();
    private final CompletableFuture<Void> first = new CompletableFuture<>();
    private final CompletableFuture<Void> second = new CompletableFuture<>();
    private final Semaphore room = new Semaphore(Program.WINDOW);
    private volatile InitLink.Channel channel;
    private volatile boolean dead;

    WatchedProgram(InitLink link, Child.Owner owner) {
        this.link = link;
        this.owner = owner;
    }

    void begin(InitLink.Order order) throws KeeperException {
        try {
            synchronized (this) {
                channel = link.start(order, this);
            }
        } catch (IOException e) {
            throw new KeeperException(e.getMessage());
        }
    }

    /** Gives it all of its input while it takes it, and closes that. */
    void feed(InputStream input) {
        Thread.ofVirtual().start(() -> {
            try (input) {
                byte[] piece = input.readNBytes(Program.WINDOW / 2);
                while (piece.length > 0 && !dead) {
                    room.acquire(piece.length);
                    channel.input(piece);
                    piece = input.readNBytes(Program.WINDOW / 2);
                }
            } catch (IOException e) {
                // it gets what there was
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            channel.endInput();
        });
    }

    /** It is of no use any more. */
    void stop() {
        synchronized (this) {
            channel.kill();
        }
    }

    /** Waits for the ends of its output. */
    void over() {
        first.join();
        second.join();
    }

    abstract void take(int stream, byte[] bytes) throws IOException;

    @Override
    public void data(int stream, byte[] bytes) {
        try {
            take(stream, bytes);
        } catch (IOException e) {
            owner.broken("its output can't be kept: " + e.getMessage());
        }
        synchronized (this) {
            channel.taken(stream, bytes.length);
        }
    }

    @Override
    public void end(int stream) {
        (stream == 1 ? first : second).complete(null);
    }

    @Override
    public void took(int bytes) {
        room.release(bytes);
    }

    @Override
    public void gone() {
        end(1);
        end(2);
        exited(new InitLink.Exit(InitLink.Exit.Kind.SIGNAL, SIGKILL));
    }

    @Override
    public void exited(InitLink.Exit how) {
        dead = true;
        room.release(Program.WINDOW);
        exit.complete(how);
    }
}
