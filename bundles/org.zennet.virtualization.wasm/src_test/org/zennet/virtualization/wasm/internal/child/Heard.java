package org.zennet.virtualization.wasm.internal.child;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.zennet.virtualization.wasm.internal.wire.ChildWire;

/** Keeps what a run gives; gives it what it reads beyond the first piece. */
class Heard implements Guest.Listener {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    final ByteArrayOutputStream files = new ByteArrayOutputStream();
    final List<String> told = new ArrayList<>();
    /** From where on pieces of its input were asked for. */
    final List<Long> asked = new ArrayList<>();
    private final byte[] stdin;

    Heard() {
        this(new byte[0]);
    }

    Heard(byte[] stdin) {
        this.stdin = stdin;
    }

    @Override
    public void ask(Input input, long from) {
        asked.add(from);
        input.give(from, Arrays.copyOfRange(stdin, (int) from, (int) Math.min(stdin.length, from + ChildWire.PIECE)));
    }

    @Override
    public void out(byte[] bytes) {
        out.writeBytes(bytes);
    }

    @Override
    public void err(byte[] bytes) {
        err.writeBytes(bytes);
    }

    @Override
    public void file(byte[] bytes) {
        files.writeBytes(bytes);
    }

    @Override
    public void counting(String why) {
        told.add(why);
    }
}
