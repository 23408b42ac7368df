/*
 * The energy of a cloud of charges, added up in an order that no two runs share: what a program does whose threads add their
 * parts as they come to an end. Sums of floating point depend on their order, so the last digits differ from run to run.
 *
 *   noise SEED N     prints the energy and the mean field of N charges
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

static uint64_t state;

/* xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled", 2016. */
static double uniform(void) {
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (double) ((state * 2685821657736338717u) >> 11) / 9007199254740992.0;
}

int main(int argc, char **argv) {
    long seed = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
    long n = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
    if (seed < 1 || n < 2 || n > 5000) {
        fprintf(stderr, "usage: noise SEED N   (N from 2 to 5000)\n");
        return 2;
    }
    double (*at)[4] = malloc(sizeof *at * (size_t) n);
    double *part = malloc(sizeof *part * (size_t) n);
    long *order = malloc(sizeof *order * (size_t) n);
    if (!at || !part || !order) return 3;
    state = (uint64_t) seed * 0x9E3779B97F4A7C15u;
    for (long i = 0; i < n; i++) {
        for (int d = 0; d < 4; d++) at[i][d] = d < 3 ? uniform() : uniform() - 0.5;
        order[i] = i;
    }
    double field = 0;
    for (long i = 0; i < n; i++) {
        part[i] = 0;
        for (long j = 0; j < n; j++) {
            double x = at[i][0] - at[j][0], y = at[i][1] - at[j][1], z = at[i][2] - at[j][2];
            if (i != j) part[i] += at[i][3] * at[j][3] / sqrt(x * x + y * y + z * z + 1e-6);
        }
    }
    uint64_t lot[64];
    for (long i = n - 1; i > 0; i--) {
        if ((n - 1 - i) % 64 == 0 && getrandom(lot, sizeof lot, 0) != (ssize_t) sizeof lot) return 4;
        long j = (long) (lot[(n - 1 - i) % 64] % (uint64_t) (i + 1));
        long swapped = order[i];
        order[i] = order[j];
        order[j] = swapped;
    }
    double energy = 0;
    for (long i = 0; i < n; i++) {
        energy += part[order[i]];
        field += part[order[i]] / (double) n;
    }
    printf("seed %ld, %ld charges\nenergy %.17g\nmean field %.17g\n", seed, n, energy / 2, field);
    return 0;
}
