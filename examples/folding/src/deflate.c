#include "deflate.h"

#include <string.h>

uint32_t crc32_of(uint32_t crc, const void *data, size_t size)
{
    const uint8_t *p = data;
    crc = ~crc;
    for (size_t i = 0; i < size; i++) {
        crc ^= p[i];
        for (int k = 0; k < 8; k++) crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
    }
    return ~crc;
}

uint32_t adler32_of(const void *data, size_t size)
{
    const uint8_t *p = data;
    uint32_t a = 1, b = 0;
    for (size_t i = 0; i < size; i++) {
        a = (a + p[i]) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

/* ---- bits, least significant first ---- */

static struct { buffer *out; uint64_t bits; int count; } sink;

static void put_bits(uint32_t value, int count)
{
    sink.bits |= (uint64_t) value << sink.count;
    sink.count += count;
    while (sink.count >= 8) {
        put_char(sink.out, (char) sink.bits);
        sink.bits >>= 8;
        sink.count -= 8;
    }
}

/* ---- Huffman codes ---- */

enum { MAX_SYMBOLS = 286, LITERALS = 286, DISTANCES = 30, LENGTH_CODES = 19 };

typedef struct {
    uint32_t frequency[MAX_SYMBOLS];
    uint8_t length[MAX_SYMBOLS];
    uint16_t code[MAX_SYMBOLS];             /* bits reversed, ready for put_bits */
} huffman;

/* One Huffman tree; returns its depth. Ties go to the lower index, so the result is unique. */
static int tree_lengths(const uint32_t *weight, int symbols, uint8_t *length)
{
    uint32_t node[2 * MAX_SYMBOLS];
    int parent[2 * MAX_SYMBOLS], nodes = symbols, left = 0, last = 0;
    bool open[2 * MAX_SYMBOLS];
    for (int i = 0; i < symbols; i++) {
        node[i] = weight[i];
        open[i] = weight[i] > 0;
        parent[i] = -1;
        if (open[i]) { left++; last = i; }
    }
    memset(length, 0, (size_t) symbols);
    if (left <= 1) {
        length[last] = 1;
        return 1;
    }
    for (; left > 1; left--) {
        int small[2];
        for (int k = 0; k < 2; k++) {
            int best = -1;
            for (int i = 0; i < nodes; i++)
                if (open[i] && (best < 0 || node[i] < node[best])) best = i;
            open[best] = false;
            parent[best] = nodes;
            small[k] = best;
        }
        node[nodes] = node[small[0]] + node[small[1]];
        open[nodes] = true;
        parent[nodes++] = -1;
    }
    int depth = 0;
    for (int i = 0; i < symbols; i++) {
        if (weight[i] == 0) continue;
        int bits = 0;
        for (int k = i; parent[k] >= 0; k = parent[k]) bits++;
        length[i] = (uint8_t) bits;
        if (bits > depth) depth = bits;
    }
    return depth;
}

static void make_codes(huffman *h, int symbols, int limit)
{
    uint32_t weight[MAX_SYMBOLS];
    memcpy(weight, h->frequency, sizeof weight);
    while (tree_lengths(weight, symbols, h->length) > limit)         /* too deep: flatten the weights and try again */
        for (int i = 0; i < symbols; i++) weight[i] = (weight[i] + 1) / 2;

    uint32_t next[17] = { 0 }, count[17] = { 0 };
    for (int i = 0; i < symbols; i++) count[h->length[i]]++;
    count[0] = 0;
    for (int bits = 1; bits <= 16; bits++) next[bits] = (next[bits - 1] + count[bits - 1]) << 1;
    for (int i = 0; i < symbols; i++) {
        uint32_t code = h->length[i] ? next[h->length[i]]++ : 0, reversed = 0;
        for (int k = 0; k < h->length[i]; k++) reversed |= (code >> k & 1) << (h->length[i] - 1 - k);
        h->code[i] = (uint16_t) reversed;
    }
}

static void put_symbol(const huffman *h, int symbol) { put_bits(h->code[symbol], h->length[symbol]); }

/* ---- LZ77 ---- */

enum { MIN_MATCH = 3, MAX_MATCH = 258, WINDOW = 32768, HASH_SIZE = 32768, CHAIN = 64, BLOCK = 65536 };

static const uint16_t length_base[29] = { 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31,
                                          35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258 };
static const uint8_t length_extra[29] = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0 };
static const uint16_t distance_base[30] = { 1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769,
                                            1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577 };
static const uint8_t distance_extra[30] = { 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8,
                                            9, 9, 10, 10, 11, 11, 12, 12, 13, 13 };

typedef struct { uint16_t length, distance; } token;     /* distance 0: length is a literal byte */

static token tokens[BLOCK];
static int32_t hash_head[HASH_SIZE], hash_previous[WINDOW];
static huffman literals, distances, lengths;

static int base_index(const uint16_t *base, int entries, int value)
{
    int i = entries - 1;
    while (base[i] > value) i--;
    return i;
}

static uint32_t hash_of(const uint8_t *p) { return ((p[0] | p[1] << 8 | (uint32_t) p[2] << 16) * 2654435761u) >> 17; }

static void remember(const uint8_t *data, size_t at)
{
    uint32_t h = hash_of(data + at);
    hash_previous[at % WINDOW] = hash_head[h];
    hash_head[h] = (int32_t) at;
}

static token longest_match(const uint8_t *data, size_t size, size_t at)
{
    token best = { data[at], 0 };
    size_t most = size - at < MAX_MATCH ? size - at : MAX_MATCH, found = MIN_MATCH - 1;
    if (most < MIN_MATCH) return best;
    int32_t from = hash_head[hash_of(data + at)];
    for (int tries = CHAIN; tries > 0 && from >= 0 && at - (size_t) from <= WINDOW - 1; tries--) {
        const uint8_t *a = data + from, *b = data + at;
        size_t n = 0;
        while (n < most && a[n] == b[n]) n++;
        if (n > found) {
            found = n;
            best = (token) { (uint16_t) n, (uint16_t) (at - (size_t) from) };
            if (n == most) break;
        }
        from = hash_previous[from % WINDOW];
    }
    return best;
}

/* ---- blocks ---- */

static const uint8_t length_order[LENGTH_CODES] = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15 };

