#include "files.h"

#include <string.h>

static int known_energy(const collection *c)
{
    return best_known_energy(benchmark_by_name(c->best.name), c->best.dimensions);
}

static const char *amino_sequence(const collection *c)
{
    const benchmark *b = benchmark_by_name(c->best.name);
    return b ? b->amino : NULL;
}

static const char *shown_name(const collection *c) { return strcmp(c->best.name, "-") == 0 ? "HP SEQUENCE" : c->best.name; }

static int lowest(const collection *c, int energy, int from)        /* next energy present that is >= from */
{
    int found = energy;
    for (int i = 0; i < c->count; i++)
        if (c->all[i].energy >= from && c->all[i].energy < found) found = c->all[i].energy;
    return found;
}

static int times_found(const collection *c, int energy)
{
    int n = 0;
    for (int i = 0; i < c->count; i++) n += c->all[i].energy == energy;
    return n;
}

/* ---- summary ---- */

static void put_known(buffer *out, const collection *c)
{
    int known = known_energy(c);
    if (known == NO_KNOWN_ENERGY) put_text(out, "no published value");
    else put_int(out, known);
}

static void put_verdict(buffer *out, const collection *c)
{
    int known = known_energy(c), gap = c->best.energy - known;
    if (known == NO_KNOWN_ENERGY) return;
    if (gap == 0) put_text(out, " (reached)");
    else if (gap < 0) put_text(out, " (this fold is lower: recounted contact by contact, please publish it)");
    else {
        put_text(out, " (");
        put_int(out, gap);
        put_text(out, gap == 1 ? " contact short)" : " contacts short)");
    }
}

void put_summary_text(buffer *out, const collection *c)
{
    const result *r = &c->best;
    put_text(out, "HP lattice protein folding, best of ");
    put_int(out, c->count);
    put_text(out, c->count == 1 ? " result" : " results");
    put_text(out, "\n\nsequence     ");
    put_text(out, shown_name(c));
    put_text(out, "\n             ");
    if (amino_sequence(c)) {
        put_text(out, amino_sequence(c));
        put_text(out, "\n             ");
    }
    put_text(out, r->hp);
    put_text(out, "\nresidues     ");
    put_int(out, r->n);
    put_text(out, "\nlattice      ");
    put_text(out, r->dimensions == LATTICE_2D ? "2d (square)" : "3d (cubic)");
    put_text(out, "\nenergy       ");
    put_int(out, r->energy);
    put_text(out, "\nbest known   ");
    put_known(out, c);
    put_verdict(out, c);
    put_text(out, "\nfold         ");
    put_text(out, r->fold);
    put_text(out, "\nseed         ");
    put_unsigned(out, r->seed);
    put_text(out, "\nfound at     move ");
    put_unsigned(out, r->found);
    put_text(out, " of ");
    put_unsigned(out, r->moves);
    put_text(out, "\nmoves        ");
    put_unsigned(out, c->moves);
    put_text(out, " in all results\n\nenergy  results\n");
    for (int e = lowest(c, 1, -100000); e <= 0; e = lowest(c, 1, e + 1)) {
        put_right(out, e, 6);
        put_right(out, times_found(c, e), 9);
        put_char(out, '\n');
    }
    put_text(out, "\n     seed  energy  found at move\n");
    for (int i = 0; i < c->count; i++) {
        put_right(out, (int64_t) c->all[i].seed, 9);
        put_right(out, c->all[i].energy, 8);
        put_right(out, (int64_t) c->all[i].found, 15);
        put_char(out, '\n');
    }
}

static void put_json_text(buffer *out, const char *key, const char *value)
{
    put_text(out, "  \"");
    put_text(out, key);
    put_text(out, "\": ");
    if (value) {
        put_char(out, '"');
        put_text(out, value);               /* names, sequences, folds: letters, digits and - only */
        put_char(out, '"');
    } else {
        put_text(out, "null");
    }
    put_text(out, ",\n");
}

static void put_json_number(buffer *out, const char *key, int64_t value)
{
    put_text(out, "  \"");
    put_text(out, key);
    put_text(out, "\": ");
    put_int(out, value);
    put_text(out, ",\n");
}

