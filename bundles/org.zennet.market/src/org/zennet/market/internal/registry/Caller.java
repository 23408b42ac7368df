package org.zennet.market.internal.registry;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.zennet.services.Rejected;

/** Calls the extension of one id and no other in its place: one call at a time, within its time, quarantined when it breaks. */
final class Caller<S> {
    /** How many calls' time one waits for an extension that is busy with others. */
    private static final int PATIENCE = 5;

    private final Shelf<S> shelf;
    private final Guard guard;
    private final long limitMillis;

    Caller(Shelf<S> shelf, Guard guard, long limitMillis) {
        this.shelf = shelf;
        this.guard = guard;
        this.limitMillis = limitMillis;
    }

    /**
     * The entry of an id that is in order.
     *
     * @param noun what it is, for people
     */
    Entry<S> entry(String id, String noun) throws Rejected {
        return shelf.best(id).orElseThrow(() -> new Rejected(shelf.ordered().stream().filter(e -> e.id().equals(id)).findFirst()
                .map(e -> e + " is in quarantine: " + e.reason())
                .orElse("there is no " + noun + " '" + Guard.line(id, 64) + "' here; there are: "
                        + String.join(", ", shelf.ordered().stream().filter(Entry::isActive).map(Entry::id).distinct().toList()))));
    }

    /**
     * Calls an entry.
     *
     * @param check refuses an invalid answer with {@link IllegalArgumentException}, or hands out a safe copy
     */
    <T> T call(Entry<S> entry, Function<S, T> question, UnaryOperator<T> check) throws Rejected {
        try {
            if (!entry.turn.tryAcquire(PATIENCE * limitMillis, TimeUnit.MILLISECONDS)) {
                throw new Rejected(entry + " is busy");
            }
            try {
                entry.called();
                Callable<T> body = () -> question.apply(entry.service);
                return checked(guard.call(entry.id(), limitMillis, body, late -> { }, NoException.class), check);
            } finally {
                entry.turn.release();
            }
        } catch (Guard.Broke e) {
            shelf.broke(entry, e);
            throw new Rejected(entry + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted", e);
        }
    }

    private static <T> T checked(T value, UnaryOperator<T> check) throws Guard.Broke {
        try {
            return check.apply(value);
        } catch (IllegalArgumentException e) {
            throw new Guard.Broke("its answer is invalid: " + Guard.line(String.valueOf(e.getMessage()), 200), e, null);
        } catch (RuntimeException e) {
            throw new Guard.Broke("its answer is invalid: " + Guard.describe(e), e, null);
        }
    }

    /** For calls whose SPI allows no checked exception: never thrown. */
    private static final class NoException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
