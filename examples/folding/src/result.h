/* The result of one search as text, the form in which tasks hand it to the reduce step. It is self-delimiting, so that
 * results can simply be put one behind the other. */
#ifndef RESULT_H
#define RESULT_H

#include "model.h"
#include "out.h"

enum { MAX_NAME = 15 };
static const uint64_t MAX_SEED = 9007199254740991u;        /* 2^53 - 1: exact in every JSON reader */
static const uint64_t MAX_SWEEPS = 1000000000;

typedef struct {
    char name[MAX_NAME + 1];            /* of a benchmark, or "-" */
    char hp[MAX_RESIDUES + 1];
    int n;
    lattice dimensions;
    uint64_t seed, sweeps, replicas;
    int energy;
    char fold[MAX_RESIDUES];
    uint64_t moves, accepted, found;
} result;

void put_result(buffer *out, const result *r);

/* Reads one result with next_line, which gives one line without its end, or NULL at the end of the input.
 * Returns 1, 0 at the end of the input, or -1 with *problem set to what is wrong. */
int read_result(result *r, const char *(*next_line)(void), const char **problem);

/* Checks what the result claims: that its sequence is the benchmark it names, that the fold is a self-avoiding walk on
 * its lattice, and that the contacts add up to its energy. Sets points on success. */
bool verify_result(const result *r, point *points, const char **problem, int *real_energy);

const char *lattice_name(lattice l);

#endif
