/* The files that the reduce step makes of the best fold. */
#ifndef FILES_H
#define FILES_H

#include "out.h"
#include "result.h"

enum { MAX_RESULTS = 4096 };

typedef struct { uint64_t seed, found; int energy; } outcome;

typedef struct {
    result best;
    point points[MAX_RESIDUES];
    outcome all[MAX_RESULTS];
    int count;
    uint64_t moves;                     /* of all results together */
} collection;

void put_summary_text(buffer *out, const collection *c);
void put_summary_json(buffer *out, const collection *c);
void put_pdb(buffer *out, const collection *c);

/* The line under the picture. */
void put_caption(buffer *out, const collection *c);

/* A file of a USTAR archive (POSIX.1-1988): owner 0, date 0, mode 644, so that equal contents give equal bytes. */
void tar_begin(buffer *out, const char *name);
void tar_end(buffer *out);
void tar_finish(buffer *out);

#endif
