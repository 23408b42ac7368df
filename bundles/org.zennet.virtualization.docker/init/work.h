/* The work directory: emptied, filled and gathered, with no more rights than the guest has. See init.c. */

/* Whom tasks run as where this process is another user; 0 where it is the same. */
static u32 guest;

static i64 become_guest(void) {
  i64 r;
  if (!guest) return 0;
  if ((r = CALL(setgroups, 0, 0)) < 0) return r;
  if ((r = CALL(setresgid, guest, guest, guest)) < 0) return r;
  return CALL(setresuid, guest, guest, guest);
}

/* Does something to what guests wrote: where there are two users in a child, which has no more rights than they. A guest may trace or
   kill it, so nothing that it does is believed. */
static void as_guest(void (*work)(void)) {
  if (!guest) { work(); return; }
  i64 pid = CALL(clone, SIGCHLD, 0, 0, 0, 0);
  if (pid == 0) {
    if (become_guest() >= 0) work();
    quit(0);
  }
  int status;
  if (pid > 0) CALL(wait4, pid, &status, 0, 0);
}

/* Empties a directory whatever its depth, without recursion: what lies in a directory below is moved up before that is removed. */
static void wipe(const char *path) {
  static char list[8192], inner[8192];
  static u64 moved;
  i64 top = CALL(openat, CWD, path, O_DIRECTORY | O_CLOEXEC, 0), n, m;
  if (top < 0) return;
  CALL(fchmod, top, 01777);
  for (int again = 1, rounds = 0; again && rounds < 1000000; rounds++) {
    again = 0;
    CALL(lseek, top, 0, 0);
    while ((n = CALL(getdents64, top, list, sizeof list)) > 0) {
      for (i64 at = 0; at < n;) {
        struct dirent *d = (struct dirent *)(list + at);
        at += d->length;
        if (dots(d->name)) continue;
        if (CALL(unlinkat, top, d->name, 0) >= 0) continue;
        if (CALL(unlinkat, top, d->name, AT_REMOVEDIR) >= 0) continue;
        CALL(fchmodat, top, d->name, 0700);
        i64 dir = CALL(openat, top, d->name, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);
        if (dir < 0) continue;
        again = 1;
        while ((m = CALL(getdents64, dir, inner, sizeof inner)) > 0) {
          for (i64 in = 0; in < m;) {
            struct dirent *e = (struct dirent *)(inner + in);
            in += e->length;
            if (dots(e->name)) continue;
            if (CALL(unlinkat, dir, e->name, 0) >= 0) continue;
            if (CALL(unlinkat, dir, e->name, AT_REMOVEDIR) >= 0) continue;
            CALL(fchmodat, dir, e->name, 0700);
            char name[40] = ".zennet-";
            *decimal(name + 8, ++moved) = 0;
            CALL(renameat2, dir, e->name, top, name, 1 /* never over another */);
          }
        }
        CALL(close, dir);
        CALL(unlinkat, top, d->name, AT_REMOVEDIR);
      }
    }
  }
  CALL(close, top);
}

/* Nothing of one task is left for the next. */
static void wipe_now(void) {
  wipe("/work");
  wipe("/tmp");
  wipe("/dev/shm");
  wipe("/dev/mqueue");
  remove_sysv();
}

static void wipe_all(void) { as_guest(wipe_now); }

/* Unpacks N.tar, which the node wrote in its plainest form: directories before what lies in them. 0 or an error. */
static i64 unpack(int tar) {
  static u8 head[USTAR_BLOCK];
  static char buffer[PIECE], name[USTAR_PATH];
  for (;;) {
    u64 got = read_all(tar, head, sizeof head);
    if (got < sizeof head) return got ? -EINVAL : 0;
    if (!head[0]) return 0;
    ustar_path(head, name);
    if (head[156] == '5') {
      i64 r = CALL(mkdirat, CWD, name, 0755);
      if (r < 0 && r != -EEXIST) return r;
      continue;
    }
    u64 size = octal(head + 124, 12), left = size;
    i64 fd = CALL(openat, CWD, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, octal(head + 100, 8) & 0777);
    if (fd < 0) return fd;
    while (left) {
      i64 n = CALL(read, tar, buffer, left < PIECE ? left : PIECE);
      if (n <= 0) return -EINVAL;
      i64 r = write_all((int)fd, buffer, (u64)n);
      if (r < 0) return r;
      left -= (u64)n;
    }
    CALL(close, fd);
    CALL(lseek, tar, (512 - size % 512) % 512, 1);
  }
}

