package org.zennet.benchmark.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The kernels of processor and memory, one thread each. Sources: G. Marsaglia, "Xorshift RNGs", Journal of
 * Statistical Software 8(14), 2003; J. D. McCalpin, STREAM, 1995, the triad; FIPS 180-4, SHA-256; J. J. Dongarra, J. R. Bunch,
 * C. B. Moler, G. W. Stewart, "LINPACK Users' Guide", SIAM 1979; L. McVoy, C. Staelin, "lmbench: Portable Tools for Performance
 * Analysis", USENIX 1996, its latency of memory; S. Sattolo, "An Algorithm to Generate a Random Cyclic Permutation", Information
 * Processing Letters 22, 1986; J. Gilbreath, "A High-Level Language Benchmark", BYTE, September 1981, the sieve.
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
    static final class Memory implements Kernel {
        private final long elements;
        private final Arena arena = Arena.ofShared();
        private final MemorySegment a;
        private final MemorySegment b;
        private final MemorySegment c;

        /** Over three arrays of so many bytes. */
        Memory(long bytes) {
            elements = bytes / Double.BYTES;
            a = arena.allocate(bytes, 64);
            b = arena.allocate(bytes, 64);
            c = arena.allocate(bytes, 64);
            for (long i = 0; i < elements; i++) {
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
            return elements * 24;
        }

        @Override
        public long batch(long seed) {
            double s = seed & 0xff;
            // in locals: the compiler can't know that writing to memory outside the heap leaves the fields alone
            long n = elements;
            MemorySegment to = a;
            MemorySegment one = b;
            MemorySegment other = c;
            for (long i = 0; i < n; i++) {
                to.setAtIndex(ValueLayout.JAVA_DOUBLE, i,
                        one.getAtIndex(ValueLayout.JAVA_DOUBLE, i) + s * other.getAtIndex(ValueLayout.JAVA_DOUBLE, i));
            }
            return (long) a.getAtIndex(ValueLayout.JAVA_DOUBLE, Math.floorMod(seed, elements));
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    /** SHA-256 as the platform's provider does it: where the processor has instructions for it, this measures those. */
    static final class Sha256 implements Kernel {
        private static final int BYTES = 1 << 20;
        /** Calls after which the platform's own loop over blocks is compiled with its instructions: batches are too few for that. */
        private static final int CALLS = 20_000;
        private final byte[] block = new byte[BYTES];
        private final MessageDigest digest;
        /** Depends on all of them. */
        private final int warm;

        Sha256() {
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
            byte[] small = new byte[128];
            int all = 0;
            for (int i = 0; i < CALLS; i++) {
                small[0] = (byte) i;
                all ^= digest.digest(small)[0];
            }
            warm = all;
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
            block[1] = (byte) warm;
            byte[] hash = digest.digest(block);
            return hash[0] << 8 | hash[1] & 0xff;
        }
    }

    /**
     * LINPACK's factor and solve (DGEFA, DGESL: columns, partial pivoting) of {@value #N} equations, counted as its authors do:
     * 2/3 n^3 + 2 n^2. Checks the residual as they do, so that a machine that calculates wrongly has no score.
     */
    static final class Linpack implements Kernel {
        private static final int N = 200;
        private final double[][] original = new double[N][N];
        private final double[][] a = new double[N][N];
        private final double[] right = new double[N];
        private final double[] x = new double[N];

        @Override
        public String id() {
            return "linpack/1";
        }

        @Override
        public String unit() {
            return "Mflop/s";
        }

        @Override
        public long countPerBatch() {
            return 2L * N * N * N / 3 + 2L * N * N;
        }

        @Override
        public long batch(long seed) {
            long state = seed | 1;
            Arrays.fill(right, 0);
            double norm = 0;
            for (int j = 0; j < N; j++) {
                for (int i = 0; i < N; i++) {
                    state ^= state << 13;
                    state ^= state >>> 7;
                    state ^= state << 17;
                    double v = (state >> 11) * 0x1p-53;    // -1/2 to 1/2
                    original[j][i] = v;
                    right[i] += v;
                    norm = Math.max(norm, Math.abs(v));
                }
                System.arraycopy(original[j], 0, a[j], 0, N);
            }
            System.arraycopy(right, 0, x, 0, N);
            solve(a, x);
            double most = 0;
            double largest = 0;
            for (int i = 0; i < N; i++) {
                double r = -right[i];
                for (int j = 0; j < N; j++) {
                    r += original[j][i] * x[j];
                }
                most = Math.max(most, Math.abs(r));
                largest = Math.max(largest, Math.abs(x[i]));
            }
            double normalised = most / (N * norm * largest * Math.ulp(1.0));
            if (!(normalised < 16)) {
                throw new IllegalStateException("wrong arithmetic: a normalised residual of " + normalised);
            }
            return Double.doubleToLongBits(x[0] + x[N - 1]);
        }

        /** Solves in place; the columns of a are destroyed. */
        static void solve(double[][] a, double[] b) {
            int n = b.length;
            int[] pivots = new int[n];
            for (int k = 0; k < n; k++) {
                double[] column = a[k];
                int p = k;
                for (int i = k + 1; i < n; i++) {
                    if (Math.abs(column[i]) > Math.abs(column[p])) {
                        p = i;
                    }
                }
                pivots[k] = p;
                double pivot = column[p];
                column[p] = column[k];
                column[k] = pivot;
                for (int i = k + 1; i < n; i++) {
                    column[i] /= -pivot;
                }
                for (int j = k + 1; j < n; j++) {
                    eliminate(column, a[j], k, p);
                }
            }
            for (int k = 0; k < n; k++) {
                eliminate(a[k], b, k, pivots[k]);
            }
            for (int k = n - 1; k >= 0; k--) {
                b[k] /= a[k][k];
                axpy(-b[k], a[k], b, 0, k);
            }
        }

        private static void eliminate(double[] column, double[] other, int k, int p) {
            double t = other[p];
            other[p] = other[k];
            other[k] = t;
            axpy(t, column, other, k + 1, other.length);
        }

        private static void axpy(double t, double[] x, double[] y, int from, int to) {
            for (int i = from; i < to; i++) {
                y[i] += t * x[i];
            }
        }
    }

    /** lmbench's latency of memory: each load tells where the next is, through all lines of 64 bytes in one random circle (Sattolo). */
    static final class Latency implements Kernel {
        private static final int LINE = 64;
        private final String id;
        private final int hops;
        private final Arena arena = Arena.ofShared();
        private final MemorySegment lines;

        /**
         * @param name  of the size
         * @param bytes a multiple of a line, at most a GiB
         * @param hops  of a batch
         */
        Latency(String name, int bytes, int hops) {
            this.id = "latency-" + name + "/1";
            this.hops = hops;
            int n = bytes / LINE;
            int[] next = new int[n];
            for (int i = 0; i < n; i++) {
                next[i] = i;
            }
            long x = 0x9E3779B97F4A7C15L;
            for (int i = n - 1; i > 0; i--) {
                x ^= x << 13;
                x ^= x >>> 7;
                x ^= x << 17;
                int j = (int) Math.floorMod(x, (long) i);
                int t = next[i];
                next[i] = next[j];
                next[j] = t;
            }
            lines = arena.allocate(bytes, LINE);
            for (int i = 0; i < n; i++) {
                lines.set(ValueLayout.JAVA_INT, (long) i * LINE, next[i] * LINE);
            }
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public String unit() {
            return "ns";
        }

        @Override
        public boolean timed() {
            return true;
        }

        @Override
        public long countPerBatch() {
            return hops;
        }

        @Override
        public long batch(long seed) {
            MemorySegment circle = lines;
            int n = hops;
            int at = (int) Math.floorMod(seed, circle.byteSize() / LINE) * LINE;
            for (int i = 0; i < n; i++) {
                at = circle.get(ValueLayout.JAVA_INT, at);
            }
            return at;
        }

        /** How many hops lead back to the first line, for tests. */
        int circle() {
            int n = 0;
            int at = 0;
            do {
                at = lines.get(ValueLayout.JAVA_INT, at);
                n++;
            } while (at != 0);
            return n;
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    /** The sieve of Eratosthenes over the odd numbers below two million: branches and scattered bytes. Counts the numbers. */
    static final class Sieve implements Kernel {
        private static final int NUMBERS = 2_000_000;
        private final boolean[] composite = new boolean[NUMBERS / 2];

        @Override
        public String id() {
            return "sieve/1";
        }

        @Override
        public String unit() {
            return "Mop/s";
        }

        @Override
        public long countPerBatch() {
            return NUMBERS;
        }

        @Override
        public long batch(long seed) {
            Arrays.fill(composite, false);
            int primes = 1;
            for (int i = 1; i < composite.length; i++) {
                if (!composite[i]) {
                    primes++;
                    int p = 2 * i + 1;
                    for (long j = (long) p * p / 2; j < composite.length; j += p) {
                        composite[(int) j] = true;
                    }
                }
            }
            return primes;
        }
    }
}
