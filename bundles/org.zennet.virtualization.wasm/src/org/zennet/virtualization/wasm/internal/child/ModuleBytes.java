package org.zennet.virtualization.wasm.internal.child;

import java.util.Arrays;

/** The bytes of a module that is written. They grow. */
final class ModuleBytes {
    private byte[] bytes;
    private int length;

    ModuleBytes(int capacity) {
        bytes = new byte[capacity];
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    private void reserve(int n) {
        if (length + n > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + n, bytes.length * 2));
        }
    }

    /** Bytes. */
    ModuleBytes add(int... values) {
        reserve(values.length);
        for (int v : values) {
            bytes[length++] = (byte) v;
        }
        return this;
    }

    /** An unsigned number in LEB128. */
    ModuleBytes u32(long value) {
        long v = value;
        while (v > 0x7F) {
            add((int) (v & 0x7F) | 0x80);
            v >>>= 7;
        }
        return add((int) v);
    }

    /** A signed number in LEB128. */
    ModuleBytes s64(long value) {
        long v = value;
        while (v < -64 || v > 63) {
            add((int) (v & 0x7F) | 0x80);
            v >>= 7;
        }
        return add((int) (v & 0x7F));
    }

    /** Some bytes of an array. */
    ModuleBytes copy(byte[] from, int start, int stop) {
        reserve(stop - start);
        System.arraycopy(from, start, bytes, length, stop - start);
        length += stop - start;
        return this;
    }

    /** Some bytes of another. */
    ModuleBytes copy(ModuleBytes other, int start, int stop) {
        return copy(other.bytes, start, stop);
    }

    /** All bytes of another. */
    ModuleBytes copy(ModuleBytes other) {
        return copy(other.bytes, 0, other.length);
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }
}