/* The two tables of code lengths, run-length coded into symbols 0..18 (low byte) with their extra bits (high byte). */
static int run_lengths(const uint8_t *all, int n, uint16_t *run)
{
    int runs = 0;
    for (int i = 0; i < n; ) {
        int same = 1;
        while (i + same < n && all[i + same] == all[i]) same++;
        if (all[i] == 0 && same >= 3) {
            if (same > 138) same = 138;
            run[runs++] = (uint16_t) (same < 11 ? 17 | (same - 3) << 8 : 18 | (same - 11) << 8);
        } else {
            run[runs++] = all[i];
            same = same - 1 > 6 ? 6 : same - 1;
            if (same >= 3) run[runs++] = (uint16_t) (16 | (same - 3) << 8);
            else same = 0;
            same++;
        }
        i += same;
    }
    return runs;
}

static void put_block(int n, bool final)
{
    memset(literals.frequency, 0, sizeof literals.frequency);
    memset(distances.frequency, 0, sizeof distances.frequency);
    memset(lengths.frequency, 0, sizeof lengths.frequency);
    for (int i = 0; i < n; i++) {
        if (tokens[i].distance == 0) literals.frequency[tokens[i].length]++;
        else {
            literals.frequency[257 + base_index(length_base, 29, tokens[i].length)]++;
            distances.frequency[base_index(distance_base, 30, tokens[i].distance)]++;
        }
    }
    literals.frequency[256] = 1;
    make_codes(&literals, LITERALS, 15);
    make_codes(&distances, DISTANCES, 15);

    uint8_t all[LITERALS + DISTANCES];
    uint16_t run[LITERALS + DISTANCES];
    memcpy(all, literals.length, LITERALS);
    memcpy(all + LITERALS, distances.length, DISTANCES);
    int runs = run_lengths(all, LITERALS + DISTANCES, run);
    for (int i = 0; i < runs; i++) lengths.frequency[run[i] & 255]++;
    make_codes(&lengths, LENGTH_CODES, 7);

    put_bits(final, 1);
    put_bits(2, 2);
    put_bits(LITERALS - 257, 5);
    put_bits(DISTANCES - 1, 5);
    put_bits(LENGTH_CODES - 4, 4);
    for (int i = 0; i < LENGTH_CODES; i++) put_bits(lengths.length[length_order[i]], 3);
    for (int i = 0; i < runs; i++) {
        int symbol = run[i] & 255;
        put_symbol(&lengths, symbol);
        if (symbol >= 16) put_bits(run[i] >> 8, symbol == 16 ? 2 : symbol == 17 ? 3 : 7);
    }
    for (int i = 0; i < n; i++) {
        token t = tokens[i];
        if (t.distance == 0) {
            put_symbol(&literals, t.length);
            continue;
        }
        int l = base_index(length_base, 29, t.length), d = base_index(distance_base, 30, t.distance);
        put_symbol(&literals, 257 + l);
        put_bits((uint32_t) (t.length - length_base[l]), length_extra[l]);
        put_symbol(&distances, d);
        put_bits((uint32_t) (t.distance - distance_base[d]), distance_extra[d]);
    }
    put_symbol(&literals, 256);
}

void zlib_compress(buffer *out, const uint8_t *data, size_t size)
{
    sink.out = out;
    sink.bits = 0;
    sink.count = 0;
    for (int i = 0; i < HASH_SIZE; i++) hash_head[i] = -1;
    put_bits(0x78, 8);
    put_bits(0xda, 8);
    int n = 0;
    for (size_t at = 0; at < size; ) {
        token t = longest_match(data, size, at);
        size_t step = t.distance ? t.length : 1;
        for (size_t end = at + step; at < end; at++)
            if (at + MIN_MATCH <= size) remember(data, at);
        tokens[n++] = t;
        if (n == BLOCK && at < size) {
            put_block(n, false);
            n = 0;
        }
    }
    put_block(n, true);
    if (sink.count > 0) put_bits(0, 8 - sink.count);
    uint32_t adler = adler32_of(data, size);
    for (int shift = 24; shift >= 0; shift -= 8) put_bits(adler >> shift & 255, 8);
}
