#include "remc.h"

#include "pull.h"

/* kT from the coldest to the hottest replica, in units of one contact, and the sweeps between two exchanges. */
#ifndef COLDEST
#define COLDEST 0.32
#endif
#ifndef HOTTEST
#define HOTTEST 0.44
#endif
enum { SWEEPS_PER_ROUND = 10 };

static conformation replica[MAX_REPLICAS];      /* replica[i] is at temperature i */
static temperature bath[MAX_REPLICAS];
static double beta[MAX_REPLICAS];

static void remember(const conformation *c, uint64_t move, search_result *best)
{
    best->energy = c->energy;
    best->found = move;
    fold_letters(c, best->fold);
}

__attribute__((noinline))
static void run_replica(conformation *c, const temperature *t, uint64_t steps, prng *r, search_result *best)
{
    uint64_t accepted = 0;
    grid_place(c);
    for (uint64_t k = 1; k <= steps; k++) {
        if (!pull_step(c, t, r)) continue;
        accepted++;
        if (c->energy < best->energy) remember(c, best->moves + k, best);
    }
    grid_remove(c);
    best->moves += steps;
    best->accepted += accepted;
}

/* Neighbours i, i+1 swap with probability min(1, exp((beta_i - beta_i+1)(E_i - E_i+1))). */
static void exchange(int first, int replicas, prng *r)
{
    for (int i = first; i + 1 < replicas; i += 2) {
        double x = (beta[i] - beta[i + 1]) * (replica[i + 1].energy - replica[i].energy);
        if (x > 0 && (double) (prng_next(r) >> 11) >= exp_minus(x) * 9007199254740992.0) continue;
        conformation c = replica[i];
        replica[i] = replica[i + 1];
        replica[i + 1] = c;
    }
}

void search(const char *hp, int n, lattice l, uint64_t seed, uint64_t sweeps, int replicas, search_result *best)
{
    prng r;
    prng_seed(&r, seed);
    grid_setup(hp, n, l);
    for (int i = 0; i < replicas; i++) {
        double kT = replicas == 1 ? COLDEST : COLDEST + (HOTTEST - COLDEST) * i / (replicas - 1);
        beta[i] = 1 / kT;
        set_temperature(&bath[i], kT);
        straight_chain(&replica[i]);
    }
    *best = (search_result) { 0 };
    remember(&replica[0], 0, best);

    int first = 0;
    for (uint64_t done = 0; done < sweeps; ) {
        uint64_t round = sweeps - done < SWEEPS_PER_ROUND ? sweeps - done : SWEEPS_PER_ROUND;
        for (int i = 0; i < replicas; i++) run_replica(&replica[i], &bath[i], round * (uint64_t) n, &r, best);
        exchange(first, replicas, &r);
        first = 1 - first;
        done += round;
    }
    canonical_fold(best->fold);
}
