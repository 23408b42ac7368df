/* "init enter": what is set outside before a container begins. See init.c. */

static void limit(int what, u64 most) {
  u64 both[2] = { most, most };
  if (CALL(prlimit64, 0, what, both, 0) != 0) fail("init: a limit can't be set", "");
}

enum { NOSUID = 2, NODEV = 4, NOATIME = 1024, BIND = 4096, RECURSIVE = 16384, PRIVATE = 1 << 18 };

static const char *join(char *to, const char *a, const char *b) {
  u64 n = length(a), m = length(b);
  if (n + m + 1 > 4096) fail("init: a name is too long: ", a);
  memcpy(to, a, n);
  memcpy(to + n, b, m + 1);
  return to;
}

/* Attaches a file to a free loop device that frees itself when nobody uses it any more; gives the device's name. */
static const char *attach(const char *file) {
  static struct { u32 fd, block_size; u64 device, inode, rdevice, offset, size; u32 number, encryption, key_size, flags;
    u8 names[64 + 64 + 32]; u64 init[2]; u64 reserved[8]; } config;
  static char name[32] = "/dev/loop";
  static i64 device;
  i64 f = CALL(openat, CWD, file, O_RDWR | O_CLOEXEC);
  i64 control = CALL(openat, CWD, "/dev/loop-control", O_RDWR | O_CLOEXEC);
  if (f < 0 || control < 0) fail("init: can't open the disk ", file);
  config.fd = (u32)f;
  config.flags = 4 /* free itself */ | 16 /* past the host's page cache */;
  for (int tries = 0; tries < 256; tries++) {
    i64 n = CALL(ioctl, control, 0x4C82 /* a free one */, 0);
    if (n < 0 || n > 9999) break;
    char *p = name + 9;
    for (int d = 1000, on = 0; d > 0; d /= 10) {
      if (n / d || on || d == 1) { *p++ = (char)('0' + n / d % 10); on = 1; }
    }
    *p = 0;
    for (int wait = 0; wait < 50; wait++) {
      /* the name appears a moment after the device */
      device = CALL(openat, CWD, name, O_RDWR | O_CLOEXEC);
      if (device != -ENOENT) break;
      pause_ms(1);
    }
    if (device < 0) continue;
    if (CALL(ioctl, device, 0x4C0A /* configure */, &config) == 0) {
      CALL(close, f);
      return name;   /* the device stays open until it is mounted: else it would free itself */
    }
    CALL(close, device);
  }
  fail("init: no loop device for ", file);
  return 0;
}

static void show(const char *from, const char *place, const char *name) {
  static char to[4096];
  join(to, place, name);
  if (CALL(mkdirat, CWD, to, 0755) != 0 || CALL(mount, from, to, 0, BIND, 0) != 0) fail("init: can't show ", from);
}

static void mounts(i64 user, const char *place, const char *root, const char *tools, const char *disk) {
  static char to[4096];
  if (CALL(unshare, 0x00020000 /* mounts */) != 0 || CALL(mount, "none", "/", 0, RECURSIVE | PRIVATE, 0) != 0)
    fail("init: can't have mounts of its own", "");
  const char *device = same(disk, "-") ? 0 : attach(disk);
  if (CALL(mount, "zennet", place, "tmpfs", NOSUID | NODEV, "size=64k,mode=755") != 0) fail("init: can't mount at ", place);
  show(root, place, "/root");
  show(tools, place, "/tools");
  if (device) {
    join(to, place, "/work");
    if (CALL(mkdirat, CWD, to, 0755) != 0
        || CALL(mount, device, to, "ext4", NOSUID | NODEV | NOATIME, "barrier=0,noinit_itable,nodiscard,errors=remount-ro") != 0)
      fail("init: can't mount ", disk);
    static char lost[4096];
    CALL(unlinkat, CWD, join(lost, to, "/lost+found"), AT_REMOVEDIR);
    if (CALL(fchownat, CWD, to, user, user, 0) != 0) fail("init: can't give away ", to);
  }
}

static void set(const char *file, const char *value) {
  i64 f = CALL(openat, CWD, file, O_WRONLY | O_CLOEXEC);
  if (f < 0 || write_all((int)f, value, length(value)) != 0) fail("init: can't write to ", file);
  CALL(close, f);
}

/* Segments, queues and semaphores stay when who made them was killed for want of memory: they must never be what fills it. */
static void shared(const char *pages) {
  if (CALL(unshare, 0x08000000 /* IPC */) != 0) fail("init: can't have an IPC namespace of its own", "");
  set("/proc/sys/kernel/shmall", pages);
  set("/proc/sys/kernel/msgmni", "64");
  set("/proc/sys/kernel/sem", "250 4096 100 128");
}

static void enter(int argc, char **argv) {
  if (argc < 11) quit(2);
  i64 user = number(argv[2]);
  char *none[1] = { 0 };
  if (user < 1000) fail("init: not a user for guests: ", argv[2]);
  i64 filter = CALL(openat, CWD, argv[3], 0);
  if (filter < 0) fail("init: can't open ", argv[3]);
  if (filter != 9 && CALL(dup3, filter, 9, 0) != 9) fail("init: can't pass ", argv[3]);
  int i = 10;
  for (; i < argc && !same(argv[i], "--"); i++) {
    i64 group = CALL(openat, CWD, argv[i], O_WRONLY);
    if (group < 0 || CALL(write, group, "0", 1) != 1) fail("init: can't join ", argv[i]);
    CALL(close, group);
  }
  if (++i >= argc) quit(2);
  CALL(umask, 022);
  mounts(user, argv[5], argv[6], argv[7], argv[8]);
  shared(argv[9]);
  CALL(chdir, "/");
  CALL(close_range, 3, 8, 0);
  CALL(close_range, 10, ~0u, 0);
  /* 1 and not 0: where the host pipes core files into a program, that is started as root whatever the limit, but for 1 */
  limit(4 /* core */, 1);
  limit(7 /* open files */, (u64)number(argv[4]));
  limit(8 /* locked memory */, 64 << 10);
  limit(12 /* bytes in message queues */, 0);
  limit(13 /* nice */, 0);
  limit(14 /* real-time */, 0);
  if (CALL(setgroups, 0, 0) != 0 || CALL(setresgid, user, user, user) != 0 || CALL(setresuid, user, user, user) != 0)
    fail("init: can't become user ", argv[2]);
  if (CALL(prctl, 38 /* no new privileges */, 1, 0, 0, 0) != 0) fail("init: can't give up privileges", "");
  CALL(execve, argv[i], argv + i, none);
  fail("init: can't start ", argv[i]);
}
