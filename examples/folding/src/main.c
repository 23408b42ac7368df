/* fold: protein folding in the HP lattice model. See ../README.md. */
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "picture.h"
#include "remc.h"

static const char usage[] =
    "Protein folding in the HP lattice model by replica-exchange Monte Carlo with pull moves.\n"
    "\n"
    "  fold run --sequence NAME|HPSTRING --seed N [--lattice 2d|3d] [--sweeps N] [--replicas N]\n"
    "      searches for a fold and writes it to standard output\n"
    "        --sequence   a benchmark (see 'fold list') or 3 to 120 letters H and P\n"
    "        --seed       0 to 9007199254740991; the same seed gives the same bytes\n"
    "        --lattice    default: the benchmark's own, else 3d\n"
    "        --sweeps     1 to 1000000000, default 40000; a sweep tries one move per residue and replica\n"
    "        --replicas   1 to 16, default 4\n"
    "  fold reduce [--picture SIZE]\n"
    "      reads results from standard input, one behind the other, checks each, keeps the best (of equals the one with\n"
    "      the lowest seed) and writes a tar archive: summary.txt, summary.json, fold.pdb, fold.svg, fold.png\n"
    "        --picture    width and height in pixels, 200 to 640, default 600\n"
    "  fold list\n"
    "      the benchmarks and the best energies published for them\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 misused.\n";

enum { DEFAULT_SWEEPS = 40000, DEFAULT_REPLICAS = 4, DEFAULT_PICTURE = 600 };

static uint8_t output_bytes[2 << 20];
static buffer output = { output_bytes, 0, sizeof output_bytes, false };

/* ---- messages and exits ---- */

static uint8_t message_bytes[400];
static buffer message = { message_bytes, 0, sizeof message_bytes - 1, false };

static _Noreturn void leave(int status)
{
    put_char(&message, '\n');
    write_all(2, message.data, message.size);
    _exit(status);
}

static _Noreturn void misuse(const char *before, const char *quoted, const char *after)
{
    put_text(&message, "fold: ");
    put_text(&message, before);
    if (quoted) put_quoted(&message, quoted);
    put_text(&message, after);
    leave(2);
}

static _Noreturn void failure(const char *text)
{
    put_text(&message, "fold: ");
    put_text(&message, text);
    leave(1);
}

static _Noreturn void finish(void)
{
    if (output.full) failure("the output is larger than this program can hold");
    if (!write_all(1, output.data, output.size)) failure("cannot write to standard output");
    _exit(0);
}

/* ---- arguments ---- */

static uint64_t number_argument(const char *option, const char *text, uint64_t low, uint64_t high)
{
    uint64_t value = 0;
    bool good = *text && strlen(text) <= 18;
    for (const char *p = text; good && *p; p++) {
        good = *p >= '0' && *p <= '9';
        value = value * 10 + (uint64_t) (*p - '0');
    }
    if (good && value >= low && value <= high) return value;
    put_text(&message, "fold: ");
    put_text(&message, option);
    put_text(&message, " must be a whole number from ");
    put_unsigned(&message, low);
    put_text(&message, " to ");
    put_unsigned(&message, high);
    put_text(&message, ", not ");
    put_quoted(&message, text);
    leave(2);
}

/* Finds the values of --options; every argument must be one of them, at most once. */
static void read_options(int argc, char **argv, const char *const *names, const char **values, int count)
{
    for (int i = 0; i < argc; i += 2) {
        int k = 0;
        while (k < count && strcmp(argv[i], names[k]) != 0) k++;
        if (k == count) misuse("unknown argument ", argv[i], "; see 'fold --help'");
        if (values[k]) misuse("", names[k], " is given twice");
        if (i + 1 == argc) misuse("", names[k], " needs a value");
        values[k] = argv[i + 1];
    }
}

/* ---- run ---- */

