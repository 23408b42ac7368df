/*
 * The sandbox's own program: static, a few KiB, needs nothing of the image. Built by build.sh.
 *
 *   init enter USER FILTER FILES PLACE ROOT TOOLS DISK SHARED GROUP... -- PROGRAM ARGUMENT...
 *       outside, as the superuser: joins the control groups (files named cgroup.procs), and in a mount namespace of its own
 *       shows ROOT as PLACE/root, TOOLS as PLACE/tools and the file system in the file DISK ("-" for none) as PLACE/work,
 *       the user's; in an IPC namespace of its own sets limits of what outlives programs (SHARED pages of shared memory at
 *       most); sets limits of programs (FILES open files at most), opens FILTER as descriptor 9, becomes USER for good, and
 *       becomes PROGRAM with an empty environment. What was mounted goes with the last process.
 *   init serve
 *       inside, the first process of a container: starts programs and passes their streams, see below
 *   init unpack DIRECTORY
 *       inside: makes DIRECTORY and unpacks the ustar archive on its standard input there
 *   init pack DIRECTORY NAME...
 *       inside: writes files and directories below DIRECTORY as a ustar archive; follows no links
 *   init remove DIRECTORY... [ipc]
 *       inside: removes directories and all below them, as far as that can be; and with "ipc" all shared memory, semaphores
 *       and message queues, which else would outlive their processes
 *   init check
 *       inside: tries what must be refused and says what was not, one word a line
 *
 * "serve" talks to the keeper over its standard input and output in frames: kind (1 byte), stream or flags (1), channel
 * (2), length (4), all little-endian, then that many bytes. Channels are chosen by the keeper, one for each program.
 *   to it:    'S' start: flags 1 = with a terminal; columns (2), rows (2), number of arguments (2), of variables (2), then
 *                 directory, arguments, variables, each closed by a zero
 *             'D' bytes for the program's input, never more than was granted; 'E' the input's end
 *             'C' so many bytes (4) of stream 1 or 2 were taken; 'G' signal (flags); 'W' new size of the terminal
 *             'X' kill the program and what it started; 'K' kill everything that no program with flag 2 started
 *   from it:  'R' ready; 'D' bytes of stream 1 or 2; 'E' its end; 'C' so many bytes of input were taken;
 *             'X' the program ended: flags 0 = code (4), 1 = by signal (4), 2 = it could not be started: errno (4); 'K' killed
 * Nothing is sent beyond WINDOW bytes that were not yet taken, so that a slow reader slows the program and nobody else.
 * It ends when its input does, and with it, by the kernel, everything in the container.
 *
 * It runs as the guest's user. No guest can signal it (the first process of a namespace is immune to its own), trace or
 * read it (not dumpable), since no capability is left to anyone.
 */
#include "calls.h"

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef long i64;

#if defined(__x86_64__)
#define NUMBER(name, x86, arm) N_##name = x86,
static i64 sys(i64 n, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f) {
  i64 r;
  register i64 r10 __asm__("r10") = d;
  register i64 r8 __asm__("r8") = e;
  register i64 r9 __asm__("r9") = f;
  __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
  return r;
}
__asm__(".globl _start\n_start:\n  xor %ebp,%ebp\n  mov %rsp,%rdi\n  and $-16,%rsp\n  call begin\n");
#elif defined(__aarch64__)
#define NUMBER(name, x86, arm) N_##name = arm,
static i64 sys(i64 n, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f) {
  register i64 x8 __asm__("x8") = n;
  register i64 x0 __asm__("x0") = a;
  register i64 x1 __asm__("x1") = b;
  register i64 x2 __asm__("x2") = c;
  register i64 x3 __asm__("x3") = d;
  register i64 x4 __asm__("x4") = e;
  register i64 x5 __asm__("x5") = f;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
}
__asm__(".globl _start\n_start:\n  mov x0, sp\n  bl begin\n");
#else
#error "no system calls known for this processor"
#endif

enum { CALLS(NUMBER) };
#define PICK(a, b, c, d, e, f, g, ...) g
#define S1(n) sys(N_##n, 0, 0, 0, 0, 0, 0)
#define S2(n, a) sys(N_##n, (i64)(a), 0, 0, 0, 0, 0)
#define S3(n, a, b) sys(N_##n, (i64)(a), (i64)(b), 0, 0, 0, 0)
#define S4(n, a, b, c) sys(N_##n, (i64)(a), (i64)(b), (i64)(c), 0, 0, 0)
#define S5(n, a, b, c, d) sys(N_##n, (i64)(a), (i64)(b), (i64)(c), (i64)(d), 0, 0)
#define S6(n, a, b, c, d, e) sys(N_##n, (i64)(a), (i64)(b), (i64)(c), (i64)(d), (i64)(e), 0)
#define CALL(...) PICK(__VA_ARGS__, S6, S5, S4, S3, S2, S1)(__VA_ARGS__)

