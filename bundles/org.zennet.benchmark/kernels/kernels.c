/*
 * The kernels of the built-in benchmarks as one program, to be run inside a container:
 *
 *   kernels NAME ROUNDS [BYTES]
 *   kernels mix TIMES NAME ROUNDS BYTES [NAME ROUNDS BYTES ...]
 *
 * does ROUNDS rounds of a kernel and prints "NAME COUNT CHECKSUM": how many units of work it did (operations, bytes or
 * loads) and a value that depends on all of them. "mix" does so many times what follows, one kernel after the other, and
 * adds up their units. It reads no clock: who runs it takes the time from the meter of the container. Sources of the
 * kernels: docs/pricing.md.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifndef __wasm__
#include <unistd.h>
#endif

static uint64_t xorshift(uint64_t x) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return x;
}

static void *room(size_t bytes) {
    void *p = malloc(bytes);
    if (!p) {
        fprintf(stderr, "kernels: no %zu bytes of memory\n", bytes);
        exit(3);
    }
    return p;
}

/* A million dependent steps of Marsaglia's xorshift (13, 7, 17) a round, and the population count of each value. */
static uint64_t integer(long rounds, uint64_t *count) {
    uint64_t x = 0x9E3779B97F4A7C15u, bits = 0;
    for (long r = 0; r < rounds; r++) {
        for (int i = 0; i < 1000000; i++) {
            x = xorshift(x);
            bits += (uint64_t) __builtin_popcountll(x);
        }
    }
    *count = (uint64_t) rounds * 1000000;
    return x ^ bits;
}

/* Eratosthenes over the odd numbers below two million. */
static uint64_t sieve(long rounds, uint64_t *count) {
    enum { NUMBERS = 2000000 };
    unsigned char *composite = room(NUMBERS / 2);
    uint64_t primes = 0;
    for (long r = 0; r < rounds; r++) {
        memset(composite, 0, NUMBERS / 2);
        primes++;
        for (uint64_t i = 1; i < NUMBERS / 2; i++) {
            if (!composite[i]) {
                primes++;
                uint64_t p = 2 * i + 1;
                for (uint64_t j = p * p / 2; j < NUMBERS / 2; j += p) {
                    composite[j] = 1;
                }
            }
        }
    }
    *count = (uint64_t) rounds * NUMBERS;
    free(composite);
    return primes;
}

/* LINPACK's factor and solve of 200 equations (columns, partial pivoting); 2/3 n^3 + 2 n^2 operations a round. */
enum { N = 200 };

static void axpy(double t, const double *x, double *y, int from, int to) {
    for (int i = from; i < to; i++) {
        y[i] += t * x[i];
    }
}

static uint64_t linpack(long rounds, uint64_t *count) {
    double (*a)[N] = room(sizeof(double[N][N]));
    double *b = room(sizeof(double[N]));
    uint64_t seed = 0x9E3779B97F4A7C15u, sum = 0;
    for (long r = 0; r < rounds; r++) {
        memset(b, 0, sizeof(double[N]));
        for (int j = 0; j < N; j++) {
            for (int i = 0; i < N; i++) {
                seed = xorshift(seed);
                a[j][i] = (double) ((int64_t) seed >> 11) * 0x1p-53;
                b[i] += a[j][i];
            }
        }
        int pivots[N];
        for (int k = 0; k < N; k++) {
            int p = k;
            for (int i = k + 1; i < N; i++) {
                double v = a[k][i] < 0 ? -a[k][i] : a[k][i], w = a[k][p] < 0 ? -a[k][p] : a[k][p];
                if (v > w) {
                    p = i;
                }
            }
            pivots[k] = p;
            double pivot = a[k][p];
            a[k][p] = a[k][k];
            a[k][k] = pivot;
            for (int i = k + 1; i < N; i++) {
                a[k][i] /= -pivot;
            }
            for (int j = k + 1; j < N; j++) {
                double t = a[j][p];
                a[j][p] = a[j][k];
                a[j][k] = t;
                axpy(t, a[k], a[j], k + 1, N);
            }
        }
        for (int k = 0; k < N; k++) {
            double t = b[pivots[k]];
            b[pivots[k]] = b[k];
            b[k] = t;
            axpy(t, a[k], b, k + 1, N);
        }
        for (int k = N - 1; k >= 0; k--) {
            b[k] /= a[k][k];
            axpy(-b[k], a[k], b, 0, k);
        }
        /* all solutions are 1: what differs by more than a millionth is a wrong machine */
        for (int i = 0; i < N; i++) {
            double e = b[i] - 1;
            if (!(e < 1e-6 && e > -1e-6)) {
                fprintf(stderr, "kernels: wrong arithmetic: a solution of %g instead of 1\n", b[i]);
                exit(4);
            }
            sum += (uint64_t) (int64_t) (b[i] * 1e6);
        }
    }
    *count = (uint64_t) rounds * (2 * N * (uint64_t) N * N / 3 + 2 * N * N);
    free(a);
    free(b);
    return sum;
}

