/* Pull moves on a lattice with an occupancy grid.
 *
 * N. Lesh, M. Mitzenmacher, S. Whitesides: A complete and effective move set for simplified protein folding.
 * RECOMB 2003, 188-195; on the cubic lattice as in [TSH07].
 *
 * There is one grid; one conformation at a time is put on it, moved, and taken off. */
#ifndef PULL_H
#define PULL_H

#include "model.h"
#include "prng.h"

/* A point of the lattice is x + 128 y + 16384 z modulo 2^21. Two different points less than 128 steps apart never share
 * an index, and a chain has at most 120 residues, so the grid may wrap round and a chain may drift as far as it likes. */
typedef uint32_t site;
enum { GRID_SITES = 1 << 21 };

typedef struct {
    int energy;
    site at[MAX_RESIDUES];
} conformation;

/* Metropolis: a move that costs d > 0 is made when 53 random bits are below accept[d]. */
enum { MAX_COST = 64 };
typedef struct { uint64_t accept[MAX_COST]; } temperature;

/* e^-x for x >= 0 in plain IEEE arithmetic, so that every machine gets the same bits. */
double exp_minus(double x);
void set_temperature(temperature *t, double kT);

/* Sets the sequence and lattice for everything that follows, and empties the grid. */
void grid_setup(const char *hp, int n, lattice l);
void grid_place(const conformation *c);
void grid_remove(const conformation *c);

/* A straight chain. */
void straight_chain(conformation *c);

/* Tries one random pull move on the conformation that is on the grid. True if it was made. */
bool pull_step(conformation *c, const temperature *t, prng *r);

/* The steps of a conformation as letters; fold has room for n. */
void fold_letters(const conformation *c, char *fold);

#endif
