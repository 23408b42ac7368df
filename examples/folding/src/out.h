/* Everything the program writes goes through here: text and bytes into a buffer, numbers as integers.
 * There is no printf, so the module stays small and a number looks the same everywhere. */
#ifndef OUT_H
#define OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint8_t *data;
    size_t size, capacity;
    bool full;              /* something did not fit */
} buffer;

void put_bytes(buffer *b, const void *data, size_t size);
void put_char(buffer *b, char c);
void put_text(buffer *b, const char *text);
void put_unsigned(buffer *b, uint64_t value);
void put_int(buffer *b, int64_t value);

/* Texts and numbers in fields of a fixed width, filled up with blanks: left means text first. */
void put_left(buffer *b, const char *text, int width);
void put_right(buffer *b, int64_t value, int width);

/* value / 10^digits with that many decimals, right-aligned in width (0: no padding). */
void put_decimal(buffer *b, int64_t value, int digits, int width);

/* A value rounded to two decimals. */
void put_real(buffer *b, double value);

/* Shows foreign text in a message: at most 40 characters, what is not printable ASCII as '?'. */
void put_quoted(buffer *b, const char *text);

/* Writes everything to a descriptor; false if the other side does not take it. */
bool write_all(int fd, const void *data, size_t size);

#endif
