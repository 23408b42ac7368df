#include "pull.h"

#include <string.h>

#define NOINLINE __attribute__((noinline))   /* small hot functions suit a just-in-time compiler */

enum { SITE_MASK = GRID_SITES - 1 };
enum { FREE = 0, POLAR = 1, HYDROPHOBIC = 2 };

static const site strides[6] = { 1, (site) -1, 128, (site) -128, 16384, (site) -16384 };

static uint8_t grid[GRID_SITES];             /* FREE, POLAR or HYDROPHOBIC */
static uint8_t kind[MAX_RESIDUES];
static uint32_t residues;
static uint32_t directions;                  /* 4 on the square lattice, 6 on the cubic one */

static inline site neighbour(site s, uint32_t direction) { return (s + strides[direction]) & SITE_MASK; }

static inline bool adjacent(site a, site b)
{
    site d = (a - b) & SITE_MASK;
    if (d > GRID_SITES / 2) d = GRID_SITES - d;
    return d == 1 || d == 128 || d == 16384;
}

double exp_minus(double x)
{
    double reduced = x / 1024, sum = 1, term = 1;
    for (int i = 1; i < 16; i++) {
        term = term * -reduced / i;
        sum += term;
    }
    for (int i = 0; i < 10; i++) sum *= sum;
    return sum;
}

void set_temperature(temperature *t, double kT)
{
    for (int d = 0; d < MAX_COST; d++) t->accept[d] = (uint64_t) (exp_minus(d / kT) * 9007199254740992.0);
}

void grid_setup(const char *hp, int n, lattice l)
{
    memset(grid, FREE, sizeof grid);
    residues = (uint32_t) n;
    directions = 2 * (uint32_t) l;
    for (int i = 0; i < n; i++) kind[i] = hp[i] == 'H' ? HYDROPHOBIC : POLAR;
}

void grid_place(const conformation *c)
{
    for (uint32_t i = 0; i < residues; i++) grid[c->at[i]] = kind[i];
}

void grid_remove(const conformation *c)
{
    for (uint32_t i = 0; i < residues; i++) grid[c->at[i]] = FREE;
}

void straight_chain(conformation *c)
{
    c->energy = 0;
    for (uint32_t i = 0; i < residues; i++) c->at[i] = i;
}

/* A move takes the residues first..last to new sites. */
typedef struct {
    uint32_t first, last;
    site to[MAX_RESIDUES];
} pull;

static inline uint32_t h_around(site s)
{
    uint32_t h = 0;
    for (uint32_t d = 0; d < directions; d++) h += grid[neighbour(s, d)] >> 1;
    return h;
}

/* Takes residues off the grid one by one and counts the H-H neighbours that go. (Neighbours in the chain are counted too,
 * but as often when the residues are put down again, so the difference is right.) */
static NOINLINE int lift(const site *at, uint32_t first, uint32_t last)
{
    uint32_t contacts = 0;
    for (uint32_t i = first; i <= last; i++) {
        grid[at[i]] = FREE;
        if (kind[i] == HYDROPHOBIC) contacts += h_around(at[i]);
    }
    return (int) contacts;
}

static NOINLINE int put_down(const site *at, uint32_t first, uint32_t last)
{
    uint32_t contacts = 0;
    for (uint32_t i = first; i <= last; i++) {
        if (kind[i] == HYDROPHOBIC) contacts += h_around(at[i]);
        grid[at[i]] = kind[i];
    }
    return (int) contacts;
}

/* Finds where a pull move of residue i would take the chain. The residue i + side stays where it is and i - side,
 * i - 2 side, ... are pulled after, each to where the one two places ahead of it was, until the chain holds together.
 * False if the move chosen by the random bits is blocked. */
static NOINLINE bool find_pull(const site *at, uint32_t i, uint32_t side, uint32_t bits, pull *p)
{
    uint32_t end = side == 1 ? residues - 1 : 0;            /* the end that side points to */
    uint32_t tail = residues - 1 - end;                     /* the end that is pulled along */
    site *to = p->to;
    uint32_t j = i;                                         /* the last residue that has a new site */

    if (i == end) {                                         /* the end moves two sites ahead and drags the rest */
        site near = neighbour(at[i], ((bits & 0xffff) * directions) >> 16);
        site far = neighbour(near, ((bits >> 16) * directions) >> 16);
        if (grid[near] != FREE || grid[far] != FREE) return false;
        to[i] = far;
        j = i - side;
        to[j] = near;
    } else if (i == tail) {                                 /* the other end swings round its neighbour */
        site s = neighbour(at[i + side], ((bits & 0xffff) * directions) >> 16);
        if (grid[s] != FREE) return false;
        to[i] = s;
    } else {                                                /* the corner L beside i + side, and C beside i; a step d along
                                                               the bond hits i or i + side and is blocked */
        uint32_t d = ((bits & 0xffff) * directions) >> 16;
        site l = neighbour(at[i + side], d), c = neighbour(at[i], d);
        if (grid[l] != FREE) return false;
        to[i] = l;
        if (c != at[i - side]) {
            if (grid[c] != FREE) return false;
            j = i - side;
            to[j] = c;
        }
    }
    while (j != tail && !adjacent(at[j - side], to[j])) {
        j -= side;
        to[j] = at[j + 2 * side];
    }
    p->first = i < j ? i : j;
    p->last = i < j ? j : i;
    return true;
}

NOINLINE bool pull_step(conformation *c, const temperature *t, prng *r)
{
    static pull p;
    uint64_t bits = prng_next(r);
    uint32_t i = (uint32_t) (((bits >> 33) * residues) >> 31);
    uint32_t side = bits >> 32 & 1 ? 1 : (uint32_t) -1;
    if (!find_pull(c->at, i, side, (uint32_t) bits, &p)) return false;

    int cost = lift(c->at, p.first, p.last) - put_down(p.to, p.first, p.last);
    if (cost > 0 && (cost >= MAX_COST || prng_next(r) >> 11 >= t->accept[cost])) {
        for (uint32_t k = p.first; k <= p.last; k++) grid[p.to[k]] = FREE;
        for (uint32_t k = p.first; k <= p.last; k++) grid[c->at[k]] = kind[k];
        return false;
    }
    for (uint32_t k = p.first; k <= p.last; k++) c->at[k] = p.to[k];
    c->energy += cost;
    return true;
}

void fold_letters(const conformation *c, char *fold)
{
    uint32_t i = 0;
    for (; i + 1 < residues; i++)
        for (uint32_t d = 0; d < 6; d++)
            if (neighbour(c->at[i], d) == c->at[i + 1]) fold[i] = step_letters[d];
    fold[i] = 0;
}
