/* "init unpack", "pack" and "remove": files of a guest, by the guest's user. See init.c. */

static u8 block[USTAR_BLOCK];

static void parents(char *path) {
  for (char *p = path; *p; p++) {
    if (*p != '/') continue;
    *p = 0;
    CALL(mkdirat, CWD, path, 0755);
    *p = '/';
  }
}

static void unpack(const char *directory) {
  static char path[USTAR_PATH];
  static u8 buffer[1 << 16];
  CALL(umask, 022);
  i64 made = CALL(mkdirat, CWD, directory, 0755);
  if (made != 0 || CALL(chdir, directory) != 0) fail("can't make ", directory);
  while (read_all(0, block, 512) == 512 && block[0]) {
    ustar_path(block, path);
    u64 size = octal(block + 124, 12), mode = octal(block + 100, 8);
    parents(path);
    if (block[156] == '5') {
      CALL(mkdirat, CWD, path, 0755);
      continue;
    }
    i64 f = CALL(openat, CWD, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode & 0111 ? 0755 : 0644);
    if (f < 0) fail("can't write ", path);
    u64 left = size;
    while (left > 0) {
      u64 want = left < sizeof buffer ? left : sizeof buffer;
      u64 got = read_all(0, buffer, want);
      if (got == 0) fail("the archive is cut off in ", path);
      if (write_all((int)f, buffer, got) != 0) fail("the disk is full at ", path);
      left -= got;
    }
    CALL(close, f);
    u64 padding = (512 - size % 512) % 512;
    if (read_all(0, buffer, padding) != padding) fail("the archive is cut off in ", path);
  }
  quit(0);
}

static int skipped;

/* Whether the format could hold the name. */
static int header(const char *name, char type, u64 size, u32 mode) {
  if (!ustar_header(block, name, type, size, mode)) return 0;
  if (write_all(1, block, sizeof block) != 0) quit(1);
  return 1;
}

static void pack_one(i64 parent, const char *name, char *path, u64 n, int depth) {
  static u8 buffer[1 << 16];
  struct statx s;
  /* opening a pipe or a device could wait or do something: look first, and check again what was opened */
  if (CALL(statx, parent, name, AT_SYMLINK_NOFOLLOW, STATX_BASIC, &s) != 0) return;
  int directory = (s.mode & 0170000) == 0040000;
  if (!directory && (s.mode & 0170000) != 0100000) { skipped++; return; }
  i64 f = CALL(openat, parent, name, O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (directory ? O_DIRECTORY : 0));
  if (f < 0 || CALL(statx, f, "", AT_EMPTY_PATH, STATX_BASIC, &s) != 0
      || (s.mode & 0170000) != (directory ? 0040000 : 0100000)) { skipped++; if (f >= 0) CALL(close, f); return; }
  if (directory) {
    if (!header(path, '5', 0, 0755) || depth > 40) { skipped++; CALL(close, f); return; }
    u8 entries[2048];
    i64 got;
    while ((got = CALL(getdents64, f, entries, sizeof entries)) > 0) {
      for (i64 at = 0; at < got; at += ((struct dirent *)(entries + at))->length) {
        const char *e = (char *)entries + at + 19;
        u64 l = length(e);
        if (dots(e)) continue;
        if (n + l + 1 > 255) { skipped++; continue; }
        path[n] = '/';
        memcpy(path + n + 1, e, l + 1);
        pack_one(f, e, path, n + l + 1, depth + 1);
        path[n] = 0;
      }
    }
  } else if (!header(path, '0', s.size, s.mode & 0111 ? 0755 : 0644)) {
    skipped++;
  } else {
    u64 left = s.size;
    while (left > 0) {
      u64 want = left < sizeof buffer ? left : sizeof buffer;
      u64 got = read_all((int)f, buffer, want);
      for (u64 i = got; i < want; i++) buffer[i] = 0;   /* it became shorter meanwhile */
      if (write_all(1, buffer, want) != 0) quit(1);
      left -= want;
    }
    memset(block, 0, sizeof block);
    write_all(1, block, (512 - s.size % 512) % 512);
  }
  CALL(close, f);
}

/* Like opening the whole name, but follows no link on the way. */
static void pack_name(i64 root, const char *name) {
  static char path[300];
  u64 n = length(name);
  if (n == 0 || n > 255) { skipped++; return; }
  memcpy(path, name, n + 1);
  i64 at = root;
  char *from = path;
  for (char *p = path; *p; p++) {
    if (*p != '/') continue;
    *p = 0;
    i64 next = CALL(openat, at, from, O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC);
    *p = '/';
    if (at != root) CALL(close, at);
    if (next < 0) return;
    at = next;
    from = p + 1;
  }
  char last[300];
  memcpy(last, from, length(from) + 1);
  pack_one(at, last, path, n, 0);
  if (at != root) CALL(close, at);
}

static void pack(int argc, char **argv) {
  i64 root = CALL(openat, CWD, argv[2], O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (root >= 0) for (int i = 3; i < argc; i++) pack_name(root, argv[i]);
  memset(block, 0, sizeof block);
  write_all(1, block, 512);
  write_all(1, block, 512);
  quit(skipped ? 3 : 0);
}

static void remove_tree(i64 parent, const char *name) {
  i64 r = CALL(unlinkat, parent, name, 0);
  if (r == 0 || r == -ENOENT) return;
  i64 d = CALL(openat, parent, name, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (d == -EACCES && CALL(fchmodat, parent, name, 0700) == 0) d = CALL(openat, parent, name, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (d < 0) return;
  CALL(fchmod, d, 0700);
  u8 entries[1024];
  for (int rounds = 0; rounds < 1000000; rounds++) {
    /* from the start each time: what was removed is no longer there */
    CALL(lseek, d, 0, 0);
    i64 got = CALL(getdents64, d, entries, sizeof entries);
    int some = 0;
    for (i64 at = 0; at < got; at += ((struct dirent *)(entries + at))->length) {
      const char *e = (char *)entries + at + 19;
      if (dots(e)) continue;
      remove_tree(d, e);
      some = 1;
    }
    if (got <= 0 || !some) break;
    if (CALL(unlinkat, parent, name, AT_REMOVEDIR) == 0) break;
  }
  CALL(close, d);
  CALL(unlinkat, parent, name, AT_REMOVEDIR);
}
