/* The caption of a picture: a small alphabet of strokes. */
#ifndef LETTERS_H
#define LETTERS_H

#include "scene.h"

/* Draws what falls into the row of pixels that is y above the lower edge; row holds RGB. */
void draw_caption_row(const scene *s, int y, uint8_t *row);

#endif
