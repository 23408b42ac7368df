/* The picture of a fold as a PNG and as an SVG file. */
#ifndef PICTURE_H
#define PICTURE_H

#include "out.h"
#include "scene.h"

enum { MIN_PICTURE = 200, MAX_PICTURE = 640 };

void put_png(buffer *out, const scene *s);
void put_svg(buffer *out, const scene *s);

#endif
