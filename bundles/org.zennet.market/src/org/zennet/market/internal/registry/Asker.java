package org.zennet.market.internal.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.zennet.services.Rejected;
import org.zennet.services.market.StrategyRegistry.Answer;

/** Puts one question to the strategies of a shelf until one of them answers. */
final class Asker<S> {
    /** How many calls' time one waits for a strategy that is busy with others before the next is asked. */
    private static final int PATIENCE = 5;

    private final Shelf<S> shelf;
    private final Guard guard;
    private final String last;
    private final long limitMillis;
    private final long prepareMillis;

    /**
     * @param last        the id that is asked when no other can answer
     * @param limitMillis the time of one call, in milliseconds
     * @param prepareMillis the time of the call before it, in milliseconds
     */
    Asker(Shelf<S> shelf, Guard guard, String last, long limitMillis, long prepareMillis) {
        this.shelf = shelf;
        this.guard = guard;
        this.last = last;
        this.limitMillis = limitMillis;
        this.prepareMillis = prepareMillis;
    }

    /**
     * Asks on a thread of its own.
     *
     * @param prepare is called before the question
     * @param check refuses an invalid answer with {@link IllegalArgumentException}, or hands out a safe copy
     */
    <T> CompletableFuture<Answer<T>> ask(String preferred, Consumer<S> prepare, Function<S, T> question, UnaryOperator<T> check) {
        Question<S, T> asked = new Question<>(prepare, question, check);
        CompletableFuture<Answer<T>> future = new CompletableFuture<>();
        Thread.ofVirtual().name("zennet-ask").start(() -> {
            try {
                future.complete(answer(preferred, asked));
            } catch (InterruptedException | Rejected | RuntimeException | Error e) {
                future.completeExceptionally(e);
            }
        });
        return future;
    }

    /** What is asked of each in turn. */
    private record Question<S, T>(Consumer<S> prepare, Function<S, T> question, UnaryOperator<T> check) { }

    private <T> Answer<T> answer(String preferred, Question<S, T> asked) throws Rejected, InterruptedException {
        List<String> skipped = new ArrayList<>();
        List<Entry<S>> all = shelf.ordered();
        List<Entry<S>> order = order(all, preferred);
        if (all.stream().noneMatch(e -> e.id().equals(preferred))) {
            skipped.add("'" + preferred + "' is not installed");
        }
        for (Entry<S> entry : order) {
            Answer<T> answer = one(entry, false, asked, skipped);
            if (answer != null) {
                return answer;
            }
        }
        for (Entry<S> entry : order) {
            Answer<T> answer = entry.id().equals(last) ? one(entry, true, asked, skipped) : null;
            if (answer != null) {
                return answer;
            }
        }
        throw new Rejected("no strategy answers: " + String.join("; ", skipped));
    }

    /** First the preferred id, then the others by rank, the built-in one at the end. */
    private List<Entry<S>> order(List<Entry<S>> all, String preferred) {
        List<Entry<S>> order = new ArrayList<>();
        all.stream().filter(e -> e.id().equals(preferred)).forEach(order::add);
        all.stream().filter(e -> !e.id().equals(preferred) && !e.id().equals(last) && !e.alone()).forEach(order::add);
        all.stream().filter(e -> !e.id().equals(preferred) && e.id().equals(last)).forEach(order::add);
        return order;
    }

    private <T> Answer<T> one(Entry<S> entry, boolean inQuarantine, Question<S, T> asked, List<String> skipped) throws InterruptedException {
        if (inQuarantine ? entry.isActive() || !entry.mayBeTried() : !entry.isActive()) {
            if (!inQuarantine) {
                skipped.add(entry + " is in quarantine: " + entry.reason());
            }
            return null;
        }
        if (!entry.turn.tryAcquire(PATIENCE * limitMillis + prepareMillis, TimeUnit.MILLISECONDS)) {
            skipped.add(entry + " is busy");
            return null;
        }
        try {
            if (entry.isGone() || !inQuarantine && !entry.isActive()) {
                skipped.add(entry + (entry.isGone() ? " was removed" : " is in quarantine: " + entry.reason()));
                return null;
            }
            entry.called();
            guard.call(entry.id(), prepareMillis, () -> {
                asked.prepare.accept(entry.service);
                return Boolean.TRUE;
            }, late -> { }, NoException.class);
            T value = guard.call(entry.id(), limitMillis, () -> asked.question.apply(entry.service), late -> { }, NoException.class);
            T safe = checked(value, asked.check);
            if (inQuarantine) {
                shelf.recovered(entry);
            }
            return new Answer<>(safe, entry.id(), entry.origin.bundle(), entry.origin.version(), skipped);
        } catch (Guard.Broke e) {
            shelf.broke(entry, e);
            skipped.add(entry + ": " + e.getMessage());
            return null;
        } finally {
            entry.turn.release();
        }
    }

    private static <T> T checked(T value, UnaryOperator<T> check) throws Guard.Broke {
        try {
            return check.apply(value);
        } catch (IllegalArgumentException e) {
            throw new Guard.Broke("its answer is invalid: " + e.getMessage(), e, null);
        }
    }

    /** For calls whose SPI allows no checked exception: never thrown. */
    private static final class NoException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
