#include "model.h"

#include <stddef.h>
#include <string.h>

const char step_letters[7] = "RLUDFB";
const point step_vectors[6] = { { 1, 0, 0 }, { -1, 0, 0 }, { 0, 1, 0 }, { 0, -1, 0 }, { 0, 0, 1 }, { 0, 0, -1 } };

int check_sequence(const char *hp, int *n)
{
    int h = 0, length = 0;
    for (; hp[length]; length++) {
        if (length == MAX_RESIDUES) return -1;
        if (hp[length] == 'H') h++;
        else if (hp[length] != 'P') return -1;
    }
    if (length < MIN_RESIDUES) return -1;
    *n = length;
    return h;
}

static int step_index(char letter)
{
    const char *p = letter ? strchr(step_letters, letter) : NULL;
    return p ? (int) (p - step_letters) : -1;
}

fold_check walk_fold(const char *fold, int n, lattice l, point *points)
{
    if (strlen(fold) != (size_t) (n - 1)) return FOLD_LENGTH;
    points[0] = (point) { 0, 0, 0 };
    for (int i = 1; i < n; i++) {
        int step = step_index(fold[i - 1]);
        if (step < 0 || step >= 2 * (int) l) return FOLD_LETTER;
        point p = points[i - 1], d = step_vectors[step];
        p = (point) { p.x + d.x, p.y + d.y, p.z + d.z };
        for (int k = 0; k < i; k++)
            if (points[k].x == p.x && points[k].y == p.y && points[k].z == p.z) return FOLD_OVERLAP;
        points[i] = p;
    }
    return FOLD_OK;
}

static int distance(int a, int b) { return a < b ? b - a : a - b; }

bool are_neighbours(point a, point b)
{
    return distance(a.x, b.x) + distance(a.y, b.y) + distance(a.z, b.z) == 1;
}

int contact_energy(const char *hp, int n, const point *points)
{
    int energy = 0;
    for (int i = 0; i < n; i++)
        for (int k = i + 2; k < n; k++)
            if (hp[i] == 'H' && hp[k] == 'H' && are_neighbours(points[i], points[k])) energy--;
    return energy;
}

void canonical_fold(char *fold)
{
    int image[3] = { -1, -1, -1 };      /* the new axis of each old one */
    int flip[3] = { 0, 0, 0 };
    int axes = 0;
    for (; *fold; fold++) {
        int step = step_index(*fold), axis = step / 2, sign = step % 2;
        if (image[axis] < 0) {
            image[axis] = axes++;
            flip[axis] = sign;
        }
        *fold = step_letters[2 * image[axis] + (sign ^ flip[axis])];
    }
}