/* STREAM's triad over three arrays of BYTES each; 24 bytes an element. */
static uint64_t memory(long rounds, uint64_t bytes, uint64_t *count) {
    uint64_t n = bytes / sizeof(double);
    double *a = room(n * sizeof *a), *b = room(n * sizeof *b), *c = room(n * sizeof *c);
    for (uint64_t i = 0; i < n; i++) {
        a[i] = 0;
        b[i] = (double) i;
        c[i] = 1;
    }
    for (long r = 0; r < rounds; r++) {
        double s = (double) (r & 0xff);
        for (uint64_t i = 0; i < n; i++) {
            a[i] = b[i] + s * c[i];
        }
    }
    *count = (uint64_t) rounds * n * 24;
    uint64_t v = (uint64_t) a[n / 2];
    free(a);
    free(b);
    free(c);
    return v;
}

/* lmbench's latency: each load tells where the next is, all lines of 64 bytes of BYTES in one random circle (Sattolo). */
static uint64_t latency(long rounds, uint64_t bytes, uint64_t *count) {
    uint32_t n = (uint32_t) (bytes / 64);
    uint32_t *next = room((size_t) n * 64);
    for (uint32_t i = 0; i < n; i++) {
        next[(size_t) i * 16] = i;
    }
    uint64_t x = 0x9E3779B97F4A7C15u;
    for (uint32_t i = n - 1; i > 0; i--) {
        x = xorshift(x);
        uint32_t j = (uint32_t) (x % i), t = next[(size_t) i * 16];
        next[(size_t) i * 16] = next[(size_t) j * 16];
        next[(size_t) j * 16] = t;
    }
    uint32_t at = 0;
    for (long r = 0; r < rounds; r++) {
        for (int i = 0; i < 100000; i++) {
            at = next[(size_t) at * 16];
        }
    }
    *count = (uint64_t) rounds * 100000;
    free(next);
    return at;
}

/* SHA-256 (FIPS 180-4) in plain C of a MiB a round. */
static uint32_t rotate(uint32_t v, int by) {
    return v >> by | v << (32 - by);
}

static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static void block(uint32_t h[8], const unsigned char *p) {
    uint32_t w[64];
    for (int i = 0; i < 16; i++) {
        w[i] = (uint32_t) p[4 * i] << 24 | (uint32_t) p[4 * i + 1] << 16 | (uint32_t) p[4 * i + 2] << 8 | p[4 * i + 3];
    }
    for (int i = 16; i < 64; i++) {
        uint32_t s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
        uint32_t s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], v = h[7];
    for (int i = 0; i < 64; i++) {
        uint32_t t1 = v + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i];
        uint32_t t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        v = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + t2;
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
    h[4] += e;
    h[5] += f;
    h[6] += g;
    h[7] += v;
}