static void choose_sequence(result *r, const char *text, const char *lattice_text)
{
    const benchmark *b = benchmark_by_name(text);
    const char *hp = b ? b->hp : text;
    if (check_sequence(hp, &r->n) < 0)
        misuse("", text, " is neither a benchmark (see 'fold list') nor 3 to 120 letters H and P");
    memcpy(r->hp, hp, (size_t) r->n + 1);
    memcpy(r->name, b ? b->name : "-", strlen(b ? b->name : "-") + 1);
    if (!lattice_text) r->dimensions = b ? b->dimensions : LATTICE_3D;
    else if (strcmp(lattice_text, "2d") == 0) r->dimensions = LATTICE_2D;
    else if (strcmp(lattice_text, "3d") == 0) r->dimensions = LATTICE_3D;
    else misuse("--lattice must be 2d or 3d, not ", lattice_text, "");
}

static _Noreturn void run(int argc, char **argv)
{
    static const char *const names[] = { "--sequence", "--lattice", "--seed", "--sweeps", "--replicas" };
    const char *values[5] = { NULL };
    read_options(argc, argv, names, values, 5);
    if (!values[0]) misuse("run needs --sequence; see 'fold --help'", NULL, "");
    if (!values[2]) misuse("run needs --seed; see 'fold --help'", NULL, "");

    static result r;
    choose_sequence(&r, values[0], values[1]);
    r.seed = number_argument("--seed", values[2], 0, MAX_SEED);
    r.sweeps = values[3] ? number_argument("--sweeps", values[3], 1, MAX_SWEEPS) : DEFAULT_SWEEPS;
    r.replicas = values[4] ? number_argument("--replicas", values[4], 1, MAX_REPLICAS) : DEFAULT_REPLICAS;

    search_result found;
    search(r.hp, r.n, r.dimensions, r.seed, r.sweeps, (int) r.replicas, &found);
    r.energy = found.energy;
    memcpy(r.fold, found.fold, sizeof r.fold);
    r.moves = found.moves;
    r.accepted = found.accepted;
    r.found = found.found;

    point points[MAX_RESIDUES];
    const char *problem;
    int energy;
    if (!verify_result(&r, points, &problem, &energy)) failure("internal error: the fold found does not check");
    put_result(&output, &r);
    finish();
}

/* ---- reduce ---- */

enum { MAX_LINE = 200 };

static const char *next_line(void)
{
    static uint8_t input[16384];
    static size_t at, size;
    static char line[MAX_LINE + 1];
    size_t n = 0;
    for (;;) {
        if (at == size) {
            ssize_t got = read(0, input, sizeof input);
            if (got < 0) failure("cannot read standard input");
            at = 0;
            size = (size_t) got;
            if (got == 0) {
                if (n == 0) return NULL;
                break;                              /* a last line without its end is not a line of ours */
            }
        }
        char c = (char) input[at++];
        if (c == '\n') {
            line[n] = 0;
            return line;
        }
        if (n == MAX_LINE || c == 0) break;
        line[n++] = c;
    }
    static const char broken[] = "\001";            /* equal to no line of a result */
    return broken;
}

static collection all;

static void put_which(const result *r, bool with_seed)
{
    put_text(&message, "fold: result ");
    put_int(&message, all.count + 1);
    if (with_seed) {
        put_text(&message, " (seed ");
        put_unsigned(&message, r->seed);
        put_char(&message, ')');
    }
    put_char(&message, ' ');
}

