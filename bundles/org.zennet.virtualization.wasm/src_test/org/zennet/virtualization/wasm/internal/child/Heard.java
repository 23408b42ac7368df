package org.zennet.virtualization.wasm.internal.child;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a run gives. */
final class Heard implements Guest.Listener {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    final ByteArrayOutputStream files = new ByteArrayOutputStream();
    final List<String> told = new ArrayList<>();

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
