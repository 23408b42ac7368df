/* What a picture of a fold shows, laid out for both the PNG and the SVG: beads and sticks seen along the z axis by a
 * parallel projection, in pixels, y upwards, z towards the eye. */
#ifndef SCENE_H
#define SCENE_H

#include "model.h"

enum { MAX_BEADS = 1600, MAX_STICKS = MAX_RESIDUES };
enum { CAPTION_HEIGHT = 46 };

typedef enum { BEAD_H, BEAD_P, BEAD_CONTACT } bead_kind;

typedef struct { double x, y, z; } vector;
typedef struct { vector at; double radius; bead_kind kind; } bead;
typedef struct { vector from, to; double radius; } stick;

typedef struct {
    int size;                       /* the picture is size x size pixels; the caption has the lowest rows */
    double unit;                    /* pixels between two neighbours */
    double near, far;               /* the z of what is nearest and farthest */
    bead beads[MAX_BEADS];          /* first the residues, then the dots that show contacts */
    int residues, bead_count;
    stick sticks[MAX_STICKS];
    int stick_count;
    char caption[96];
} scene;

void make_scene(scene *s, int size, const char *hp, int n, lattice l, const point *points, const char *caption);

extern const uint8_t bead_colours[3][3];
extern const uint8_t stick_colour[3], text_colour[3];

#endif
