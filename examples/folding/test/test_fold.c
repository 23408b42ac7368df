/* Unit tests of the parts; prints one line for each group and exits 1 if anything is wrong. Built natively by test.sh. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../src/pull.c"        /* its grid is private, and looked at here */

#include "../src/deflate.h"
#include "../src/files.h"
#include "../src/remc.h"

static int wrong, failed_groups;

#define CHECK(x) do { if (!(x)) { wrong++; printf("  line %d: %s\n", __LINE__, #x); } } while (0)

static void group(const char *name)
{
    printf("%s %s\n", wrong ? "FAIL" : "ok  ", name);
    failed_groups += wrong > 0;
    wrong = 0;
}

static void test_prng(void)
{
    /* The vectors that circulate with the reference code: SplitMix64 from 1234567, xoshiro256** from 1, 2, 3, 4. */
    static const uint64_t split[5] = { 6457827717110365317u, 3203168211198807973u, 9817491932198370423u,
                                       4593380528125082431u, 16408922859458223821u };
    static const uint64_t xoshiro[4] = { 11520, 0, 1509978240, 1215971899390074240u };
    uint64_t state = 1234567;
    for (int i = 0; i < 5; i++) CHECK(splitmix64(&state) == split[i]);
    prng r = { { 1, 2, 3, 4 } };
    for (int i = 0; i < 4; i++) CHECK(prng_next(&r) == xoshiro[i]);
    group("random numbers: published vectors");
}

static void test_exp(void)
{
    for (double x = 0; x < 30; x += 0.01) CHECK(fabs(exp_minus(x) / exp(-x) - 1) < 1e-11);
    temperature t;
    set_temperature(&t, 0.3);
    CHECK(t.accept[0] == (uint64_t) 1 << 53);
    for (int i = 1; i < MAX_COST; i++) CHECK(t.accept[i] <= t.accept[i - 1]);
    group("e^-x against the C library");
}

static void test_benchmarks(void)
{
    for (int i = 0; i < benchmark_count; i++) {
        const benchmark *b = &benchmarks[i];
        int n = 0;
        CHECK(check_sequence(b->hp, &n) > 0);
        CHECK(strlen(b->name) <= MAX_NAME);
        CHECK(benchmark_by_name(b->name) == b);
        CHECK(b->best_known < 0 || b->best_known == NO_KNOWN_ENERGY);
        if (strncmp(b->name, "S3D", 3) == 0) CHECK(n == 48 && check_sequence(b->hp, &n) == 24);
        if (!b->amino) continue;
        CHECK(strlen(b->amino) == (size_t) n);
        for (int k = 0; k < n; k++) {
            CHECK((b->hp[k] == 'H') == amino_is_hydrophobic(b->amino[k]));
            CHECK(amino_name(b->amino[k]) != NULL);
        }
    }
    static const int lengths_2d[11] = { 20, 24, 25, 36, 48, 50, 60, 64, 85, 100, 100 };
    for (int i = 0; i < 11; i++) CHECK((int) strlen(benchmarks[i].hp) == lengths_2d[i]);
    int n;
    CHECK(check_sequence("HPX", &n) < 0 && check_sequence("HP", &n) < 0 && check_sequence("", &n) < 0);
    group("benchmark table");
}

static int energy_of(const char *hp, const char *fold, lattice l)
{
    point p[MAX_RESIDUES];
    return walk_fold(fold, (int) strlen(hp), l, p) == FOLD_OK ? contact_energy(hp, (int) strlen(hp), p) : 1000;
}

static void test_model(void)
{
    CHECK(energy_of("HHHH", "RUL", LATTICE_2D) == -1);
    CHECK(energy_of("HHHP", "RUL", LATTICE_2D) == 0);
    CHECK(energy_of("HHHH", "RRR", LATTICE_2D) == 0);
    CHECK(energy_of("HHHHHHHH", "RULFRDL", LATTICE_3D) == -5);         /* a cube: 12 edges less 7 bonds */
    point p[MAX_RESIDUES];
    CHECK(walk_fold("RL", 3, LATTICE_2D, p) == FOLD_OVERLAP);
    CHECK(walk_fold("RULD", 5, LATTICE_2D, p) == FOLD_OVERLAP);
    CHECK(walk_fold("RF", 3, LATTICE_2D, p) == FOLD_LETTER);
    CHECK(walk_fold("RX", 3, LATTICE_3D, p) == FOLD_LETTER);
    CHECK(walk_fold("R", 3, LATTICE_3D, p) == FOLD_LENGTH);
    char fold[] = "BBDLRUF";
    canonical_fold(fold);
    CHECK(strcmp(fold, "RRUFBDL") == 0);
    canonical_fold(fold);
    CHECK(strcmp(fold, "RRUFBDL") == 0);
    group("model: energies, self-avoidance, canonical folds");
}

static bool grid_is_exactly(const conformation *c, uint32_t n)
{
    uint32_t taken = 0;
    for (uint32_t i = 0; i < GRID_SITES; i++) taken += grid[i] != FREE;
    for (uint32_t i = 0; i < n; i++)
        if (grid[c->at[i]] != kind[i]) return false;
    return taken == n;
}

