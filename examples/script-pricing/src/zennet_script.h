/*
 * What a pricing script reads and writes (docs/pricing.md), for programs in C. Lines of words with single spaces between them;
 * rates are picozen per unit, in the order cpu (us), memory (byte-seconds), disk read, disk written, network in, network out (bytes),
 * wall (ms).
 */
#ifndef ZENNET_SCRIPT_H
#define ZENNET_SCRIPT_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ZS_CPU, ZS_MEMORY, ZS_DISK_READ, ZS_DISK_WRITTEN, ZS_NETWORK_IN, ZS_NETWORK_OUT, ZS_WALL, ZS_COUNTERS };
enum { ZS_SETTINGS = 64, ZS_STATE = 131072 };

typedef struct {
    int64_t now;              /* milliseconds since 1970-01-01T00:00:00Z */
    int64_t round;            /* 0 for the first offer */
    int64_t target;           /* zen a day for the whole machine at full load */
    int64_t utilisation;      /* thousandths of the machine that are sold */
    int64_t resources[3];     /* what is asked for: thousandths of cores, bytes of memory, bytes of disk */
    int64_t machine[3];       /* what the whole machine has */
    bool has_previous, has_counter;
    int64_t previous[ZS_COUNTERS]; /* the own quote of the round before */
    int64_t counter[ZS_COUNTERS];  /* what the buyer would pay */
    int settings;
    char *key[ZS_SETTINGS];
    char *value[ZS_SETTINGS];
    char *state;              /* hex; NULL at first */
} zs_request;

static inline void zs_fail(const char *why) {
    fprintf(stderr, "%s\n", why);
    exit(1);
}

static inline int zs_numbers(const char *text, int64_t *to, int count) {
    int n = 0;
    char *end;
    while (n < count) {
        to[n] = strtoll(text, &end, 10);
        if (end == text) break;
        text = end;
        n++;
    }
    return n;
}

/* The value of a setting, or another text where there is none. */
static inline const char *zs_setting(const zs_request *r, const char *key, const char *otherwise) {
    for (int i = 0; i < r->settings; i++) {
        if (strcmp(r->key[i], key) == 0) return r->value[i];
    }
    return otherwise;
}

/* Reads the question; lines that are not known are left out, so that later versions may add some. */
static inline zs_request zs_read(void) {
    static char line[ZS_STATE + 64];
    zs_request r;
    memset(&r, 0, sizeof r);
    if (!fgets(line, sizeof line, stdin) || strcmp(line, "zennet-script 1 quote\n") != 0) zs_fail("this program answers 'zennet-script 1 quote'");
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        char *rest = strchr(line, ' ');
        if (!rest) continue;
        *rest++ = 0;
        if (!strcmp(line, "now")) zs_numbers(rest, &r.now, 1);
        else if (!strcmp(line, "round")) zs_numbers(rest, &r.round, 1);
        else if (!strcmp(line, "target")) zs_numbers(rest, &r.target, 1);
        else if (!strcmp(line, "utilisation")) zs_numbers(rest, &r.utilisation, 1);
        else if (!strcmp(line, "resources")) zs_numbers(rest, r.resources, 3);
        else if (!strcmp(line, "machine")) zs_numbers(rest, r.machine, 3);
        else if (!strcmp(line, "previous")) r.has_previous = zs_numbers(rest, r.previous, ZS_COUNTERS) == ZS_COUNTERS;
        else if (!strcmp(line, "counter")) r.has_counter = zs_numbers(rest, r.counter, ZS_COUNTERS) == ZS_COUNTERS;
        else if (!strcmp(line, "state")) r.state = strdup(rest);
        else if (!strcmp(line, "setting") && r.settings < ZS_SETTINGS) {
            char *value = strchr(rest, ' ');
            if (value) *value++ = 0;
            r.key[r.settings] = strdup(rest);
            r.value[r.settings++] = strdup(value ? value : "");
        }
    }
    return r;
}

/* Writes the answer. */
static inline void zs_answer(const int64_t *rates, bool last, const char *reason) {
    printf("rates");
    for (int i = 0; i < ZS_COUNTERS; i++) printf(" %" PRId64, rates[i]);
    printf("\n%sreason %s\n", last ? "last\n" : "", reason);
}

#endif
