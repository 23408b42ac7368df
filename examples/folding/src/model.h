/* The HP lattice model of protein folding.
 *
 * K. F. Lau, K. A. Dill: A lattice statistical mechanics model of the conformational and sequence spaces of proteins.
 * Macromolecules 22 (1989) 3986-3997.
 *
 * A protein is a chain of H (hydrophobic) and P (polar) beads on the points of a square or cubic lattice; neighbours in
 * the chain are neighbours on the lattice and no point holds two beads. Every pair of H beads that are neighbours on the
 * lattice but not in the chain counts -1; the fewest (most negative) energy is the ground state.
 *
 * What is in this file is written to be obviously right, not fast: the reduce step uses it to check what others found. */
#ifndef MODEL_H
#define MODEL_H

#include <stdbool.h>
#include <stdint.h>

enum { MIN_RESIDUES = 3, MAX_RESIDUES = 120 };
enum { NO_KNOWN_ENERGY = 1 };           /* energies are never positive */

typedef enum { LATTICE_2D = 2, LATTICE_3D = 3 } lattice;

typedef struct { int x, y, z; } point;

typedef struct {
    const char *name;
    lattice dimensions;                 /* the lattice that best_known is for */
    int best_known;                     /* lowest published energy, or NO_KNOWN_ENERGY */
    const char *source;                 /* key into the list of papers (see README.md) */
    const char *hp;
    const char *amino;                  /* one-letter codes of a real protein, or NULL */
} benchmark;

extern const benchmark benchmarks[];
extern const int benchmark_count;

const benchmark *benchmark_by_name(const char *name);

/* The published energy for this benchmark on this lattice, or NO_KNOWN_ENERGY; b may be NULL. */
int best_known_energy(const benchmark *b, lattice l);

/* RasMol's predefined set "hydrophobic" (see benchmarks.c). */
bool amino_is_hydrophobic(char one_letter_code);

/* The three-letter code, or NULL if the letter is none of the twenty. */
const char *amino_name(char one_letter_code);

/* Number of H in an HP string, or -1 if it holds another letter or is too short or too long; *n becomes its length. */
int check_sequence(const char *hp, int *n);

/* A fold as a string of steps: R +x, L -x, U +y, D -y, F +z, B -z. */
extern const char step_letters[7];
extern const point step_vectors[6];

typedef enum { FOLD_OK, FOLD_LENGTH, FOLD_LETTER, FOLD_OVERLAP } fold_check;

/* Walks the fold into points[0..n-1] and checks that it is a self-avoiding walk of n residues on this lattice. */
fold_check walk_fold(const char *fold, int n, lattice l, point *points);

/* Counts the contacts by comparing every pair. */
int contact_energy(const char *hp, int n, const point *points);

/* Turns and mirrors a fold into its one canonical orientation: first R, then U, then F. */
void canonical_fold(char *fold);

bool are_neighbours(point a, point b);

#endif
