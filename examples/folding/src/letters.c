#include "letters.h"

#include <math.h>
#include <string.h>

/* Strokes on a grid 0..4 wide and 0..6 high: pairs of digits x y, a blank lifts the pen. Lower case letters are drawn as
 * capitals; a character that is not here is left blank. */
static const struct { char c; const char *strokes; } alphabet[] = {
    { 'A', "002640 1232" }, { 'B', "00063645443303 3342413000" }, { 'C', "4536160501103041" }, { 'D', "00062644422000" },
    { 'E', "46060040 0333" }, { 'F', "460600 0333" }, { 'G', "453616050110304143 4323" }, { 'H', "0006 0343 4046" },
    { 'I', "1030 2026 1636" }, { 'J', "4641301001" }, { 'K', "0006 4602 1340" }, { 'L', "060040" },
    { 'M', "0006234640" }, { 'N', "00064046" }, { 'O', "100105163645413010" }, { 'P', "00063645443303" },
    { 'Q', "100105163645413010 2240" }, { 'R', "00063645443303 2340" }, { 'S', "453616050413334241301001" },
    { 'T', "0646 2026" }, { 'U', "060110304146" }, { 'V', "062046" }, { 'W', "0610243046" }, { 'X', "0046 0640" },
    { 'Y', "062346 2320" }, { 'Z', "06460040" }, { '0', "100105163645413010" }, { '1', "142620 1030" },
    { '2', "05163645440040" }, { '3', "05163645443313 334241301001" }, { '4', "30360242" }, { '5', "460604344341301001" },
    { '6', "4536160501103041423302" }, { '7', "064620" }, { '8', "13040516364544331302011030414233" },
    { '9', "01103041453616050413 1344" }, { '-', "1333" }, { '=', "0242 0444" }, { '.', "2020" }, { ',', "2110" },
    { '(', "36252130" }, { ')', "16252110" }, { ':', "2121 2424" }, { '/', "0046" }, { '+', "0343 2125" },
};

static const char *strokes_of(char c)
{
    if (c >= 'a' && c <= 'z') c = (char) (c - 'a' + 'A');
    for (size_t i = 0; i < sizeof alphabet / sizeof alphabet[0]; i++)
        if (alphabet[i].c == c) return alphabet[i].strokes;
    return "";
}

static double to_segment(double x, double y, double ax, double ay, double bx, double by)
{
    double dx = bx - ax, dy = by - ay, square = dx * dx + dy * dy;
    double t = square > 0 ? ((x - ax) * dx + (y - ay) * dy) / square : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    double ex = x - ax - t * dx, ey = y - ay - t * dy;
    return sqrt(ex * ex + ey * ey);
}

static void blend(uint8_t *pixel, const uint8_t *colour, double cover)
{
    if (cover <= 0) return;
    if (cover > 1) cover = 1;
    for (int i = 0; i < 3; i++) pixel[i] = (uint8_t) (pixel[i] + (colour[i] - pixel[i]) * cover + 0.5);
}

static void draw_text_row(const char *text, double left, double base, double scale, int size, int y, uint8_t *row)
{
    const double pen = 0.80;
    for (; *text; text++, left += 5.6 * scale) {
        int first = (int) left - 2, last = (int) (left + 4 * scale) + 3;
        for (int x = first < 0 ? 0 : first; x < last && x < size; x++) {
            double nearest = 1e9;
            const char *p = strokes_of(*text);
            for (; p[0]; p++) {
                if (p[0] == ' ' || p[1] == ' ' || !p[1]) continue;
                const char *q = p[2] && p[2] != ' ' && p[3] && p[3] != ' ' ? p + 2 : p;
                double d = to_segment(x + 0.5, y + 0.5, left + (p[0] - '0') * scale, base + (p[1] - '0') * scale,
                                      left + (q[0] - '0') * scale, base + (q[1] - '0') * scale);
                if (d < nearest) nearest = d;
                p++;
            }
            blend(row + 3 * x, text_colour, pen + 0.5 - nearest);
        }
    }
}

static void draw_disk_row(const uint8_t *colour, double cx, double cy, double radius, int size, int y, uint8_t *row)
{
    for (int x = 0; x < size; x++) {
        double dx = x + 0.5 - cx, dy = y + 0.5 - cy;
        blend(row + 3 * x, colour, radius + 0.5 - sqrt(dx * dx + dy * dy));
    }
}

void draw_caption_row(const scene *s, int y, uint8_t *row)
{
    const double scale = s->size / 300.0 < 1.9 ? s->size / 300.0 : 1.9, base = 16, middle = base + 3 * scale;
    draw_text_row(s->caption, 20, base, scale, s->size, y, row);
    draw_disk_row(bead_colours[BEAD_H], s->size - 42 * scale, middle, 3.4 * scale, s->size, y, row);
    draw_text_row("H", s->size - 36 * scale, base, scale, s->size, y, row);
    draw_disk_row(bead_colours[BEAD_P], s->size - 20 * scale, middle, 3.4 * scale, s->size, y, row);
    draw_text_row("P", s->size - 14 * scale, base, scale, s->size, y, row);
}
