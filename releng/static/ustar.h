/* Headers of ustar archives (POSIX.1-1988), of directories and plain files. Needs kernel.h. */

enum { USTAR_BLOCK = 512, USTAR_NAME = 100, USTAR_PREFIX = 155, USTAR_PATH = USTAR_PREFIX + 1 + USTAR_NAME + 1 };

static inline u64 octal(const u8 *at, int n) {
  u64 v = 0;
  for (int i = 0; i < n && at[i] >= '0' && at[i] <= '7'; i++) v = v * 8 + (u64)(at[i] - '0');
  return v;
}

static inline void put_octal(u8 *at, int n, u64 v) {
  at[n - 1] = 0;
  for (int i = n - 2; i >= 0; i--, v >>= 3) at[i] = (u8)('0' + (v & 7));
}

/* The whole name that a header tells, without slashes at its end: at most USTAR_PATH bytes with its zero. */
static inline void ustar_path(const u8 *block, char *path) {
  u64 n = 0;
  if (block[345]) {
    for (int i = 0; i < USTAR_PREFIX && block[345 + i]; i++) path[n++] = (char)block[345 + i];
    path[n++] = '/';
  }
  for (int i = 0; i < USTAR_NAME && block[i]; i++) path[n++] = (char)block[i];
  while (n > 1 && path[n - 1] == '/') n--;
  path[n] = 0;
}

/* The slash that leaves a prefix and a name that fit; 0 where none is needed, -1 where the format can't hold the name. */
static inline i64 ustar_split(const char *name) {
  u64 n = length(name);
  if (n <= USTAR_NAME) return 0;
  for (u64 i = 1; i < n && i <= USTAR_PREFIX; i++)
    if (name[i] == '/' && n - i - 1 <= USTAR_NAME) return (i64)i;
  return -1;
}

/* Makes a header of type '0' (a file) or '5' (a directory); 0 where the format can't hold the name. */
static inline int ustar_header(u8 *block, const char *name, char type, u64 size, u32 mode) {
  i64 split = ustar_split(name);
  if (split < 0) return 0;
  memset(block, 0, USTAR_BLOCK);
  if (split) {
    memcpy(block + 345, name, (u64)split);
    name += split + 1;
  }
  memcpy(block, name, length(name));
  put_octal(block + 100, 8, mode);
  put_octal(block + 108, 8, 0);
  put_octal(block + 116, 8, 0);
  if (size >> 33) {
    block[124] = 0x80;   /* as GNU and others do for what twelve octal digits can't say */
    for (int i = 0; i < 8; i++) block[135 - i] = (u8)(size >> 8 * i);
  } else {
    put_octal(block + 124, 12, size);
  }
  put_octal(block + 136, 12, 0);
  block[156] = (u8)type;
  memcpy(block + 257, "ustar", 6);
  block[263] = block[264] = '0';
  u32 sum = 8 * ' ';
  for (int i = 0; i < USTAR_BLOCK; i++) sum += block[i];
  put_octal(block + 148, 7, sum);
  block[155] = ' ';
  return 1;
}