enum { CWD = -100, EINTR = 4, EIO = 5, EAGAIN = 11, ENOENT = 2, EACCES = 13, ENOTDIR = 20, E2BIG = 7 };
enum { O_RDWR = 2, O_WRONLY = 1, O_CREAT = 0100, O_EXCL = 0200, O_NOCTTY = 0400, O_NONBLOCK = 04000, O_CLOEXEC = 02000000 };
#if defined(__aarch64__)
enum { O_DIRECTORY = 040000, O_NOFOLLOW = 0100000 };
#else
enum { O_DIRECTORY = 0200000, O_NOFOLLOW = 0400000 };
#endif

static void quit(int code) {
  for (;;) CALL(exit_group, code);
}

/* the compiler may call these */
__attribute__((used)) void *memset(void *to, int byte, u64 n) {
  volatile u8 *t = to;
  while (n--) *t++ = (u8)byte;
  return to;
}

__attribute__((used)) void *memcpy(void *to, const void *from, u64 n) {
  volatile u8 *t = to;
  const u8 *f = from;
  while (n--) *t++ = *f++;
  return to;
}

static u64 length(const char *s) {
  u64 n = 0;
  while (s[n]) n++;
  return n;
}

static int same(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

static i64 number(const char *s) {
  i64 n = 0;
  while (*s >= '0' && *s <= '9' && n < 1000000000000) n = n * 10 + (*s++ - '0');
  return n;
}

static int write_all(int fd, const void *bytes, u64 n) {
  const u8 *b = bytes;
  while (n > 0) {
    i64 w = CALL(write, fd, b, n);
    if (w == -EINTR) continue;
    if (w <= 0) return 0;
    b += w;
    n -= w;
  }
  return 1;
}

static u64 read_all(int fd, void *bytes, u64 n) {
  u64 got = 0;
  while (got < n) {
    i64 r = CALL(read, fd, (u8 *)bytes + got, n - got);
    if (r == -EINTR) continue;
    if (r <= 0) break;
    got += r;
  }
  return got;
}

static void say(const char *s) {
  write_all(1, s, length(s));
  write_all(1, "\n", 1);
}

static void fail(const char *what, const char *which) {
  write_all(2, what, length(what));
  write_all(2, which, length(which));
  write_all(2, "\n", 1);
  quit(1);
}

static void pause_ms(int ms) {
  i64 t[2] = { ms / 1000, ms % 1000 * 1000000 };
  CALL(nanosleep, t, 0);
}

/* ---- enter ---- */

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
    CALL(unlinkat, CWD, join(lost, to, "/lost+found"), 0x200 /* a directory */);
    if (CALL(fchownat, CWD, to, user, user, 0) != 0) fail("init: can't give away ", to);
  }
}

