package org.zennet.network.internal.transport;

import io.netty.channel.Channel;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.zennet.api.value.PublicKey;
import org.zennet.services.network.Endpoint;
import org.zennet.services.network.PeerConnection;

/**
 * An attempt to reach an endpoint, until a connection with its identity is open, whichever of the pair's that is.
 * Thread-safe.
 */
final class Dial {
    /** What makes two attempts the same. */
    record Target(Endpoint endpoint, Optional<PublicKey> wanted) { }

    private final Target target;
    private final long deadline;
    private final Executor workers;
    private final CompletableFuture<PeerConnection> future = new CompletableFuture<>();
    /** Whether how it ends is known: workers may overtake each other, and the first reason is the one to tell. */
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile Optional<PublicKey> identity;
    private volatile Channel channel;

    Dial(Target target, long deadline, Executor workers) {
        this.target = target;
        this.deadline = deadline;
        this.workers = workers;
        this.identity = target.wanted();
    }

    Target target() {
        return target;
    }

    Optional<PublicKey> wanted() {
        return target.wanted();
    }

    CompletableFuture<PeerConnection> future() {
        return future;
    }

    boolean isLate(long now) {
        return now - deadline >= 0;
    }

    /** The channel that is being tried. */
    void trying(Channel tried) {
        channel = tried;
    }

    /** The endpoint proved this identity. */
    void reached(PublicKey proved) {
        identity = Optional.of(proved);
    }

    /** Whether a connection with an identity is what was asked for. */
    boolean isFor(PublicKey other) {
        return identity.isPresent() && identity.get().equals(other);
    }

    /** Gives up, with how the line goes on after the endpoint. */
    void fail(String how) {
        if (ended.compareAndSet(false, true)) {
            IOException reason = reason(how);
            workers.execute(() -> future.completeExceptionally(reason)); // whoever waits must not run on an event loop
        }
    }

    /** A connection with its identity is open. */
    void succeed(PeerConnection connection) {
        if (ended.compareAndSet(false, true)) {
            workers.execute(() -> future.complete(connection));
        }
    }

    /** What never began. */
    CompletableFuture<PeerConnection> failed(String how) {
        return CompletableFuture.failedFuture(reason(how));
    }

    private IOException reason(String how) {
        return new IOException(target.endpoint() + " " + how);
    }

    /** Gives up because this node stops; not for event loops. */
    void stop() {
        future.completeExceptionally(reason("is not dialled: this node stops"));
    }

    /** Gives up because there was no answer in time. A connection that was made sees to its own end. */
    void expire(long seconds) {
        fail("does not answer within " + seconds + " s");
        Channel tried = channel;
        if (tried != null && !tried.isActive()) {
            tried.close();
        }
    }
}