static void take_result(const result *r)
{
    point points[MAX_RESIDUES];
    const char *problem;
    int energy;
    if (!verify_result(r, points, &problem, &energy)) {
        put_which(r, true);
        put_text(&message, problem);
        if (energy != r->energy) {
            put_text(&message, ": ");
            put_int(&message, r->energy);
            put_text(&message, " claimed, ");
            put_int(&message, energy);
            put_text(&message, " counted");
        }
        leave(1);
    }
    const result *best = &all.best;
    if (all.count > 0) {
        problem = NULL;
        if (strcmp(r->hp, best->hp) != 0 || strcmp(r->name, best->name) != 0) problem = "is for another sequence than the first";
        else if (r->dimensions != best->dimensions) problem = "is for another lattice than the first";
        for (int i = 0; i < all.count && !problem; i++)
            if (all.all[i].seed == r->seed) problem = "has a seed that an earlier result has";
        if (all.count == MAX_RESULTS) problem = "is one more than the 4096 that can be reduced at once";
        if (problem) {
            put_which(r, true);
            put_text(&message, problem);
            leave(1);
        }
    }
    if (all.count == 0 || r->energy < best->energy || (r->energy == best->energy && r->seed < best->seed)) {
        all.best = *r;
        memcpy(all.points, points, sizeof points);
    }
    all.all[all.count++] = (outcome) { r->seed, r->found, r->energy };
    all.moves += r->moves;
}

static _Noreturn void reduce(int argc, char **argv)
{
    static const char *const names[] = { "--picture" };
    const char *values[1] = { NULL };
    read_options(argc, argv, names, values, 1);
    int size = values[0] ? (int) number_argument("--picture", values[0], MIN_PICTURE, MAX_PICTURE) : DEFAULT_PICTURE;

    static result r;
    const char *problem;
    int got;
    while ((got = read_result(&r, next_line, &problem)) > 0) take_result(&r);
    if (got < 0) {
        put_which(&r, false);
        put_text(&message, problem);
        leave(1);
    }
    if (all.count == 0) failure("there is no result on standard input");

    static scene s;
    uint8_t caption[96] = { 0 };
    buffer caption_text = { caption, 0, sizeof caption - 1, false };
    put_caption(&caption_text, &all);
    make_scene(&s, size, all.best.hp, all.best.n, all.best.dimensions, all.points, (const char *) caption);

    tar_begin(&output, "summary.txt");
    put_summary_text(&output, &all);
    tar_end(&output);
    tar_begin(&output, "summary.json");
    put_summary_json(&output, &all);
    tar_end(&output);
    tar_begin(&output, "fold.pdb");
    put_pdb(&output, &all);
    tar_end(&output);
    tar_begin(&output, "fold.svg");
    put_svg(&output, &s);
    tar_end(&output);
    tar_begin(&output, "fold.png");
    put_png(&output, &s);
    tar_end(&output);
    tar_finish(&output);
    finish();
}

/* ---- list ---- */

static _Noreturn void list(void)
{
    put_text(&output, "name     lattice  residues   H  best known  source  sequence\n");
    for (int i = 0; i < benchmark_count; i++) {
        const benchmark *b = &benchmarks[i];
        int n = 0, h = check_sequence(b->hp, &n);
        put_left(&output, b->name, 9);
        put_left(&output, lattice_name(b->dimensions), 9);
        put_right(&output, n, 8);
        put_right(&output, h, 4);
        if (b->best_known == NO_KNOWN_ENERGY) put_text(&output, "        none");
        else put_right(&output, b->best_known, 12);
        put_text(&output, "  ");
        put_left(&output, b->source, 8);
        put_text(&output, b->hp);
        put_char(&output, '\n');
    }
    finish();
}

int main(int argc, char **argv)
{
    if (argc < 2) misuse("what to do? One of run, reduce, list; see 'fold --help'", NULL, "");
    const char *what = argv[1];
    if (strcmp(what, "--help") == 0 || strcmp(what, "-h") == 0 || strcmp(what, "help") == 0) {
        put_text(&output, usage);
        finish();
    }
    for (int i = 2; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0) {
            put_text(&output, usage);
            finish();
        }
    if (strcmp(what, "run") == 0) run(argc - 2, argv + 2);
    if (strcmp(what, "reduce") == 0) reduce(argc - 2, argv + 2);
    if (strcmp(what, "list") == 0) {
        if (argc > 2) misuse("unknown argument ", argv[2], "; see 'fold --help'");
        list();
    }
    misuse("unknown command ", what, "; see 'fold --help'");
}
