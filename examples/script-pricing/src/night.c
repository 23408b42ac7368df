/*
 * The owner's target spread over processor and memory, cheaper at night, and falling by a tenth over four rounds.
 *
 * Settings: from, to (hours, UTC) and percent: what is asked from `from` to `to` of what is asked by day.
 */
#include "zennet_script.h"

static const int64_t DAY_SECONDS = 86400;
static const int64_t PICO_PER_ZEN = 1000000000000;

static int64_t number(const zs_request *r, const char *key, const char *otherwise, int64_t least, int64_t most) {
    int64_t n;
    if (zs_numbers(zs_setting(r, key, otherwise), &n, 1) != 1 || n < least || n > most) {
        fprintf(stderr, "setting %s: a whole number of %" PRId64 " to %" PRId64 "\n", key, least, most);
        exit(2);
    }
    return n;
}

/* amount (zen) x thousandths / units, in picozen, rounded up. 128 bits: no amount overflows. */
static int64_t rate(int64_t amount, int64_t thousandths, __int128 units) {
    __int128 pico = (__int128) amount * PICO_PER_ZEN * thousandths;
    __int128 per = units * 1000;
    __int128 r = per == 0 ? 0 : (pico + per - 1) / per;
    return r > 1000000000000000000 ? 1000000000000000000 : (int64_t) r;
}

int main(void) {
    zs_request r = zs_read();
    int64_t from = number(&r, "from", "22", 0, 23);
    int64_t to = number(&r, "to", "6", 0, 23);
    int64_t percent = number(&r, "percent", "60", 1, 100);
    int64_t hour = r.now / 3600000 % 24;
    bool night = from <= to ? hour >= from && hour < to : hour >= from || hour < to;

    int64_t step = r.round < 4 ? r.round : 4;
    int64_t level = (night ? percent * 10 : 1000) * (1000 - 25 * step) / 1000; /* thousandths of the target */
    int64_t rates[ZS_COUNTERS] = {0};
    rates[ZS_CPU] = rate(r.target, level * 3 / 4, (__int128) r.machine[0] * 1000 * DAY_SECONDS);
    rates[ZS_MEMORY] = rate(r.target, level / 4, (__int128) r.machine[1] * DAY_SECONDS);
    /* Bytes cost by the processor's rate: a MiB read as 2 ms of a core, and so on. */
    rates[ZS_DISK_READ] = rates[ZS_CPU] * 2000 / 1048576;
    rates[ZS_DISK_WRITTEN] = rates[ZS_CPU] * 4000 / 1048576;
    rates[ZS_NETWORK_IN] = rates[ZS_CPU] * 30000 / 1048576;
    rates[ZS_NETWORK_OUT] = rates[ZS_CPU] * 60000 / 1048576;
    for (int i = 0; i < ZS_COUNTERS; i++) {
        if (r.has_previous && rates[i] > r.previous[i]) rates[i] = r.previous[i]; /* never more than before */
    }
    bool met = r.has_counter;
    for (int i = 0; i < ZS_COUNTERS; i++) met = met && r.counter[i] >= rates[i];
    char reason[80];
    snprintf(reason, sizeof reason, "%s, %" PRId64 "/1000 of the target", night ? "night" : "day", level);
    zs_answer(met ? r.counter : rates, step == 4 || met, reason);
    return 0;
}
