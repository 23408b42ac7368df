package org.zennet.wallet.machine;

import java.util.List;

/**
 * What follows from an event. The driver stores the state as {@code durability} asks, and carries the effects out only
 * then, in order.
 *
 * @param state      the state after the event
 * @param durability what has to be on disk before the effects
 * @param effects    what to do
 */
public record Step<S>(S state, Durability durability, List<Effect> effects) {
    /** When the new state has to be on disk. */
    public enum Durability {
        /** The state did not change. */
        UNCHANGED,
        /** Within one second: ticks, which the next tick or a SYNC brings back. */
        SOON,
        /** Before any effect. */
        NOW
    }

    static <S> Step<S> unchanged(S state, Effect... effects) {
        return new Step<>(state, Durability.UNCHANGED, List.of(effects));
    }

    static <S> Step<S> soon(S state, Effect... effects) {
        return new Step<>(state, Durability.SOON, List.of(effects));
    }

    static <S> Step<S> now(S state, Effect... effects) {
        return new Step<>(state, Durability.NOW, List.of(effects));
    }
}
