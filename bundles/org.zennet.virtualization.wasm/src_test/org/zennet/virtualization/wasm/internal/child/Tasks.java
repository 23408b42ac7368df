package org.zennet.virtualization.wasm.internal.child;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import org.zennet.api.value.Hash;
import org.zennet.virtualization.keeper.Wire;
import org.zennet.virtualization.wasm.internal.wire.ChildWire;

/** Tasks for a child, as its keeper makes them. */
final class Tasks {
    private Tasks() { }

    /** With no environment and no outputs. */
    static ChildWire.Task of(byte[] stdin, int maxOutput, long fuel, String... args) {
        return of(List.of(args), List.of(), stdin, maxOutput, fuel, List.of());
    }

    /** Of which the first piece of its input comes with it. */
    static ChildWire.Task of(List<String> args, List<Wire.Variable> environment, byte[] stdin, int maxOutput, long fuel,
            List<String> outputs) {
        try {
            return new ChildWire.Task(1, args, environment, Arrays.copyOf(stdin, Math.min(stdin.length, ChildWire.PIECE)), stdin.length,
                    Hash.of(MessageDigest.getInstance("SHA-256").digest(stdin)), maxOutput, fuel, outputs);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
