package org.zennet.benchmark.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The three kernels of {@code quick/1}, one thread each. Sources: G. Marsaglia, "Xorshift RNGs", Journal of
 * Statistical Software 8(14), 2003; J. D. McCalpin, STREAM, 1995, the triad; FIPS 180-4, SHA-256.
 */
final class Kernels {
    private Kernels() { }

    /** Dependent 64-bit integer work: Marsaglia's xorshift with shifts 13, 7, 17, and the population count of each value. */
    static final class Integers implements Kernel {
        private static final int STEPS = 1_000_000;

        @Override
        public String id() {
            return "integer/1";
        }

        @Override
        public String unit() {
            return "Mop/s";
        }

        @Override
        public long countPerBatch() {
            return STEPS;
        }

        @Override
        public long batch(long seed) {
            long x = seed | 1;
            long bits = 0;
            for (int i = 0; i < STEPS; i++) {
                x ^= x << 13;
                x ^= x >>> 7;
                x ^= x << 17;
                bits += Long.bitCount(x);
            }
            return x ^ bits;
        }
    }

    /** STREAM's triad {@code a[i] = b[i] + s * c[i]} over three arrays outside the heap; counts 24 bytes per element as STREAM does. */
    static final class Memory implements Kernel, AutoCloseable {
        private static final long ELEMENTS = 2 << 20;   // 16 MiB each, 48 MiB in all
        private final Arena arena = Arena.ofConfined();
        private final MemorySegment a = arena.allocate(ELEMENTS * Double.BYTES, 64);
        private final MemorySegment b = arena.allocate(ELEMENTS * Double.BYTES, 64);
        private final MemorySegment c = arena.allocate(ELEMENTS * Double.BYTES, 64);

        Memory() {
            for (long i = 0; i < ELEMENTS; i++) {
                b.setAtIndex(ValueLayout.JAVA_DOUBLE, i, i);
                c.setAtIndex(ValueLayout.JAVA_DOUBLE, i, 1);
            }
        }

        @Override
        public String id() {
            return "memory/1";
        }

        @Override
        public String unit() {
            return "MB/s";
        }

        @Override
        public long countPerBatch() {
            return ELEMENTS * 24;
        }

        @Override
        public long batch(long seed) {
            double s = seed & 0xff;
            for (long i = 0; i < ELEMENTS; i++) {
                a.setAtIndex(ValueLayout.JAVA_DOUBLE, i,
                        b.getAtIndex(ValueLayout.JAVA_DOUBLE, i) + s * c.getAtIndex(ValueLayout.JAVA_DOUBLE, i));
            }
            return (long) a.getAtIndex(ValueLayout.JAVA_DOUBLE, Math.floorMod(seed, ELEMENTS));
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    /** SHA-256 as the platform's provider does it: where the processor has instructions for it, this measures those. */
    static final class Sha256 implements Kernel {
        private static final int BYTES = 1 << 20;
        private final byte[] block = new byte[BYTES];
        private final MessageDigest digest;

        Sha256() {
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }

        @Override
        public String id() {
            return "sha256/1";
        }

        @Override
        public String unit() {
            return "MB/s";
        }

        @Override
        public long countPerBatch() {
            return BYTES;
        }

        @Override
        public long batch(long seed) {
            block[0] = (byte) seed;
            byte[] hash = digest.digest(block);
            return hash[0] << 8 | hash[1] & 0xff;
        }
    }
}