void put_summary_json(buffer *out, const collection *c)
{
    const result *r = &c->best;
    int known = known_energy(c);
    put_text(out, "{\n");
    put_json_number(out, "format", 1);
    put_json_text(out, "name", strcmp(r->name, "-") == 0 ? NULL : r->name);
    put_json_text(out, "sequence", r->hp);
    put_json_text(out, "aminoAcids", amino_sequence(c));
    put_json_number(out, "residues", r->n);
    put_json_text(out, "lattice", lattice_name(r->dimensions));
    put_json_number(out, "energy", r->energy);
    if (known == NO_KNOWN_ENERGY) put_json_text(out, "bestKnown", NULL);
    else put_json_number(out, "bestKnown", known);
    put_json_text(out, "fold", r->fold);
    put_json_number(out, "seed", (int64_t) r->seed);
    put_json_number(out, "found", (int64_t) r->found);
    put_json_number(out, "sweeps", (int64_t) r->sweeps);
    put_json_number(out, "replicas", (int64_t) r->replicas);
    put_json_number(out, "moves", (int64_t) c->moves);
    put_text(out, "  \"results\": [");
    for (int i = 0; i < c->count; i++) {
        put_text(out, i ? ",\n    { \"seed\": " : "\n    { \"seed\": ");
        put_unsigned(out, c->all[i].seed);
        put_text(out, ", \"energy\": ");
        put_int(out, c->all[i].energy);
        put_text(out, ", \"found\": ");
        put_unsigned(out, c->all[i].found);
        put_text(out, " }");
    }
    put_text(out, "\n  ]\n}\n");
}

void put_caption(buffer *out, const collection *c)
{
    put_text(out, shown_name(c));
    put_text(out, "  E = ");
    put_int(out, c->best.energy);
    if (known_energy(c) != NO_KNOWN_ENERGY) {
        put_text(out, "  (best known ");
        put_known(out, c);
        put_char(out, ')');
    }
}

/* ---- PDB, format 3.30 ---- */

enum { MILLI_ANGSTROM = 3800 };         /* the distance of neighbouring alpha carbons in a real chain */

/* Lines of a PDB file have 80 columns. */
static size_t line_start;
static void begin_line(buffer *out) { line_start = out->size; }
static void end_line(buffer *out)
{
    while (out->size - line_start < 80 && !out->full) put_char(out, ' ');
    put_char(out, '\n');
}

static void put_line(buffer *out, const char *text)
{
    begin_line(out);
    put_text(out, text);
    end_line(out);
}

static void put_remark(buffer *out, const char *text)
{
    begin_line(out);
    put_text(out, "REMARK   6 ");
    put_text(out, text);
    end_line(out);
}

static const char *residue_name(const collection *c, int i)
{
    const char *amino = amino_sequence(c);
    if (amino) return amino_name(amino[i]);
    return c->best.hp[i] == 'H' ? "ALA" : "SER";
}

static void put_atom_tail(buffer *out, const collection *c, int i)       /* columns 18 to 27 */
{
    put_text(out, residue_name(c, i));
    put_text(out, " A");
    put_right(out, i + 1, 4);
    put_char(out, ' ');
}