static uint64_t hash(long rounds, uint64_t *count) {
    enum { BYTES = 1 << 20 };
    unsigned char *data = room(BYTES + 64);
    memset(data, 0, BYTES + 64);
    uint64_t sum = 0;
    for (long r = 0; r < rounds; r++) {
        uint32_t h[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
        data[0] = (unsigned char) r;
        data[BYTES] = 0x80;
        for (int i = 0; i < 8; i++) {
            data[BYTES + 56 + i] = (unsigned char) ((uint64_t) BYTES * 8 >> (56 - 8 * i));
        }
        for (size_t at = 0; at < BYTES + 64; at += 64) {
            block(h, data + at);
        }
        sum = sum << 1 ^ ((uint64_t) h[0] << 32 | h[1]);
    }
    *count = (uint64_t) rounds * BYTES;
    free(data);
    return sum;
}

/* Holds BYTES for ROUNDS tenths of a second without work; where sleep takes no time, it ends at once. */
static uint64_t hold(long rounds, uint64_t bytes, uint64_t *count) {
    unsigned char *p = room(bytes);
    for (uint64_t i = 0; i < bytes; i += 4096) {
        p[i] = 1;
    }
    struct timespec t = {rounds / 10, rounds % 10 * 100000000L};
    nanosleep(&t, 0);
    *count = bytes;
    uint64_t v = p[bytes / 2];
    free(p);
    return v;
}

#ifndef __wasm__
/* Writes or reads a MiB a round of a file of at most BYTES, past the cache where the file system can. */
static uint64_t disk(long rounds, uint64_t bytes, int writes, uint64_t *count) {
    enum { BLOCK = 1 << 20 };
    void *p = 0;
    if (posix_memalign(&p, 4096, BLOCK)) {
        exit(3);
    }
    memset(p, 7, BLOCK);
    int fd = open("kernels.dat", O_RDWR | O_CREAT | O_DIRECT, 0600);
    if (fd < 0) {
        fd = open("kernels.dat", O_RDWR | O_CREAT, 0600);
    }
    if (fd < 0) {
        perror("kernels: kernels.dat");
        exit(5);
    }
    long blocks = (long) (bytes / BLOCK) > 0 ? (long) (bytes / BLOCK) : 1;
    if (!writes) {
        for (long i = 0; i < blocks; i++) {
            if (pwrite(fd, p, BLOCK, (off_t) i * BLOCK) != BLOCK) {
                perror("kernels: write");
                exit(5);
            }
        }
        fsync(fd);
    }
    for (long r = 0; r < rounds; r++) {
        off_t at = (off_t) (r % blocks) * BLOCK;
        if ((writes ? pwrite(fd, p, BLOCK, at) : pread(fd, p, BLOCK, at)) != BLOCK) {
            perror(writes ? "kernels: write" : "kernels: read");
            exit(5);
        }
    }
    fsync(fd);
    close(fd);
    unlink("kernels.dat");
    *count = (uint64_t) rounds * BLOCK;
    uint64_t v = ((unsigned char *) p)[5];
    free(p);
    return v;
}
#endif

/* Runs a kernel; not zero, the exit code, where there is none of the name or the numbers are out of range. */
static int one(const char *name, long rounds, uint64_t bytes, uint64_t *count, uint64_t *value) {
    if (rounds < 0 || rounds > 100000000 || bytes > (uint64_t) 1 << 30) {
        fprintf(stderr, "kernels: 0 to 100000000 rounds and at most 1 GiB\n");
        return 2;
    }
    if (!strcmp(name, "integer")) {
        *value = integer(rounds, count);
    } else if (!strcmp(name, "sieve")) {
        *value = sieve(rounds, count);
    } else if (!strcmp(name, "linpack")) {
        *value = linpack(rounds, count);
    } else if (!strcmp(name, "hash")) {
        *value = hash(rounds, count);
    } else if (!strcmp(name, "memory") && bytes >= 64) {
        *value = memory(rounds, bytes, count);
    } else if (!strcmp(name, "latency") && bytes >= 128) {
        *value = latency(rounds, bytes, count);
    } else if (!strcmp(name, "hold") && bytes > 0) {
        *value = hold(rounds, bytes, count);
#ifndef __wasm__
    } else if (!strcmp(name, "write")) {
        *value = disk(rounds, bytes, 1, count);
    } else if (!strcmp(name, "read")) {
        *value = disk(rounds, bytes, 0, count);
#endif
    } else {
        fprintf(stderr, "usage: kernels integer|sieve|linpack|hash|memory|latency|hold ROUNDS [BYTES]\n"
                "       kernels mix TIMES NAME ROUNDS BYTES [NAME ROUNDS BYTES ...]\n");
        return 2;
    }
    return 0;
}

static long number(const char *text) {
    return strtol(text, 0, 10);
}

int main(int argc, char **argv) {
    const char *name = argc > 1 ? argv[1] : "";
    long rounds = argc > 2 ? number(argv[2]) : 1;
    uint64_t count = 0, value = 0;
    if (strcmp(name, "mix")) {
        int wrong = one(name, rounds, argc > 3 ? strtoull(argv[3], 0, 10) : 0, &count, &value);
        if (wrong) {
            return wrong;
        }
    } else {
        for (long r = 0; r < rounds; r++) {
            for (int i = 3; i + 2 < argc; i += 3) {
                uint64_t c = 0, v = 0;
                int wrong = one(argv[i], number(argv[i + 1]), strtoull(argv[i + 2], 0, 10), &c, &v);
                if (wrong) {
                    return wrong;
                }
                count += c;
                value = value << 1 ^ v;
            }
        }
    }
    printf("%s %" PRIu64 " %016" PRIx64 "\n", name, count, value);
    return 0;
}
