#include "result.h"

#include <string.h>

const char *lattice_name(lattice l) { return l == LATTICE_2D ? "2d" : "3d"; }

static void put_field(buffer *out, const char *key, const char *value)
{
    put_text(out, key);
    put_char(out, ' ');
    put_text(out, value);
    put_char(out, '\n');
}

static void put_number(buffer *out, const char *key, int64_t value)
{
    put_text(out, key);
    put_char(out, ' ');
    put_int(out, value);
    put_char(out, '\n');
}

void put_result(buffer *out, const result *r)
{
    put_text(out, "fold-result 1\n");
    put_field(out, "name", r->name);
    put_field(out, "sequence", r->hp);
    put_field(out, "lattice", lattice_name(r->dimensions));
    put_number(out, "seed", (int64_t) r->seed);
    put_number(out, "sweeps", (int64_t) r->sweeps);
    put_number(out, "replicas", (int64_t) r->replicas);
    put_number(out, "energy", r->energy);
    put_field(out, "fold", r->fold);
    put_number(out, "moves", (int64_t) r->moves);
    put_number(out, "accepted", (int64_t) r->accepted);
    put_number(out, "found", (int64_t) r->found);
    put_text(out, "end\n");
}

static const char *(*line_source)(void);

/* The value of the next line, which must have this key; NULL if it has not. */
static const char *field(const char *key)
{
    const char *line = line_source();
    size_t k = strlen(key);
    return line && strncmp(line, key, k) == 0 && line[k] == ' ' ? line + k + 1 : NULL;
}

static bool text_field(const char *key, char *value, size_t room)
{
    const char *v = field(key);
    if (!v || !*v || strlen(v) >= room) return false;
    memcpy(value, v, strlen(v) + 1);
    return true;
}

static bool number_field(const char *key, uint64_t *value)
{
    const char *v = field(key);
    if (!v || !*v || strlen(v) > 18 || (v[0] == '0' && v[1])) return false;
    uint64_t x = 0;
    for (; *v; v++) {
        if (*v < '0' || *v > '9') return false;
        x = x * 10 + (uint64_t) (*v - '0');
    }
    *value = x;
    return true;
}

static bool energy_field(int *energy)
{
    char text[8];
    if (!text_field("energy", text, sizeof text)) return false;
    bool negative = text[0] == '-';
    int x = 0;
    const char *p = text + negative;
    if (!*p || (*p == '0' && (p[1] || negative))) return false;
    for (; *p; p++) {
        if (*p < '0' || *p > '9') return false;
        x = x * 10 + (*p - '0');
    }
    *energy = negative ? -x : x;
    return true;
}

int read_result(result *r, const char *(*next_line)(void), const char **problem)
{
    line_source = next_line;
    const char *line = next_line();
    if (!line) return 0;
    *problem = "does not begin with 'fold-result 1'";
    if (strcmp(line, "fold-result 1") != 0) return -1;
    *problem = "has no proper name";
    if (!text_field("name", r->name, sizeof r->name)) return -1;
    *problem = "has no proper sequence";
    if (!text_field("sequence", r->hp, sizeof r->hp) || check_sequence(r->hp, &r->n) < 0) return -1;
    *problem = "has no proper lattice";
    char name[4];
    if (!text_field("lattice", name, sizeof name)) return -1;
    if (strcmp(name, "2d") == 0) r->dimensions = LATTICE_2D;
    else if (strcmp(name, "3d") == 0) r->dimensions = LATTICE_3D;
    else return -1;
    *problem = "has no proper seed";
    if (!number_field("seed", &r->seed) || r->seed > MAX_SEED) return -1;
    *problem = "has no proper number of sweeps";
    if (!number_field("sweeps", &r->sweeps) || r->sweeps < 1 || r->sweeps > MAX_SWEEPS) return -1;
    *problem = "has no proper number of replicas";
    if (!number_field("replicas", &r->replicas)) return -1;
    *problem = "has no proper energy";
    if (!energy_field(&r->energy)) return -1;
    *problem = "has no proper fold";
    if (!text_field("fold", r->fold, sizeof r->fold)) return -1;
    *problem = "has no proper numbers of moves";
    if (!number_field("moves", &r->moves) || !number_field("accepted", &r->accepted) || !number_field("found", &r->found))
        return -1;
    *problem = "is cut off or has something else before its line 'end'";
    line = next_line();
    return line && strcmp(line, "end") == 0 ? 1 : -1;
}

bool verify_result(const result *r, point *points, const char **problem, int *real_energy)
{
    *real_energy = r->energy;
    if (strcmp(r->name, "-") != 0) {
        const benchmark *b = benchmark_by_name(r->name);
        *problem = "names a benchmark that does not exist";
        if (!b) return false;
        *problem = "has another sequence than the benchmark it names";
        if (strcmp(b->hp, r->hp) != 0) return false;
    }
    switch (walk_fold(r->fold, r->n, r->dimensions, points)) {
    case FOLD_LENGTH: *problem = "has a fold of another length than its sequence"; return false;
    case FOLD_LETTER: *problem = "has a fold with a step that its lattice does not have"; return false;
    case FOLD_OVERLAP: *problem = "has a fold that runs into itself"; return false;
    case FOLD_OK: break;
    }
    *problem = "claims another energy than its fold has";
    *real_energy = contact_energy(r->hp, r->n, points);
    return *real_energy == r->energy;
}