void put_pdb(buffer *out, const collection *c)
{
    const result *r = &c->best;
    int remarks = 0;
    put_line(out, "HEADER    LATTICE MODEL");
    begin_line(out);
    put_text(out, "TITLE     HP MODEL FOLD OF ");
    put_text(out, shown_name(c));
    put_text(out, r->dimensions == LATTICE_2D ? " ON THE SQUARE LATTICE" : " ON THE CUBIC LATTICE");
    end_line(out);
    put_line(out, "EXPDTA    THEORETICAL MODEL");
    begin_line(out);
    put_text(out, "REMARK   6");
    end_line(out);
    put_remark(out, "ALPHA CARBONS ONLY, ON LATTICE POINTS 3.8 ANGSTROM APART.");
    put_remark(out, amino_sequence(c) ? "RESIDUE NAMES ARE THE REAL ONES."
                                      : "THE SEQUENCE IS ABSTRACT: ALA STANDS FOR H, SER FOR P.");
    put_remark(out, "TEMPERATURE FACTOR: 50 FOR HYDROPHOBIC, 10 FOR POLAR RESIDUES.");
    begin_line(out);
    put_text(out, "REMARK   6 ENERGY ");
    put_int(out, r->energy);
    put_text(out, " CONTACTS; BEST KNOWN: ");
    if (known_energy(c) == NO_KNOWN_ENERGY) put_text(out, "NO PUBLISHED VALUE");
    else put_int(out, known_energy(c));
    put_text(out, "; SEED ");
    put_unsigned(out, r->seed);
    end_line(out);
    remarks = 5;

    int rows = 0;
    for (int i = 0; i < r->n; i += 13) {
        begin_line(out);
        put_text(out, "SEQRES ");
        put_right(out, ++rows, 3);
        put_text(out, " A ");
        put_right(out, r->n, 4);
        put_char(out, ' ');
        for (int k = i; k < i + 13 && k < r->n; k++) {
            put_char(out, ' ');
            put_text(out, residue_name(c, k));
        }
        end_line(out);
    }
    put_line(out, "CRYST1    1.000    1.000    1.000  90.00  90.00  90.00 P 1           1");
    for (int i = 0; i < r->n; i++) {
        begin_line(out);
        put_text(out, "ATOM  ");
        put_right(out, i + 1, 5);
        put_text(out, "  CA  ");
        put_atom_tail(out, c, i);
        put_text(out, "   ");
        put_decimal(out, (int64_t) c->points[i].x * MILLI_ANGSTROM, 3, 8);
        put_decimal(out, (int64_t) c->points[i].y * MILLI_ANGSTROM, 3, 8);
        put_decimal(out, (int64_t) c->points[i].z * MILLI_ANGSTROM, 3, 8);
        put_text(out, r->hp[i] == 'H' ? "  1.00 50.00" : "  1.00 10.00");
        put_text(out, "           C");
        end_line(out);
    }
    begin_line(out);
    put_text(out, "TER   ");
    put_right(out, r->n + 1, 5);
    put_text(out, "      ");
    put_atom_tail(out, c, r->n - 1);
    end_line(out);
    for (int i = 0; i < r->n; i++) {
        begin_line(out);
        put_text(out, "CONECT");
        put_right(out, i + 1, 5);
        if (i > 0) put_right(out, i, 5);
        if (i + 1 < r->n) put_right(out, i + 2, 5);
        end_line(out);
    }
    begin_line(out);
    put_text(out, "MASTER    ");
    put_right(out, remarks, 5);
    for (int i = 0; i < 7; i++) put_right(out, 0, 5);
    put_right(out, r->n, 5);
    put_right(out, 1, 5);
    put_right(out, r->n, 5);
    put_right(out, rows, 5);
    end_line(out);
    put_line(out, "END");
}

/* ---- tar ---- */

static size_t tar_start;                /* of the header of the file that is being written */

static void put_octal(uint8_t *field, int digits, uint64_t value)
{
    for (int i = digits - 1; i >= 0; i--, value >>= 3) field[i] = (uint8_t) ('0' + (value & 7));
}

static void pad_to_block(buffer *out)
{
    while (out->size % 512 != 0 && !out->full) put_char(out, 0);
}

void tar_begin(buffer *out, const char *name)
{
    uint8_t header[512] = { 0 };
    memcpy(header, name, strlen(name));
    put_octal(header + 100, 7, 0644);
    put_octal(header + 108, 7, 0);
    put_octal(header + 116, 7, 0);
    put_octal(header + 136, 11, 0);
    memset(header + 148, ' ', 8);
    header[156] = '0';
    memcpy(header + 257, "ustar\0" "00", 8);
    put_octal(header + 329, 7, 0);
    put_octal(header + 337, 7, 0);
    tar_start = out->size;
    put_bytes(out, header, sizeof header);
}

void tar_end(buffer *out)
{
    if (out->full) return;
    uint8_t *header = out->data + tar_start;
    put_octal(header + 124, 11, out->size - tar_start - 512);
    uint64_t sum = 0;
    for (int i = 0; i < 512; i++) sum += header[i];
    put_octal(header + 148, 6, sum);
    header[154] = 0;
    pad_to_block(out);
}

void tar_finish(buffer *out)
{
    for (int i = 0; i < 1024; i++) put_char(out, 0);
}
