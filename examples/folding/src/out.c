#include "out.h"

#include <string.h>
#include <unistd.h>

void put_bytes(buffer *b, const void *data, size_t size)
{
    if (size > b->capacity - b->size) {
        b->full = true;
        return;
    }
    memcpy(b->data + b->size, data, size);
    b->size += size;
}

void put_char(buffer *b, char c) { put_bytes(b, &c, 1); }

void put_text(buffer *b, const char *text) { put_bytes(b, text, strlen(text)); }

static void put_blanks(buffer *b, int n)
{
    for (; n > 0; n--) put_char(b, ' ');
}

static size_t digits_of(uint64_t value, char *out)
{
    char reversed[20];
    size_t n = 0;
    do reversed[n++] = (char) ('0' + value % 10); while (value /= 10);
    for (size_t i = 0; i < n; i++) out[i] = reversed[n - 1 - i];
    return n;
}

void put_unsigned(buffer *b, uint64_t value)
{
    char digits[20];
    put_bytes(b, digits, digits_of(value, digits));
}

void put_int(buffer *b, int64_t value)
{
    if (value < 0) put_char(b, '-');
    put_unsigned(b, value < 0 ? -(uint64_t) value : (uint64_t) value);
}

void put_left(buffer *b, const char *text, int width)
{
    put_text(b, text);
    put_blanks(b, width - (int) strlen(text));
}

void put_right(buffer *b, int64_t value, int width) { put_decimal(b, value, 0, width); }

void put_decimal(buffer *b, int64_t value, int digits, int width)
{
    char text[48], all[24];
    size_t n = 0;
    uint64_t magnitude = value < 0 ? -(uint64_t) value : (uint64_t) value, unit = 1;
    for (int i = 0; i < digits; i++) unit *= 10;
    if (value < 0) text[n++] = '-';
    n += digits_of(magnitude / unit, text + n);
    if (digits > 0) {
        size_t k = digits_of(magnitude % unit + unit, all);     /* a leading 1 keeps the zeros */
        text[n++] = '.';
        memcpy(text + n, all + 1, k - 1);
        n += k - 1;
    }
    put_blanks(b, width - (int) n);
    put_bytes(b, text, n);
}

void put_real(buffer *b, double value)
{
    put_decimal(b, (int64_t) (value * 100 + (value < 0 ? -0.5 : 0.5)), 2, 0);
}

void put_quoted(buffer *b, const char *text)
{
    put_char(b, '\'');
    size_t i = 0;
    for (; text[i] && i < 40; i++) put_char(b, text[i] >= ' ' && text[i] <= '~' ? text[i] : '?');
    put_text(b, text[i] ? "...'" : "'");
}

bool write_all(int fd, const void *data, size_t size)
{
    const uint8_t *p = data;
    while (size > 0) {
        ssize_t n = write(fd, p, size < 65536 ? size : 65536);
        if (n <= 0) return false;
        p += n;
        size -= (size_t) n;
    }
    return true;
}