static void set(const char *file, const char *value) {
  i64 f = CALL(openat, CWD, file, O_WRONLY | O_CLOEXEC);
  if (f < 0 || !write_all((int)f, value, length(value))) fail("init: can't write to ", file);
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

/* ---- serve ---- */

enum { LAST_WORDS_MS = 500, CHANNELS = 40, WINDOW = 1 << 16, MESSAGE = 1 << 20, MOST_WORDS = 4096, PROCESSES = 1 << 15 };

struct channel {
  u8 used, terminal, beside, ended, closing;
  u16 id;
  i64 pid;
  int in, out[2];        /* for a terminal in and out[0] are the same */
  u8 *input;             /* a ring */
  u32 from, held;        /* of the ring */
  u8 at_end;             /* no input will follow */
  u64 hung;              /* when it was told that its terminal goes, in ms; 0 not yet */
  u32 open_window[2];    /* what may still be sent */
};

static struct channel channels[CHANNELS];
static u8 message[8 + MESSAGE];
static u8 piece[8 + WINDOW];
static char *words[MOST_WORDS * 2 + 2];
static struct { i64 pid, parent, session; u8 keep; } table[PROCESSES];
static int signals;

static void put2(u8 *at, u32 n) { at[0] = (u8)n; at[1] = (u8)(n >> 8); }
static void put4(u8 *at, u32 n) { put2(at, n); put2(at + 2, n >> 16); }
static u32 get2(const u8 *at) { return at[0] | at[1] << 8; }
static u32 get4(const u8 *at) { return get2(at) | get2(at + 2) << 16; }

/* Sends a frame whose bytes lie behind the eight of its head in "piece". */
static void send(char kind, int flags, u16 id, u32 n) {
  piece[0] = (u8)kind;
  piece[1] = (u8)flags;
  put2(piece + 2, id);
  put4(piece + 4, n);
  if (!write_all(1, piece, 8 + n)) quit(1);
}

static void send_number(char kind, int flags, u16 id, u32 value) {
  put4(piece + 8, value);
  send(kind, flags, id, 4);
}

static struct channel *find(u16 id) {
  for (int i = 0; i < CHANNELS; i++)
    if (channels[i].used && channels[i].id == id) return channels + i;
  return 0;
}

static void shut(int *fd) {
  if (*fd >= 0) CALL(close, *fd);
  *fd = -1;
}

static void forget_if_done(struct channel *c) {
  if (c->ended && c->out[0] < 0 && c->out[1] < 0) {
    shut(&c->in);
    c->used = 0;
  }
}

static void end_stream(struct channel *c, int stream) {
  if (c->terminal) c->in = -1;
  shut(&c->out[stream - 1]);
  send('E', stream, c->id, 0);
}

/* Kept descriptors of the first process never reach a guest: all are closed on exec. */
static int make_pipe(int ends[2]) {
  return CALL(pipe2, ends, O_CLOEXEC) == 0;
}

static void become(struct channel *c, int in, int out, int err, const char *directory, char **argv, char **env, int report) {
  u64 none = 0;
  u32 why;
  CALL(setsid);
  if (c->terminal) CALL(ioctl, in, 0x540E /* make it the controlling terminal */, 0);
  if (CALL(dup3, in, 0, 0) < 0 || CALL(dup3, out, 1, 0) < 0 || CALL(dup3, err, 2, 0) < 0) quit(126);
  CALL(rt_sigprocmask, 2, &none, 0, 8);
  /* when memory lacks, programs go before the first process */
  CALL(prctl, 4 /* dumpable: else this may not say so */, 1, 0, 0, 0);
  i64 first = CALL(openat, CWD, "/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (first >= 0) CALL(write, first, "900", 3);
  i64 r = CALL(chdir, directory);
  if (r == 0) {
    int slash = 0;
    for (const char *s = argv[0]; *s; s++) slash |= *s == '/';
    if (slash) {
      r = CALL(execve, argv[0], argv, env);
    } else {
      const char *path = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";
      for (char **e = env; *e; e++)
        if ((*e)[0] == 'P' && (*e)[1] == 'A' && (*e)[2] == 'T' && (*e)[3] == 'H' && (*e)[4] == '=') path = *e + 5;
      static char whole[8192];
      r = -ENOENT;
      u64 n = length(argv[0]);
      while (*path) {
        u64 p = 0;
        while (path[p] && path[p] != ':') p++;
        if (p > 0 && n > 0 && p + n + 2 < sizeof whole) {
          memcpy(whole, path, p);
          whole[p] = '/';
          memcpy(whole + p + 1, argv[0], n + 1);
          i64 x = CALL(execve, whole, argv, env);
          if (x != -ENOENT && x != -ENOTDIR && !(x == -EACCES && r != -ENOENT)) r = x;
          if (x != -ENOENT && x != -ENOTDIR && x != -EACCES) break;
        }
        path += p;
        if (*path == ':') path++;
      }
    }
  }
  why = (u32)-r;
  write_all(report, &why, 4);
  quit(127);
}

static void cannot(u16 id, int with_err, u32 why) {
  send('E', 1, id, 0);
  if (with_err) send('E', 2, id, 0);
  send_number('X', 2, id, why);
}

static void start(u8 flags, u16 id, u8 *m, u32 n) {
  int terminal = flags & 1, i;
  struct channel *c = 0;
  for (i = 0; i < CHANNELS && !c; i++)
    if (!channels[i].used) c = channels + i;
  if (!c || find(id) || n < 8 || m[n - 1] != 0) { cannot(id, !terminal, E2BIG); return; }
  u32 args = get2(m + 4), variables = get2(m + 6), at = 8;
  const char *directory = (char *)m + 8;
  if (args < 1 || args > MOST_WORDS || variables > MOST_WORDS) { cannot(id, !terminal, E2BIG); return; }
  at += (u32)length((char *)m + at) + 1;
  char **argv = words, **env = words + args + 1;
  for (u32 k = 0; k < args + variables; k++) {
    if (at >= n) { cannot(id, !terminal, E2BIG); return; }
    (k < args ? argv + k : env + (k - args))[0] = (char *)m + at;
    at += (u32)length((char *)m + at) + 1;
  }
  argv[args] = 0;
  env[variables] = 0;

  int in[2] = { -1, -1 }, out[2] = { -1, -1 }, err[2] = { -1, -1 }, report[2] = { -1, -1 };
  int good = make_pipe(report);
  if (terminal) {
    u16 size[4] = { (u16)get2(m + 2), (u16)get2(m), 0, 0 };
    int unlocked = 0;
    in[1] = (int)CALL(openat, CWD, "/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    good &= in[1] >= 0 && CALL(ioctl, in[1], 0x40045431 /* unlock */, &unlocked) == 0
        && CALL(ioctl, in[1], 0x5414 /* set the size */, size) == 0;
    if (good) in[0] = (int)CALL(ioctl, in[1], 0x5441 /* open the other side */, O_RDWR | O_NOCTTY | O_CLOEXEC);
    good &= in[0] >= 0;
    out[0] = in[1];
    out[1] = in[0];
  } else {
    good &= make_pipe(in) && make_pipe(out) && make_pipe(err);
  }
  if (!c->input) {
    i64 where = CALL(mmap, 0, WINDOW, 3, 0x22, -1);
    /* mmap has a sixth argument, which is 0 here */
    if (where < 0 && where > -4096) good = 0; else c->input = (u8 *)where;
  }
  i64 pid = -EAGAIN;
  if (good) {
    c->terminal = (u8)terminal;
    pid = CALL(clone, 17, 0, 0, 0, 0);
    if (pid == 0) become(c, in[0], out[1], terminal ? in[0] : err[1], directory, argv, env, report[1]);
  }
  shut(&in[0]);
  if (!terminal) shut(&out[1]);
  shut(&err[1]);
  shut(&report[1]);
  u32 why = 0;
  int failed = pid > 0 && read_all(report[0], &why, 4) == 4;
  shut(&report[0]);
  if (pid <= 0 || failed) {
    shut(&in[1]);
    if (!terminal) shut(&out[0]);
    shut(&err[0]);
    if (pid > 0) CALL(wait4, pid, 0, 0, 0);
    cannot(id, !terminal, failed ? why : (u32)(pid < 0 ? -pid : EAGAIN));
    return;
  }
  CALL(fcntl, in[1], 4 /* set flags */, O_NONBLOCK);
  u8 *input = c->input;
  memset(c, 0, sizeof *c);
  c->input = input;
  c->used = 1;
  c->terminal = (u8)terminal;
  c->beside = (flags & 2) != 0;
  c->id = id;
  c->pid = pid;
  c->in = in[1];
  c->out[0] = out[0];
  c->out[1] = err[0];
  c->open_window[0] = c->open_window[1] = WINDOW;
}

/* Reads who is whose child from /proc; how many there are. */
static int processes(void) {
  static u8 entries[1 << 15];
  static char stat[512];
  int n = 0;
  i64 dir = CALL(openat, CWD, "/proc", O_DIRECTORY | O_CLOEXEC);
  i64 got;
  while (dir >= 0 && (got = CALL(getdents64, dir, entries, sizeof entries)) > 0) {
    for (i64 at = 0; at < got; at += get2(entries + at + 16)) {
      const char *name = (char *)entries + at + 19;
      if (*name < '0' || *name > '9' || n >= PROCESSES) continue;
      char path[32] = "/proc/";
      u64 l = length(name);
      if (l > 10) continue;
      memcpy(path + 6, name, l);
      memcpy(path + 6 + l, "/stat", 6);
      i64 f = CALL(openat, CWD, path, O_CLOEXEC);
      if (f < 0) continue;
      i64 r = CALL(read, f, stat, sizeof stat - 1);
      CALL(close, f);
      if (r <= 0) continue;
      stat[r] = 0;
      char *p = stat + r;
      while (p > stat && *p != ')') p--;    /* the name may hold anything */
      if (p[0] != ')' || p[1] == 0 || p[2] == 'Z' || p[2] == 'X') continue;
      p += 4;
      table[n].pid = number(name);
      table[n].parent = number(p);
      while (*p && *p != ' ') p++;
      if (*p) p++;
      while (*p && *p != ' ') p++;          /* the process group */
      table[n].session = number(*p ? p + 1 : p);
      table[n].keep = 0;
      n++;
    }
  }
  if (dir >= 0) CALL(close, dir);
  return n;
}

/* Marks a program, its session and all that descends from them. */
static void mark(int n, i64 leader) {
  int more = 1;
  for (int i = 0; i < n; i++) table[i].keep |= table[i].pid == leader || table[i].session == leader;
  while (more) {
    more = 0;
    for (int i = 0; i < n; i++) {
      if (table[i].keep || table[i].parent <= 1) continue;
      for (int k = 0; k < n; k++) {
        if (table[k].keep && table[k].pid == table[i].parent) { table[i].keep = 1; more = 1; break; }
      }
    }
  }
}

static void reap(void);

/* Kills a program and what it started. */
static void kill_program(struct channel *c) {
  CALL(kill, -c->pid, 9);
  if (!c->ended) CALL(kill, c->pid, 9);
  for (int tries = 0; tries < 20; tries++) {
    int n = processes(), found = 0;
    mark(n, c->pid);
    for (int i = 0; i < n; i++) {
      if (table[i].keep && table[i].pid != 1) { found = 1; CALL(kill, table[i].pid, 9); }
    }
    reap();
    if (!found) break;
    pause_ms(1);
  }
}

/* Kills everything but the programs beside the task and what those started. */
static void kill_rest(void) {
  for (int tries = 0; tries < 2000; tries++) {
    int beside = 0, found = 0;
    for (int i = 0; i < CHANNELS; i++) beside |= channels[i].used && channels[i].beside && !channels[i].ended;
    if (!beside) CALL(kill, -1, 9);
    reap();
    int n = processes();
    for (int i = 0; i < CHANNELS; i++)
      if (channels[i].used && channels[i].beside && !channels[i].ended) mark(n, channels[i].pid);
    for (int i = 0; i < n; i++) {
      if (!table[i].keep && table[i].pid != 1) { found = 1; CALL(kill, table[i].pid, 9); }
    }
    if (!found) break;
    pause_ms(1);
  }
  send('K', 0, 0, 0);
}

static void reap(void) {
  int status;
  i64 pid;
  while ((pid = CALL(wait4, -1, &status, 1, 0)) > 0) {
    for (int i = 0; i < CHANNELS; i++) {
      struct channel *c = channels + i;
      if (!c->used || c->ended || c->pid != pid) continue;
      c->ended = 1;
      int signal = status & 0x7F;
      send_number('X', signal != 0, c->id, (u32)(signal ? signal : status >> 8 & 0xFF));
      forget_if_done(c);
    }
  }
}

static u64 now_ms(void) {
  u64 t[2] = { 0, 0 };
  CALL(clock_gettime, 1 /* monotonic */, t);
  return t[0] * 1000 + t[1] / 1000000 + 1;
}

/* Tells a program of a terminal that nobody is there any more. It may still say something for a moment. */
static void hang_up(struct channel *c) {
  int front = 0;
  c->hung = now_ms();
  if (c->in >= 0 && CALL(ioctl, c->in, 0x540F /* the group in front */, &front) == 0 && front > 1) CALL(kill, -front, 1);
  if (!c->ended) {
    CALL(kill, -c->pid, 1);
    CALL(kill, -c->pid, 18);
  }
}

/* Takes the terminals away whose moment is over: a shell that got the signal just before it began to read waits for a key
   until then. How long to wait for the next one in ms, -1 without end. */
static i64 take_terminals(void) {
  i64 next = -1;
  for (int i = 0; i < CHANNELS; i++) {
    struct channel *c = channels + i;
    if (!c->used || !c->hung || c->in < 0) continue;
    i64 left = (i64)(c->hung + LAST_WORDS_MS - now_ms());
    if (left <= 0) {
      end_stream(c, 1);
      forget_if_done(c);
    } else if (next < 0 || left < next) {
      next = left;
    }
  }
  return next;
}

/* Gives the program what it will take. */
static void feed(struct channel *c) {
  u32 taken = 0;
  while (c->in >= 0 && c->held > 0) {
    u32 run = WINDOW - c->from;
    if (run > c->held) run = c->held;
    i64 w = CALL(write, c->in, c->input + c->from, run);
    if (w == -EINTR) continue;
    if (w == -EAGAIN) break;
    if (w <= 0) {
      /* nobody reads any more: what follows is swallowed */
      taken += c->held;
      c->held = 0;
      if (!c->terminal) shut(&c->in);
      break;
    }
    c->from = (c->from + (u32)w) % WINDOW;
    c->held -= (u32)w;
    taken += (u32)w;
  }
  if (c->in < 0) { taken += c->held; c->held = 0; }
  if (taken) send_number('C', 0, c->id, taken);
  if (c->at_end && c->held == 0 && c->in >= 0) {
    if (c->terminal) {
      if (c->at_end == 1) hang_up(c);
      c->at_end = 2;
    } else {
      shut(&c->in);
    }
  }
}

static void take(u8 *m, u32 n) {
  u16 id = (u16)get2(m + 2);
  u8 flags = m[1];
  u8 *body = m + 8;
  if (m[0] == 'S') { start(flags, id, body, n); return; }
  if (m[0] == 'K') { kill_rest(); return; }
  struct channel *c = find(id);
  if (!c) return;
  switch (m[0]) {
    case 'D':
      if (n > WINDOW - c->held) quit(3);
      for (u32 i = 0; i < n; i++) c->input[(c->from + c->held + i) % WINDOW] = body[i];
      c->held += n;
      feed(c);
      break;
    case 'E':
      if (!c->at_end) c->at_end = 1;
      feed(c);
      break;
    case 'C':
      if (n == 4 && (flags == 1 || flags == 2)) c->open_window[flags - 1] += get4(body);
      break;
    case 'G':
      if (!c->ended) {
        int front = 0;
        if (c->terminal && c->in >= 0 && CALL(ioctl, c->in, 0x540F, &front) == 0 && front > 1) CALL(kill, -front, flags);
        else CALL(kill, -c->pid, flags);
      }
      break;
    case 'W':
      if (c->terminal && c->in >= 0 && n == 4) {
        u16 size[4] = { (u16)get2(body + 2), (u16)get2(body), 0, 0 };
        CALL(ioctl, c->in, 0x5414, size);
      }
      break;
    case 'X':
      kill_program(c);
      break;
  }
}

static void pass(struct channel *c, int stream) {
  int fd = c->out[stream - 1];
  u32 most = c->open_window[stream - 1];
  i64 r = CALL(read, fd, piece + 8, most < WINDOW ? most : WINDOW);
  if (r == -EINTR || r == -EAGAIN) return;
  if (r <= 0) {
    end_stream(c, stream);
    forget_if_done(c);
    return;
  }
  c->open_window[stream - 1] -= (u32)r;
  send('D', stream, c->id, (u32)r);
}

static void serve(void) {
  struct { int fd; short events, revents; } polls[2 + 3 * CHANNELS];
  struct { u8 channel, what; } whose[2 + 3 * CHANNELS];
  u64 all = ~0ul, child = 1ul << 16;
  u32 have = 0;
  CALL(rt_sigprocmask, 0, &all, 0, 8);
  CALL(prctl, 4 /* dumpable */, 0, 0, 0, 0);
  signals = (int)CALL(signalfd4, -1, &child, 8, O_CLOEXEC | O_NONBLOCK);
  CALL(fcntl, 0, 2, 1 /* close on exec */);
  CALL(fcntl, 1, 2, 1);
  CALL(fcntl, 2, 2, 1);
  CALL(close_range, (u32)signals + 1, ~0u, 0);
  send('R', 0, 0, 0);
  for (;;) {
    i64 wait = take_terminals();
    int n = 2;
    polls[0].fd = 0; polls[0].events = 1;
    polls[1].fd = signals; polls[1].events = 1;
    for (int i = 0; i < CHANNELS; i++) {
      struct channel *c = channels + i;
      if (!c->used) continue;
      for (int what = 0; what < 3; what++) {
        int fd = what == 0 ? c->in : c->out[what - 1];
        int wanted = what == 0 ? c->held > 0 : c->open_window[what - 1] > 0;
        if (fd < 0 || !wanted) continue;
        polls[n].fd = fd;
        polls[n].events = what == 0 ? 4 : 1;
        whose[n].channel = (u8)i;
        whose[n].what = (u8)what;
        n++;
      }
    }
    for (int i = 0; i < n; i++) polls[i].revents = 0;
    u64 most[2] = { wait < 0 ? 0 : (u64)wait / 1000, wait < 0 ? 0 : (u64)wait % 1000 * 1000000 };
    i64 ready = CALL(ppoll, polls, n, wait < 0 ? 0 : most, 0, 8);
    if (ready < 0 && ready != -EINTR) quit(4);
    if (polls[1].revents) {
      u8 ignored[128];
      while (CALL(read, signals, ignored, sizeof ignored) > 0) { }
      reap();
    }
    for (int i = 2; i < n; i++) {
      struct channel *c = channels + whose[i].channel;
      if (!polls[i].revents || !c->used) continue;
      if (whose[i].what == 0) feed(c);
      else if (c->out[whose[i].what - 1] == polls[i].fd) pass(c, whose[i].what);
    }
    if (polls[0].revents) {
      i64 r = CALL(read, 0, message + have, sizeof message - have);
      if (r == -EINTR) continue;
      if (r <= 0) quit(0);
      have += (u32)r;
      u32 at = 0;
      while (have - at >= 8) {
        u32 size = get4(message + at + 4);
        if (size > MESSAGE) quit(3);
        if (have - at - 8 < size) break;
        take(message + at, size);
        at += 8 + size;
      }
      for (u32 i = at; i < have; i++) message[i - at] = message[i];
      have -= at;
    }
  }
}

/* ---- unpack and pack ---- */

static u8 block[512];

static u64 octal(const u8 *at, int n) {
  u64 v = 0;
  for (int i = 0; i < n && at[i] >= '0' && at[i] <= '7'; i++) v = v * 8 + (u64)(at[i] - '0');
  return v;
}

static void parents(char *path) {
  for (char *p = path; *p; p++) {
    if (*p != '/') continue;
    *p = 0;
    CALL(mkdirat, CWD, path, 0755);
    *p = '/';
  }
}

static void unpack(const char *directory) {
  static char path[300];
  static u8 buffer[1 << 16];
  CALL(umask, 022);
  i64 made = CALL(mkdirat, CWD, directory, 0755);
  if (made != 0 || CALL(chdir, directory) != 0) fail("can't make ", directory);
  while (read_all(0, block, 512) == 512 && block[0]) {
    u64 p = 0;
    if (block[345]) {
      for (int i = 0; i < 155 && block[345 + i]; i++) path[p++] = (char)block[345 + i];
      path[p++] = '/';
    }
    for (int i = 0; i < 100 && block[i]; i++) path[p++] = (char)block[i];
    while (p > 1 && path[p - 1] == '/') p--;
    path[p] = 0;
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
      if (!write_all((int)f, buffer, got)) fail("the disk is full at ", path);
      left -= got;
    }
    CALL(close, f);
    u64 padding = (512 - size % 512) % 512;
    if (read_all(0, buffer, padding) != padding) fail("the archive is cut off in ", path);
  }
  quit(0);
}

struct statx_ { u32 mask, blksize; u64 attributes; u32 nlink, uid, gid; u16 mode, spare; u64 ino, size, rest[28]; };

static int skipped;

static void digits(u8 *at, int n, u64 v) {
  at[n - 1] = 0;
  for (int i = n - 2; i >= 0; i--, v >>= 3) at[i] = (u8)('0' + (v & 7));
}

static int header(const char *name, char type, u64 size, int mode) {
  u64 n = length(name), split = 0;
  for (int i = 0; i < 512; i++) block[i] = 0;
  if (n > 100) {
    /* the last slash that leaves a prefix of 155 and a name of 100 */
    for (u64 i = 1; i < n && i <= 155; i++) if (name[i] == '/' && n - i - 1 <= 100) { split = i; break; }
    if (!split) return 0;
    memcpy(block + 345, name, split);
    memcpy(block, name + split + 1, n - split - 1);
  } else {
    memcpy(block, name, n);
  }
  digits(block + 100, 8, (u64)mode);
  digits(block + 108, 8, 0);
  digits(block + 116, 8, 0);
  if (size >> 33) {
    block[124] = 0x80;
    for (int i = 0; i < 8; i++) block[135 - i] = (u8)(size >> 8 * i);
  } else {
    digits(block + 124, 12, size);
  }
  digits(block + 136, 12, 0);
  block[156] = (u8)type;
  memcpy(block + 257, "ustar", 6);
  block[263] = block[264] = '0';
  u32 sum = 8 * ' ';
  for (int i = 0; i < 512; i++) sum += block[i];
  digits(block + 148, 7, sum);
  block[155] = ' ';
  if (!write_all(1, block, 512)) quit(1);
  return 1;
}

static void pack_one(i64 parent, const char *name, char *path, u64 n, int depth) {
  static u8 buffer[1 << 16];
  struct statx_ s;
  /* opening a pipe or a device could wait or do something: look first, and check again what was opened */
  if (CALL(statx, parent, name, 0x100 /* no links */, 0x7FF, &s) != 0) return;
  int directory = (s.mode & 0170000) == 0040000;
  if (!directory && (s.mode & 0170000) != 0100000) { skipped++; return; }
  i64 f = CALL(openat, parent, name, O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (directory ? O_DIRECTORY : 0));
  if (f < 0 || CALL(statx, f, "", 0x1000 /* the descriptor itself */, 0x7FF, &s) != 0
      || (s.mode & 0170000) != (directory ? 0040000 : 0100000)) { skipped++; if (f >= 0) CALL(close, f); return; }
  if (directory) {
    if (!header(path, '5', 0, 0755) || depth > 40) { skipped++; CALL(close, f); return; }
    u8 entries[2048];
    i64 got;
    while ((got = CALL(getdents64, f, entries, sizeof entries)) > 0) {
      for (i64 at = 0; at < got; at += get2(entries + at + 16)) {
        const char *e = (char *)entries + at + 19;
        u64 l = length(e);
        if (same(e, ".") || same(e, "..")) continue;
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
      if (!write_all(1, buffer, want)) quit(1);
      left -= want;
    }
    for (int i = 0; i < 512; i++) block[i] = 0;
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
  for (int i = 0; i < 512; i++) block[i] = 0;
  write_all(1, block, 512);
  write_all(1, block, 512);
  quit(skipped ? 3 : 0);
}

/* ---- remove ---- */

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
    for (i64 at = 0; at < got; at += get2(entries + at + 16)) {
      const char *e = (char *)entries + at + 19;
      if (same(e, ".") || same(e, "..")) continue;
      remove_tree(d, e);
      some = 1;
    }
    if (got <= 0 || !some) break;
    if (CALL(unlinkat, parent, name, 0x200) == 0) break;
  }
  CALL(close, d);
  CALL(unlinkat, parent, name, 0x200);
}

/* Removes what /proc lists of one kind: a line of names, then lines of a key and an id. */
static void remove_ipc(const char *list, int call) {
  static char text[1 << 14];
  i64 f = CALL(openat, CWD, list, O_CLOEXEC);
  if (f < 0) return;
  for (int rounds = 0; rounds < 1000; rounds++) {
    CALL(lseek, f, 0, 0);
    u64 n = read_all((int)f, text, sizeof text - 1);
    text[n] = 0;
    int found = 0;
    for (char *p = text; *p; p++) {
      if (*p != '\n' || !p[1]) continue;
      char *q = p + 1;
      while (*q == ' ') q++;
      while (*q && *q != ' ' && *q != '\n') q++;
      while (*q == ' ') q++;
      if (*q < '0' || *q > '9') continue;
      i64 id = number(q);
      /* to remove is command 0 of all three; for semaphores a number comes before it, of no account */
      if (sys(call, id, 0, 0, 0, 0, 0) == 0) found = 1;
    }
    if (!found) break;
  }
  CALL(close, f);
}

/* ---- check ---- */

static void check(void) {
  static const char *const locked[] = { "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/kernel/uevent_helper",
    "/proc/sys/kernel/modprobe", "/zennet-writes-the-root", "/usr/zennet-writes-usr", "/dev/zennet-writes-dev", "/dev/kvm", "/dev/mem",
    "/dev/vda", "/dev/sda", "/dev/loop0", "/dev/loop-control", "/sys/fs/cgroup/cpu/release_agent", "/sys/fs/cgroup/memory/release_agent",
    "/sys/fs/cgroup/cgroup.procs", "/var/run/docker.sock", "/run/docker.sock", "/proc/1/mem", "/proc/kcore", "/proc/1/oom_score_adj" };
  char zeros[256];
  u64 clone[11] = { 0x10000000 /* user namespace */ };
  for (int i = 0; i < 256; i++) zeros[i] = 0;
  if (CALL(getuid) == 0) say("root");
  for (unsigned i = 0; i < sizeof locked / sizeof *locked; i++) {
    if (CALL(openat, CWD, locked[i], O_WRONLY | O_CREAT, 0600) >= 0) say(locked[i]);
  }
  if (CALL(openat, CWD, "/proc/1/environ", 0, 0) >= 0) say("init-is-dumpable");
  if (CALL(openat, CWD, "/proc/1/fd/0", 0, 0) >= 0) say("descriptors-of-init");
  if (CALL(socket, 40, 1, 0) >= 0) say("vsock");
  if (CALL(socket, 16, 3, 0) >= 0) say("netlink");
  if (CALL(socket, 17, 3, 0) >= 0) say("packet");
  if (CALL(socket, 2, 3, 1) >= 0) say("raw");
  if (CALL(io_uring_setup, 1, zeros) != -1 && CALL(io_uring_setup, 1, zeros) != -38) say("io_uring");
  if (CALL(ptrace, 16 /* attach */, 1, 0, 0) != -1) say("ptrace");
  if (CALL(process_vm_readv, 1, 0, 0, 0, 0) != -1) say("process_vm_readv");
  if (CALL(mount, "none", "/tmp", "tmpfs", 0, 0) != -1) say("mount");
  if (CALL(unshare, 0x10000000) != -1) say("unshare");
  if (CALL(setns, 0, 0) != -1) say("setns");
  i64 c = CALL(clone3, clone, 64);
  if (c == 0) quit(0);
  if (c != -38 && c != -1) say("clone3");
  c = CALL(clone, 0x10000000 | 17, 0, 0, 0, 0);
  if (c == 0) quit(0);
  if (c != -1) say("clone");
  if (CALL(keyctl, 0, -3, 1, 0, 0) != -1) say("keyctl");
  if (CALL(add_key, "user", "zennet", "x", 1, -3) != -1) say("add_key");
  if (CALL(bpf, 0, zeros, 48) != -1) say("bpf");
  if (CALL(userfaultfd, 0) != -1) say("userfaultfd");
  if (CALL(perf_event_open, zeros, 0, -1, -1, 0) != -1) say("perf");
  if (CALL(kexec_load, 0, 0, 0, 0) != -1) say("kexec");
  if (CALL(init_module, zeros, 1, "") != -1) say("init_module");
  if (CALL(swapon, "/tmp/none", 0) != -1) say("swapon");
  if (CALL(sethostname, "x", 1) != -1) say("sethostname");
  if (CALL(setuid, 0) == 0) say("setuid");
  if (CALL(chroot, "/tmp") == 0) say("chroot");
  if (CALL(mknodat, CWD, "/tmp/device", 060600, 0xfe00) == 0) say("mknod");
  if (CALL(personality, 0x0040000) != -1) say("personality");
  if (CALL(open_by_handle_at, CWD, zeros, 0) != -1) say("open_by_handle_at");
  if (CALL(clock_settime, 0, zeros) == 0) say("settime");
  if (CALL(kill, 1, 9) == 0) {
    pause_ms(1);   /* allowed, and without effect: whoever reads this knows */
  }
  say("checked");
}

__attribute__((used)) void begin(u64 *stack) {
  int argc = (int)stack[0];
  char **argv = (char **)(stack + 1);
  if (argc > 1 && same(argv[1], "enter")) enter(argc, argv);
  if (argc == 2 && same(argv[1], "serve")) serve();
  if (argc == 3 && same(argv[1], "unpack")) unpack(argv[2]);
  if (argc > 3 && same(argv[1], "pack")) pack(argc, argv);
  if (argc > 2 && same(argv[1], "remove")) {
    for (int i = 2; i < argc; i++) {
      if (same(argv[i], "ipc")) {
        remove_ipc("/proc/sysvipc/shm", N_shmctl);
        remove_ipc("/proc/sysvipc/sem", N_semctl);
        remove_ipc("/proc/sysvipc/msg", N_msgctl);
      } else {
        remove_tree(CWD, argv[i]);
      }
    }
    quit(0);
  }
  if (argc == 2 && same(argv[1], "check")) { check(); quit(0); }
  quit(2);
}
