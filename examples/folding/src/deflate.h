/* zlib streams (RFC 1950, RFC 1951) with dynamic Huffman codes, and the checksums that PNG needs. */
#ifndef DEFLATE_H
#define DEFLATE_H

#include "out.h"

uint32_t crc32_of(uint32_t crc, const void *data, size_t size);     /* start with 0 */
uint32_t adler32_of(const void *data, size_t size);

/* Appends data as a zlib stream to out. */
void zlib_compress(buffer *out, const uint8_t *data, size_t size);

#endif