struct pack { int work, to; u64 left, entries; int over; };

/* A name that the format can't hold is left out, and its content with it: callers look first. */
static void pack_head(struct pack *k, const char *name, u64 size, u32 mode, char type) {
  u8 h[USTAR_BLOCK];
  if (ustar_header(h, name, type, size, mode)) write_all(k->to, h, sizeof h);
}

static int fits(const char *name) {
  u64 n = length(name);
  for (u64 i = 0; i < n; i++) if ((u8)name[i] < ' ' || name[i] == 127) return 0;
  return n <= 255 && ustar_split(name) >= 0;
}

/* Opens what lies below a directory, and follows no link on the way. */
static i64 open_below(int directory, const char *name) {
  struct how how = { O_NONBLOCK | O_CLOEXEC, 0, 0x08 | 0x04 /* beneath, no symbolic links */ };
  i64 fd = CALL(openat2, directory, name, &how, sizeof how);
  if (fd != -ENOSYS) return fd;
  /* older kernels, and gVisor: part by part */
  for (i64 at = directory;;) {
    char part[260] = ".";
    u64 n = 0;
    for (; name[n] && name[n] != '/'; n++) part[n] = name[n];
    if (n) part[n] = 0;
    int last = !name[n], up = n == 2 && part[0] == '.' && part[1] == '.';
    i64 next = up ? -EPERM : CALL(openat, at, part, O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC | (last ? 0 : O_DIRECTORY), 0);
    if (at != directory) CALL(close, at);
    if (next < 0 || last) return next;
    at = next;
    name += n + 1;
  }
}

/* Writes a file, or a directory with all in it, into the archive. Follows no link. */
static void pack(struct pack *k, const char *name) {
  static char buffer[PIECE];
  struct statx s;
  if (k->over || !fits(name)) return;
  i64 fd = open_below(k->work, name);
  if (fd < 0) return;
  if (CALL(statx, fd, "", AT_EMPTY_PATH, STATX_BASIC, &s) < 0) { CALL(close, fd); return; }
  if (++k->entries > MAX_ENTRIES) k->over = 1;
  if ((s.mode & 0170000) == 0040000) {
    pack_head(k, name, 0, 0755, '5');
    char list[2048], below[260];
    i64 n;
    while (!k->over && (n = CALL(getdents64, fd, list, sizeof list)) > 0) {
      for (i64 at = 0; at < n;) {
        struct dirent *d = (struct dirent *)(list + at);
        at += d->length;
        u64 a = length(name), b = length(d->name);
        if (dots(d->name)) continue;
        if (a + b + 1 > 255) continue;
        memcpy(below, name, a);
        below[a] = '/';
        memcpy(below + a + 1, d->name, b + 1);
        pack(k, below);
      }
    }
  } else if ((s.mode & 0170000) == 0100000) {
    if (s.size > k->left) {
      k->over = 1;
    } else {
      pack_head(k, name, s.size, s.mode & 0111 ? 0755 : 0644, '0');
      u64 left = s.size;
      k->left -= s.size;
      while (left) {
        i64 n = CALL(read, fd, buffer, left < PIECE ? left : PIECE);
        if (n <= 0) { /* it shrank under us: somebody beside the task; zeros keep the archive whole */
          memset(buffer, 0, PIECE);
          n = (i64)(left < PIECE ? left : PIECE);
        }
        if (write_all(k->to, buffer, (u64)n) < 0) { k->over = 1; break; }
        left -= (u64)n;
      }
      memset(buffer, 0, 512);
      write_all(k->to, buffer, (512 - s.size % 512) % 512);
    }
  }
  CALL(close, fd);
}
