package org.zennet.virtualization.wasm.internal.child;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.virtualization.wasm.internal.FuelTable;
import org.zennet.virtualization.wasm.internal.Wasm;
import org.zennet.virtualization.wasm.internal.wire.ChildWire;

/** What a program reads comes in pieces, and only as it reads. */
class InputTest {
    private static final int PIECE = ChildWire.PIECE;

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(5).nextBytes(bytes);
        return bytes;
    }

    /** Reads so many bytes at most, a thousand at a time, and then does something. */
    private static byte[] reading(int calls, Wasm.Code after) {
        Wasm w = new Wasm().memory(1);
        int read = w.wasi("fd_read", 1, Wasm.I32, Wasm.I32, Wasm.I32, Wasm.I32);
        Wasm.Code code = Wasm.code();
        for (int i = 0; i < calls; i++) {
            code.i32(0).i32(1000).op(0x36, 2, 0).i32(4).i32(1000).op(0x36, 2, 0).i32(0).i32(0).i32(1).i32(8).call(read).op(0x1A);
        }
        w.main(code.bytes(after.toBytes()));
        return w.toBytes();
    }

    @Test
    void whatNobodyReadsIsNotAskedFor() throws Exception {
        Heard heard = new Heard(random(10 * PIECE));
        Guest.compile(Wasm.nothing(), 16, true).run(Tasks.of(random(10 * PIECE), 100, FuelTable.MAX), new byte[0][], heard);
        assertEquals(List.of(), heard.asked);
    }

    @Test
    void onePieceIsAskedForAheadAndNoMore() throws Exception {
        byte[] stdin = random(10 * PIECE);
        Heard heard = new Heard(stdin);
        Guest.compile(reading(1, Wasm.code()), 16, true).run(Tasks.of(stdin, 100, FuelTable.MAX), new byte[0][], heard);
        assertEquals(List.of((long) PIECE), heard.asked);
        Heard further = new Heard(stdin);
        Guest.compile(reading(70, Wasm.code()), 16, true).run(Tasks.of(stdin, 100, FuelTable.MAX), new byte[0][], further);
        assertEquals(List.of((long) PIECE, 2L * PIECE), further.asked, "70,000 bytes were read");
    }

    @Test
    void everyPieceIsAskedForOnceAndAllOfItComesThrough() throws Exception {
        byte[] stdin = random(20 * PIECE + 12_345);
        Heard heard = new Heard(stdin);
        ChildWire.Ended ended = Guest.compile(Wasm.echo(), 16, true).run(Tasks.of(stdin, stdin.length, FuelTable.MAX), new byte[0][], heard);
        assertEquals(Reason.EXITED, ended.reason(), ended.detail());
        assertArrayEquals(stdin, heard.out.toByteArray());
        assertEquals(LongStream.rangeClosed(1, 20).map(i -> i * PIECE).boxed().toList(), heard.asked);
    }

    @Test
    void aRunThatIsCountedAgainReadsTheSameAgain() throws Exception {
        byte[] stdin = random(3 * PIECE);
        byte[] module = reading(150, Wasm.code().op(0x00));
        Heard heard = new Heard(stdin);
        ChildWire.Ended ended = Guest.compile(module, 16, true).run(Tasks.of(stdin, 100, FuelTable.MAX), new byte[0][], heard);
        assertEquals(Reason.TRAPPED, ended.reason(), ended.detail());
        assertTrue(ended.fuel().isPresent());
        assertEquals(List.of((long) PIECE, 2L * PIECE, (long) PIECE, 2L * PIECE), heard.asked);
    }

    @Test
    void whatWasNotAskedForIsDropped() {
        List<Long> asked = new ArrayList<>();
        Input input = new Input(new byte[] {1}, 5, (i, from) -> asked.add(from));
        input.give(1, new byte[] {9});
        byte[] to = new byte[10];
        assertEquals(1, input.read(to, 10));
        assertEquals(List.of(1L), asked);
        input.give(0, new byte[] {9});
        input.give(1, new byte[0]);
        input.give(1, new byte[] {9, 9, 9, 9, 9});
        input.give(1, new byte[] {2, 3});
        input.give(1, new byte[] {9, 9});
        assertEquals(4, input.left());
        assertEquals(2, input.read(to, 10));
        input.give(3, new byte[] {4, 5});
        assertEquals(2, input.read(to, 10));
        assertArrayEquals(new byte[] {4, 5}, Arrays.copyOf(to, 2));
        assertEquals(0, input.read(to, 10));
        assertEquals(0, input.left());
    }

    @Test
    void whoWaitsForInputCanBeEnded() throws Exception {
        Input input = new Input(new byte[0], 5, (i, from) -> { });
        Thread.currentThread().interrupt();
        assertThrows(ChicoryInterruptedException.class, () -> input.read(new byte[10], 10));
        assertTrue(Thread.interrupted(), "it stays told");
    }
}
