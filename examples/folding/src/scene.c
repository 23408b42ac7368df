#include "scene.h"

#include <string.h>

const uint8_t bead_colours[3][3] = { { 236, 122, 38 }, { 76, 136, 198 }, { 236, 176, 92 } };
const uint8_t stick_colour[3] = { 150, 154, 162 }, text_colour[3] = { 62, 68, 80 };

enum { DOTS = 5 };

/* A view from the right and from above: 33 degrees about y, then 24 degrees about x (cosines and sines written out, so
 * that no library's rounding gets into the picture). */
static vector turn(lattice l, vector p)
{
    if (l == LATTICE_2D) return p;
    const double cy = 0.8386705679, sy = 0.5446390350, cx = 0.9135454576, sx = 0.4067366431;
    double x = cy * p.x - sy * p.z, z = sy * p.x + cy * p.z;
    return (vector) { x, cx * p.y - sx * z, sx * p.y + cx * z };
}

static vector between(vector a, vector b, double t)
{
    return (vector) { a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t, a.z + (b.z - a.z) * t };
}

static void add_bead(scene *s, vector at, double radius, bead_kind kind)
{
    if (s->bead_count < MAX_BEADS) s->beads[s->bead_count++] = (bead) { at, radius, kind };
}

void make_scene(scene *s, int size, const char *hp, int n, lattice l, const point *points, const char *caption)
{
    vector at[MAX_RESIDUES], low = { 0, 0, 0 }, high = { 0, 0, 0 };
    for (int i = 0; i < n; i++) {
        vector p = turn(l, (vector) { points[i].x, points[i].y, points[i].z });
        at[i] = p;
        if (i == 0) low = high = p;
        if (p.x < low.x) low.x = p.x;
        if (p.y < low.y) low.y = p.y;
        if (p.z < low.z) low.z = p.z;
        if (p.x > high.x) high.x = p.x;
        if (p.y > high.y) high.y = p.y;
        if (p.z > high.z) high.z = p.z;
    }
    const double bead_radius = l == LATTICE_2D ? 0.27 : 0.29, border = 0.55;
    double width = high.x - low.x + 2 * border, height = high.y - low.y + 2 * border;
    double room_y = size - CAPTION_HEIGHT, unit = size / width < room_y / height ? size / width : room_y / height;
    if (unit > size / 5.0) unit = size / 5.0;

    memset(s, 0, sizeof *s);
    s->size = size;
    s->unit = unit;
    s->near = (high.z - low.z) / 2 * unit;
    s->far = -s->near;
    vector middle = between(low, high, 0.5);
    for (int i = 0; i < n; i++) {
        at[i] = (vector) { (at[i].x - middle.x) * unit + size / 2.0,
                           (at[i].y - middle.y) * unit + CAPTION_HEIGHT + room_y / 2, (at[i].z - middle.z) * unit };
        add_bead(s, at[i], bead_radius * unit, hp[i] == 'H' ? BEAD_H : BEAD_P);
        if (i > 0) s->sticks[s->stick_count++] = (stick) { at[i - 1], at[i], 0.105 * unit };
    }
    s->residues = n;
    for (int i = 0; i < n; i++)
        for (int k = i + 3; k < n; k++)
            if (hp[i] == 'H' && hp[k] == 'H' && are_neighbours(points[i], points[k]))
                for (int d = 0; d < DOTS; d++)
                    add_bead(s, between(at[i], at[k], 0.5 + (d - DOTS / 2) * 0.095), 0.027 * unit, BEAD_CONTACT);
    size_t length = strlen(caption);
    if (length >= sizeof s->caption) length = sizeof s->caption - 1;
    memcpy(s->caption, caption, length);
}