static void test_pull_moves(void)
{
    static const int sizes[] = { 3, 4, 5, 9, 48, 120 };
    static const double temperatures[] = { 0.2, 0.5, 1000 };
    prng r;
    prng_seed(&r, 7);
    for (int s = 0; s < 6; s++)
        for (int l = LATTICE_2D; l <= LATTICE_3D; l++)
            for (int t = 0; t < 3; t++) {
                char hp[MAX_RESIDUES + 1] = { 0 }, fold[MAX_RESIDUES];
                for (int i = 0; i < sizes[s]; i++) hp[i] = prng_next(&r) >> 63 ? 'H' : 'P';
                conformation c;
                temperature heat;
                set_temperature(&heat, temperatures[t]);
                grid_setup(hp, sizes[s], (lattice) l);
                straight_chain(&c);
                grid_place(&c);
                for (int k = 0; k < 20000; k++) {
                    if (!pull_step(&c, &heat, &r)) continue;
                    fold_letters(&c, fold);
                    CHECK(energy_of(hp, fold, (lattice) l) == c.energy);
                    if (wrong) { group("pull moves"); return; }
                }
                CHECK(grid_is_exactly(&c, (uint32_t) sizes[s]));
                grid_remove(&c);
                CHECK(grid_is_exactly(&c, 0));
            }
    group("pull moves: every step stays a self-avoiding walk with the energy kept, and the grid clean");
}

/* The pull moves are complete: at an infinite temperature they reach every self-avoiding walk. */
static int walks_reached(int n, lattice l, int steps)
{
    static char seen[4096][MAX_RESIDUES];
    int count = 0;
    char hp[MAX_RESIDUES + 1] = { 0 }, fold[MAX_RESIDUES];
    memset(hp, 'P', (size_t) n);
    conformation c;
    temperature heat;
    prng r;
    prng_seed(&r, 1);
    set_temperature(&heat, 1000);
    grid_setup(hp, n, l);
    straight_chain(&c);
    grid_place(&c);
    for (int k = 0; k < steps; k++) {
        if (!pull_step(&c, &heat, &r)) continue;
        fold_letters(&c, fold);
        int i = 0;
        while (i < count && strcmp(seen[i], fold) != 0) i++;
        if (i == count && count < 4096) strcpy(seen[count++], fold);
    }
    return count;
}

static void test_complete(void)
{
    CHECK(walks_reached(6, LATTICE_2D, 100000) == 284);         /* the numbers of self-avoiding walks of 5 and 7 steps */
    CHECK(walks_reached(8, LATTICE_2D, 400000) == 2172);
    CHECK(walks_reached(5, LATTICE_3D, 100000) == 726);         /* of 4 and 5 steps on the cubic lattice */
    CHECK(walks_reached(6, LATTICE_3D, 400000) == 3534);
    group("pull moves reach every self-avoiding walk (284 and 2172 on the square, 726 and 3534 on the cubic lattice)");
}

static int exhaustive(const char *hp, char *fold, int at, int n, lattice l)
{
    if (at == n - 1) {
        fold[at] = 0;
        return energy_of(hp, fold, l);
    }
    int best = 1000;
    for (int d = 0; d < 2 * (int) l; d++) {
        fold[at] = step_letters[d];
        fold[at + 1] = 0;
        point p[MAX_RESIDUES];
        if (walk_fold(fold, at + 2, l, p) != FOLD_OK) continue;
        int e = exhaustive(hp, fold, at + 1, n, l);
        if (e < best) best = e;
    }
    return best;
}

static void test_search(void)
{
    prng r;
    prng_seed(&r, 99);
    for (int k = 0; k < 12; k++) {
        lattice l = k % 2 ? LATTICE_3D : LATTICE_2D;
        int n = l == LATTICE_2D ? 10 : 7;
        char hp[MAX_RESIDUES + 1] = { 0 }, fold[MAX_RESIDUES] = "R";
        for (int i = 0; i < n; i++) hp[i] = prng_next(&r) % 3 ? 'H' : 'P';
        search_result found;
        search(hp, n, l, (uint64_t) k, 1000, 2, &found);
        CHECK(found.energy == exhaustive(hp, fold, 1, n, l));
        CHECK(found.energy == energy_of(hp, found.fold, l));
    }
    const benchmark *b = benchmark_by_name("S2D-1");
    search_result one, two;
    search(b->hp, 20, LATTICE_2D, 5, 5000, 4, &one);
    search(b->hp, 20, LATTICE_2D, 5, 5000, 4, &two);
    CHECK(one.energy == -9);
    CHECK(memcmp(one.fold, two.fold, 20) == 0 && one.found == two.found && one.accepted == two.accepted);
    CHECK(one.moves == 5000 * 4 * 20);
    group("search: finds the exhaustive minimum of short chains and -9 of S2D-1, twice the same");
}

static void test_checksums(void)
{
    CHECK(crc32_of(0, "123456789", 9) == 0xcbf43926);
    CHECK(adler32_of("Wikipedia", 9) == 0x11e60398);
    group("checksums");
}

/* Writes a zlib stream of data that is hard for the encoder, for test.sh to unpack: noise, runs, long repeats. */
static void write_zlib(const char *packed, const char *plain)
{
    static uint8_t data[700000], out[1 << 20];
    prng r;
    prng_seed(&r, 3);
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = i < 150000 ? (uint8_t) prng_next(&r) : i < 300000 ? 0 : i < 500000 ? data[i - 40000 - i % 7]
                : (uint8_t) (prng_next(&r) % 100 < 98 ? 1 : prng_next(&r) >> 60);
    buffer b = { out, 0, sizeof out, false };
    zlib_compress(&b, data, sizeof data);
    CHECK(!b.full);
    FILE *f = fopen(packed, "wb");
    fwrite(out, 1, b.size, f);
    fclose(f);
    f = fopen(plain, "wb");
    fwrite(data, 1, sizeof data, f);
    fclose(f);
    group("zlib stream written");
}

int main(int argc, char **argv)
{
    test_prng();
    test_exp();
    test_benchmarks();
    test_model();
    test_pull_moves();
    test_complete();
    test_search();
    test_checksums();
    if (argc == 3) write_zlib(argv[1], argv[2]);
    return failed_groups > 0;
}
