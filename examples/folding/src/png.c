/* Draws a scene: every pixel is the mean of 3 x 3 rays, beads and sticks are shaded with two lights, soft shadows, the
 * darkness between close beads, and a little haze with depth. Plain IEEE arithmetic and sqrt only, so the bytes are the
 * same on every machine. */
#include "picture.h"

#include <math.h>
#include <string.h>

#include "deflate.h"
#include "letters.h"

enum { RAYS = 3, NOTHING = -1 };

typedef struct { double r, g, b; } colour;
typedef struct { double depth; int object; } hit;       /* a bead's number, or beads + a stick's number */

static hit hits[RAYS][RAYS * MAX_PICTURE];
static uint8_t row[3 * MAX_PICTURE], row_above[3 * MAX_PICTURE], filtered[(3 * MAX_PICTURE + 1) * MAX_PICTURE];

static double dot(vector a, vector b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
static vector minus(vector a, vector b) { return (vector) { a.x - b.x, a.y - b.y, a.z - b.z }; }
static vector times(vector a, double f) { return (vector) { a.x * f, a.y * f, a.z * f }; }
static double limit(double x, double low, double high) { return x < low ? low : x > high ? high : x; }

static double smooth(double low, double high, double x)
{
    double t = limit((x - low) / (high - low), 0, 1);
    return t * t * (3 - 2 * t);
}

/* Depth where the ray through x, y meets the bead or stick from above; false if it passes by. */
static bool meet_bead(const bead *b, double x, double y, double *z)
{
    double dx = x - b->at.x, dy = y - b->at.y, rest = b->radius * b->radius - dx * dx - dy * dy;
    if (rest < 0) return false;
    *z = b->at.z + sqrt(rest);
    return true;
}

static bool meet_stick(const stick *s, double x, double y, double *z)
{
    vector axis = minus(s->to, s->from);
    double length = sqrt(dot(axis, axis));
    vector u = times(axis, 1 / length);
    double dx = x - s->from.x, dy = y - s->from.y, along = dx * u.x + dy * u.y, slope = 1 - u.z * u.z;
    if (slope < 1e-6) return false;
    double half = along * u.z, rest = half * half - slope * (dx * dx + dy * dy - along * along - s->radius * s->radius);
    if (rest < 0) return false;
    double t = (half + sqrt(rest)) / slope, place = along + t * u.z;
    if (place < 0 || place > length) return false;
    *z = s->from.z + t;
    return true;
}

static vector stick_normal(const stick *s, vector p)
{
    vector axis = minus(s->to, s->from), from = minus(p, s->from);
    return times(minus(from, times(axis, dot(from, axis) / dot(axis, axis))), 1 / s->radius);
}

/* How much of the lamp's light and of the sky's light reaches p. */
static void light_at(const scene *s, int self, vector p, vector normal, vector lamp, double *sun, double *sky)
{
    double open = 1, dark = 0;
    for (int i = 0; i < s->residues; i++) {
        if (i == self) continue;
        const bead *b = &s->beads[i];
        vector to = minus(b->at, p);
        double square = dot(to, to), r2 = b->radius * b->radius;
        if (square < 9 * s->unit * s->unit) {
            double facing = dot(normal, to);
            if (facing > 0) dark += facing / sqrt(square) * r2 / square;
        }
        double ahead = dot(to, lamp);
        if (ahead > 0) {
            double miss = sqrt(limit(square - ahead * ahead, 0, square)) - b->radius;
            double clear = smooth(-0.35, 0.75, miss * 3.2 / ahead);
            if (clear < open) open = clear;
        }
    }
    *sun = 0.28 + 0.72 * open;
    *sky = 1 / (1 + 1.1 * dark);
}

static colour from_bytes(const uint8_t *c)      /* squared: a plain stand-in for the gamma curve */
{
    double r = c[0] / 255.0, g = c[1] / 255.0, b = c[2] / 255.0;
    return (colour) { r * r, g * g, b * b };
}

static const colour white = { 1, 1, 1 };

static colour mix(colour a, colour b, double t)
{
    return (colour) { a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t, a.b + (b.b - a.b) * t };
}

static colour shade(const scene *s, int object, double x, double y, double z)
{
    static const vector lamp = { -0.4264, 0.6396, 0.6396 };              /* all three of length 1 */
    static const vector fill = { 0.8018, 0.2673, 0.5345 };
    static const vector middle = { -0.2355, 0.3532, 0.9054 };            /* halfway between the lamp and the eye */
    vector p = { x, y, z }, normal;
    colour base;
    double gloss;
    if (object < s->bead_count) {
        const bead *b = &s->beads[object];
        normal = times(minus(p, b->at), 1 / b->radius);
        base = from_bytes(bead_colours[b->kind]);
        gloss = 0.55;
        if (b->kind == BEAD_CONTACT) return mix(base, white, 0.30 * smooth(s->near, s->far, z));
    } else {
        normal = stick_normal(&s->sticks[object - s->bead_count], p);
        base = from_bytes(stick_colour);
        gloss = 0.25;
    }
    double sun, sky;
    light_at(s, object, p, normal, lamp, &sun, &sky);
    double diffuse = limit(dot(normal, lamp) * 0.85 + 0.15, 0, 1) * sun * 0.78;
    double second = limit(dot(normal, fill), 0, 1) * 0.16;
    double ambient = (0.43 + 0.13 * normal.y) * sky;
    double shine = limit(dot(normal, middle), 0, 1);
    for (int i = 0; i < 6; i++) shine *= shine;                          /* to the 64th power */
    double light = diffuse + second * sky + ambient;
    double edge = 0.62 + 0.38 * smooth(0, 0.42, normal.z);               /* a soft dark outline */
    double glint = shine * gloss * (sun * sun);
    colour c = { (base.r * light) * edge + glint, (base.g * light) * edge + glint, (base.b * light) * edge + glint };
    double haze = s->near - s->far < 1 ? 0 : 0.42 * limit((s->near - z) / (s->near - s->far), 0, 1);
    return mix((colour) { limit(c.r, 0, 1), limit(c.g, 0, 1), limit(c.b, 0, 1) }, white, haze * haze + 0.25 * haze);
}

static double ray_offset(int k) { return (k + 0.5) / RAYS; }

/* Finds for all rays of one row of pixels what they hit first. */
static void trace_row(const scene *s, double bottom)
{
    for (int j = 0; j < RAYS; j++)
        for (int i = 0; i < RAYS * s->size; i++) hits[j][i] = (hit) { -1e30, NOTHING };
    for (int object = 0; object < s->bead_count + s->stick_count; object++) {
        bool round = object < s->bead_count;
        const bead *b = &s->beads[round ? object : 0];
        const stick *k = &s->sticks[round ? 0 : object - s->bead_count];
        vector from = round ? b->at : k->from, to = round ? b->at : k->to;
        double r = round ? b->radius : k->radius;
        if ((from.y < to.y ? from.y : to.y) - r > bottom + 1 || (from.y > to.y ? from.y : to.y) + r < bottom) continue;
        int first = (int) (RAYS * limit((from.x < to.x ? from.x : to.x) - r - 1, 0, s->size));
        int last = (int) (RAYS * limit((from.x > to.x ? from.x : to.x) + r + 1, 0, s->size));
        for (int j = 0; j < RAYS; j++)
            for (int i = first; i < last; i++) {
                double x = i / RAYS + ray_offset(i % RAYS), y = bottom + ray_offset(j), z;
                if (round ? !meet_bead(b, x, y, &z) : !meet_stick(k, x, y, &z)) continue;
                if (z > hits[j][i].depth) hits[j][i] = (hit) { z, object };
            }
    }
}

static colour pixel_colour(const scene *s, int x, double bottom)
{
    int object = hits[0][RAYS * x].object;
    bool uniform = true;
    for (int k = 1; k < RAYS * RAYS; k++)
        if (hits[k / RAYS][RAYS * x + k % RAYS].object != object) uniform = false;
    if (uniform && object == NOTHING) return white;
    if (uniform) return shade(s, object, x + 0.5, bottom + 0.5, hits[RAYS / 2][RAYS * x + RAYS / 2].depth);
    colour sum = { 0, 0, 0 };
    for (int k = 0; k < RAYS * RAYS; k++) {
        hit h = hits[k / RAYS][RAYS * x + k % RAYS];
        colour c = h.object == NOTHING ? white
                 : shade(s, h.object, x + ray_offset(k % RAYS), bottom + ray_offset(k / RAYS), h.depth);
        sum = (colour) { sum.r + c.r, sum.g + c.g, sum.b + c.b };
    }
    return (colour) { sum.r / (RAYS * RAYS), sum.g / (RAYS * RAYS), sum.b / (RAYS * RAYS) };
}

static uint8_t to_byte(double x) { return (uint8_t) (sqrt(limit(x, 0, 1)) * 255 + 0.5); }

/* ---- the PNG container ---- */

static void put_big_endian(buffer *out, uint32_t v)
{
    for (int shift = 24; shift >= 0; shift -= 8) put_char(out, (char) (v >> shift));
}

static void end_chunk(buffer *out, size_t start)        /* start: where the length field is */
{
    if (out->full) return;
    uint32_t length = (uint32_t) (out->size - start - 8);
    for (int i = 0; i < 4; i++) out->data[start + (size_t) i] = (uint8_t) (length >> (24 - 8 * i));
    put_big_endian(out, crc32_of(0, out->data + start + 4, length + 4));
}

static size_t begin_chunk(buffer *out, const char *type)
{
    size_t start = out->size;
    put_big_endian(out, 0);
    put_text(out, type);
    return start;
}

static uint8_t paeth(int a, int b, int c)
{
    int p = a + b - c, da = p > a ? p - a : a - p, db = p > b ? p - b : b - p, dc = p > c ? p - c : c - p;
    return (uint8_t) (da <= db && da <= dc ? a : db <= dc ? b : c);
}

static uint8_t predict(int filter, int i)
{
    int a = i >= 3 ? row[i - 3] : 0, b = row_above[i], c = i >= 3 ? row_above[i - 3] : 0;
    switch (filter) {
    case 1: return (uint8_t) a;
    case 2: return (uint8_t) b;
    case 3: return (uint8_t) ((a + b) / 2);
    case 4: return paeth(a, b, c);
    default: return 0;
    }
}

/* Picks the filter with the least sum of absolute differences, the usual heuristic. */
static void filter_row(uint8_t *out, int bytes)
{
    uint32_t least = UINT32_MAX;
    int chosen = 0;
    for (int filter = 0; filter < 5; filter++) {
        uint32_t sum = 0;
        for (int i = 0; i < bytes; i++) {
            uint8_t d = (uint8_t) (row[i] - predict(filter, i));
            sum += d < 128 ? d : 256u - d;
        }
        if (sum < least) {
            least = sum;
            chosen = filter;
        }
    }
    out[0] = (uint8_t) chosen;
    for (int i = 0; i < bytes; i++) out[i + 1] = (uint8_t) (row[i] - predict(chosen, i));
}

void put_png(buffer *out, const scene *s)
{
    int bytes = 3 * s->size;
    memset(row_above, 0, sizeof row_above);
    for (int y = 0; y < s->size; y++) {
        double bottom = s->size - 1 - y;
        trace_row(s, bottom);
        for (int x = 0; x < s->size; x++) {
            colour c = pixel_colour(s, x, bottom);
            row[3 * x] = to_byte(c.r);
            row[3 * x + 1] = to_byte(c.g);
            row[3 * x + 2] = to_byte(c.b);
        }
        if (bottom < CAPTION_HEIGHT) draw_caption_row(s, (int) bottom, row);
        filter_row(filtered + (size_t) y * (size_t) (bytes + 1), bytes);
        memcpy(row_above, row, (size_t) bytes);
    }
    put_bytes(out, "\x89PNG\r\n\x1a\n", 8);
    size_t chunk = begin_chunk(out, "IHDR");
    put_big_endian(out, (uint32_t) s->size);
    put_big_endian(out, (uint32_t) s->size);
    put_bytes(out, "\x08\x02\x00\x00\x00", 5);          /* 8 bits, RGB */
    end_chunk(out, chunk);
    chunk = begin_chunk(out, "IDAT");
    zlib_compress(out, filtered, (size_t) (bytes + 1) * (size_t) s->size);
    end_chunk(out, chunk);
    chunk = begin_chunk(out, "IEND");
    end_chunk(out, chunk);
}
