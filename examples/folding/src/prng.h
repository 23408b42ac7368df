/* The random numbers: xoshiro256** 1.0, seeded through SplitMix64.
 *
 * D. Blackman, S. Vigna: Scrambled linear pseudorandom number generators. ACM Trans. Math. Softw. 47 (2021) 36.
 * G. L. Steele, D. Lea, C. H. Flood: Fast splittable pseudorandom number generators. OOPSLA 2014.
 *
 * Integers only, no clock and no host randomness: the same seed gives the same numbers everywhere. */
#ifndef PRNG_H
#define PRNG_H

#include <stdint.h>

typedef struct { uint64_t s[4]; } prng;

void prng_seed(prng *r, uint64_t seed);

/* SplitMix64: advances *state and returns its next number. */
uint64_t splitmix64(uint64_t *state);

static inline uint64_t rotate_left(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

static inline uint64_t prng_next(prng *r)
{
    uint64_t *s = r->s;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return result;
}

#endif
