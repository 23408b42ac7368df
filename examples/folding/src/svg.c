#include "picture.h"

static void put_colour(buffer *out, const uint8_t *c)
{
    put_char(out, '#');
    for (int i = 0; i < 3; i++) {
        put_char(out, "0123456789abcdef"[c[i] >> 4]);
        put_char(out, "0123456789abcdef"[c[i] & 15]);
    }
}

static void put_attribute(buffer *out, const char *name, double value)
{
    put_char(out, ' ');
    put_text(out, name);
    put_text(out, "=\"");
    put_real(out, value);
    put_char(out, '"');
}

static void put_gradient(buffer *out, const char *id, const uint8_t *colour)
{
    uint8_t light[3], dark[3];
    for (int i = 0; i < 3; i++) {
        light[i] = (uint8_t) (colour[i] + (255 - colour[i]) * 2 / 3);
        dark[i] = (uint8_t) (colour[i] * 5 / 9);
    }
    put_text(out, "<radialGradient id=\"");
    put_text(out, id);
    put_text(out, "\" cx=\".36\" cy=\".32\" r=\".72\"><stop offset=\"0\" stop-color=\"");
    put_colour(out, light);
    put_text(out, "\"/><stop offset=\".42\" stop-color=\"");
    put_colour(out, colour);
    put_text(out, "\"/><stop offset=\"1\" stop-color=\"");
    put_colour(out, dark);
    put_text(out, "\"/></radialGradient>\n");
}

static void put_bead(buffer *out, const scene *s, vector at, double radius, bead_kind kind)
{
    put_text(out, "<circle");
    put_attribute(out, "cx", at.x);
    put_attribute(out, "cy", s->size - at.y);
    put_attribute(out, "r", radius);
    put_text(out, " fill=\"");
    if (kind == BEAD_CONTACT) put_colour(out, bead_colours[BEAD_CONTACT]);
    else put_text(out, kind == BEAD_H ? "url(#h)" : "url(#p)");
    put_text(out, "\" stroke=\"none\"/>\n");
}

static void put_stick(buffer *out, const scene *s, const stick *k)
{
    put_text(out, "<line");
    put_attribute(out, "x1", k->from.x);
    put_attribute(out, "y1", s->size - k->from.y);
    put_attribute(out, "x2", k->to.x);
    put_attribute(out, "y2", s->size - k->to.y);
    put_attribute(out, "stroke-width", 2 * k->radius);
    put_text(out, "/>\n");
}

static void put_label(buffer *out, const scene *s, double x, const char *text)
{
    put_text(out, "<text");
    put_attribute(out, "x", x);
    put_attribute(out, "y", s->size - 16);
    put_char(out, '>');
    put_text(out, text);                    /* captions hold letters, digits and = - ( ) only */
    put_text(out, "</text>\n");
}

void put_svg(buffer *out, const scene *s)
{
    put_text(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"");
    put_int(out, s->size);
    put_text(out, "\" height=\"");
    put_int(out, s->size);
    put_text(out, "\" viewBox=\"0 0 ");
    put_int(out, s->size);
    put_char(out, ' ');
    put_int(out, s->size);
    put_text(out, "\">\n<title>");
    put_text(out, s->caption);
    put_text(out, "</title>\n<defs>\n");
    put_gradient(out, "h", bead_colours[BEAD_H]);
    put_gradient(out, "p", bead_colours[BEAD_P]);
    put_text(out, "</defs>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n<g stroke-linecap=\"round\" stroke=\"");
    put_colour(out, stick_colour);
    put_text(out, "\">\n");

    /* The farthest first: sticks and beads by the z of their middle, a stick before a bead of the same depth. */
    static bool drawn[MAX_BEADS + MAX_STICKS];
    int total = s->bead_count + s->stick_count;
    for (int i = 0; i < total; i++) drawn[i] = false;
    for (int round = 0; round < total; round++) {
        int next = -1;
        double depth = 0;
        for (int i = 0; i < total; i++) {
            if (drawn[i]) continue;
            const stick *k = &s->sticks[i < s->stick_count ? i : 0];
            double z = i < s->stick_count ? (k->from.z + k->to.z) / 2 : s->beads[i - s->stick_count].at.z;
            if (next < 0 || z < depth) {
                next = i;
                depth = z;
            }
        }
        drawn[next] = true;
        if (next < s->stick_count) put_stick(out, s, &s->sticks[next]);
        else {
            const bead *b = &s->beads[next - s->stick_count];
            put_bead(out, s, b->at, b->radius, b->kind);
        }
    }
    put_text(out, "</g>\n<g font-family=\"Helvetica,Arial,sans-serif\" font-size=\"16\" fill=\"");
    put_colour(out, text_colour);
    put_text(out, "\">\n");
    put_label(out, s, 20, s->caption);
    put_bead(out, s, (vector) { s->size - 82, 22, 0 }, 7, BEAD_H);
    put_label(out, s, s->size - 70, "H");
    put_bead(out, s, (vector) { s->size - 42, 22, 0 }, 7, BEAD_P);
    put_label(out, s, s->size - 30, "P");
    put_text(out, "</g>\n</svg>\n");
}
