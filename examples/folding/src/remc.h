/* Replica-exchange Monte Carlo with pull moves, after [TSH07]: several copies of the chain are simulated at different
 * temperatures, and now and then neighbours in temperature swap places. */
#ifndef REMC_H
#define REMC_H

#include "model.h"

enum { MAX_REPLICAS = 16 };

typedef struct {
    int energy;
    char fold[MAX_RESIDUES];
    uint64_t moves;         /* pull moves tried */
    uint64_t accepted;      /* of them made */
    uint64_t found;         /* the move that first reached this energy; 0 is the straight chain */
} search_result;

/* A sweep tries n moves in every replica. */
void search(const char *hp, int n, lattice l, uint64_t seed, uint64_t sweeps, int replicas, search_result *best);

#endif
