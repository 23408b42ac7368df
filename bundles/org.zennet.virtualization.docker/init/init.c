/*
 * The first process of every container: static, a few KiB, needs nothing of the image. Built by build.sh.
 *
 *   init serve WALL_MS IDLE_MS   the first process: runs tasks, ends the container (and with it, by the kernel, every
 *                                process in it) when its time is over (exit 124) or nobody touched it for so long (125)
 *   init serve WALL_MS IDLE_MS U the same as root, for kernels that keep no process from the others of its user: what touches
 *                                what guests wrote is done by children that have become user U, and tasks run as U
 *   init pid WORD...             writes its number, eight hexadecimal digits, and becomes the program: for kernels whose processes the host can't see
 *   init terminal WORD...        waits a moment until the terminal has a size, and becomes the program
 *   init shell                   becomes the login shell of the image, for people
 *   init nothing                 ends at once: what starting a program costs
 *   init check                   tries what must be refused and says what was not, one word a line
 *
 * Without U it runs as the guest's user, who can't signal it (the first process of a namespace is immune to those of its own), nor
 * trace or read it: it is not dumpable, from its first instruction on since its file can be executed but not read.
 *
 * The spool is a directory of the host. The way to it has a name that no guest can read or list: only this process knows
 * it, from the node. So what this process writes there, within the limits of each task, is all that a guest can put on
 * the host's disk, and a task needs no node while it runs. For task N:
 *   N.task  what to run, from the node; N.in its stdin; N.tar its files
 *   N.out, N.err, N.files  what it wrote, at most so much; N.exit the record of its end, which comes last
 *
 * Messages are a letter and a 32-bit number, little-endian, in both directions. From the node: d (32 letters follow: the
 * spool) t touch, r run task N, x end task N as cancelled, s signal (number << 24 | process) to an own group, z kill a
 * process and all that it started, k kill all, ? what runs. To the node: R ready, B task N runs, I none runs, E task N ended.
 */
typedef unsigned long u64;
typedef unsigned int u32;
typedef unsigned short u16;
typedef unsigned char u8;
typedef long i64;

#if defined(__x86_64__)
static i64 sys(i64 n, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f) {
  i64 r;
  register i64 r10 __asm__("r10") = d;
  register i64 r8 __asm__("r8") = e;
  register i64 r9 __asm__("r9") = f;
  __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
  return r;
}
enum { READ = 0, WRITE = 1, CLOSE = 3, LSEEK = 8, MMAP = 9, MUNMAP = 11, SHMCTL = 31, SEMCTL = 66, MSGCTL = 71, SIGACTION = 13, SIGPROCMASK = 14, CLONE = 56, EXECVE = 59, WAIT4 = 61,
  KILL = 62, IOCTL = 16, SETGROUPS = 116, SETRESUID = 117, SETRESGID = 119, FCNTL = 72, CHDIR = 80, UMASK = 95, SETSID = 112, PRCTL = 157, GETDENTS = 217, CLOCK = 228, EXIT = 231,
  OPENAT = 257, MKDIRAT = 258, UNLINKAT = 263, FCHMODAT = 268, FCHMOD = 91, PPOLL = 271, SIGNALFD = 289, DUP3 = 292, PIPE2 = 293,
  RENAMEAT2 = 316, STATX = 332, OPENAT2 = 437,
  SOCKET = 41, GETPID = 39, GETUID = 102, SETUID = 105, CHROOT = 161, MKNODAT = 259, CLONE3 = 435, SETTIME = 227 };
static const struct { const char *name; int number; } refused[] = { { "ptrace", 101 }, { "mount", 165 }, { "unshare", 272 },
  { "setns", 308 }, { "keyctl", 250 }, { "add_key", 248 }, { "request_key", 249 }, { "io_uring", 425 }, { "bpf", 321 },
  { "userfaultfd", 323 }, { "perf", 298 }, { "open_by_handle_at", 304 }, { "name_to_handle_at", 303 }, { "kexec", 246 },
  { "module", 175 }, { "swapon", 167 }, { "reboot", 169 }, { "acct", 163 }, { "process_vm_writev", 311 }, { "kcmp", 312 },
  { "pidfd_getfd", 438 }, { "fanotify", 300 }, { "pivot_root", 155 }, { "umount", 166 }, { "sethostname", 170 },
  { "quotactl", 179 }, { "iopl", 172 }, { "move_mount", 429 }, { "fsopen", 430 }, { "syslog", 103 } };
__asm__(".globl _start\n_start:\n  xor %ebp,%ebp\n  mov %rsp,%rdi\n  and $-16,%rsp\n  call begin\n");
#elif defined(__aarch64__)
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
enum { READ = 63, WRITE = 64, CLOSE = 57, LSEEK = 62, MMAP = 222, MUNMAP = 215, SHMCTL = 195, SEMCTL = 191, MSGCTL = 187, SIGACTION = 134, SIGPROCMASK = 135, CLONE = 220, EXECVE = 221, WAIT4 = 260,
  KILL = 129, IOCTL = 29, SETGROUPS = 159, SETRESUID = 147, SETRESGID = 149, FCNTL = 25, CHDIR = 49, UMASK = 166, SETSID = 157, PRCTL = 167, GETDENTS = 61, CLOCK = 113, EXIT = 94,
  OPENAT = 56, MKDIRAT = 34, UNLINKAT = 35, FCHMODAT = 53, FCHMOD = 52, PPOLL = 73, SIGNALFD = 74, DUP3 = 24, PIPE2 = 59,
  RENAMEAT2 = 276, STATX = 291, OPENAT2 = 437,
  SOCKET = 198, GETPID = 172, GETUID = 174, SETUID = 146, CHROOT = 51, MKNODAT = 33, CLONE3 = 435, SETTIME = 112 };
static const struct { const char *name; int number; } refused[] = { { "ptrace", 117 }, { "mount", 40 }, { "unshare", 97 },
  { "setns", 268 }, { "keyctl", 219 }, { "add_key", 217 }, { "request_key", 218 }, { "io_uring", 425 }, { "bpf", 280 },
  { "userfaultfd", 282 }, { "perf", 241 }, { "open_by_handle_at", 265 }, { "name_to_handle_at", 264 }, { "kexec", 104 },
  { "module", 105 }, { "swapon", 224 }, { "reboot", 142 }, { "acct", 89 }, { "process_vm_writev", 271 }, { "kcmp", 272 },
  { "pidfd_getfd", 438 }, { "fanotify", 262 }, { "pivot_root", 41 }, { "umount", 39 }, { "sethostname", 161 },
  { "quotactl", 60 }, { "move_mount", 429 }, { "fsopen", 430 }, { "syslog", 116 } };
__asm__(".globl _start\n_start:\n  mov x0, sp\n  bl begin\n");
#else
#error "no system calls known for this processor"
#endif

#define CALL0(n) sys(n, 0, 0, 0, 0, 0, 0)
#define CALL1(n, a) sys(n, (i64)(a), 0, 0, 0, 0, 0)
#define CALL2(n, a, b) sys(n, (i64)(a), (i64)(b), 0, 0, 0, 0)
#define CALL3(n, a, b, c) sys(n, (i64)(a), (i64)(b), (i64)(c), 0, 0, 0)
#define CALL4(n, a, b, c, d) sys(n, (i64)(a), (i64)(b), (i64)(c), (i64)(d), 0, 0)
#define CALL5(n, a, b, c, d, e) sys(n, (i64)(a), (i64)(b), (i64)(c), (i64)(d), (i64)(e), 0)
#define CALL6(n, a, b, c, d, e, f) sys(n, (i64)(a), (i64)(b), (i64)(c), (i64)(d), (i64)(e), (i64)(f))

enum { NONE = -1, HERE = -100, RDONLY = 0, WRONLY = 1, CREAT = 0100, EXCL = 0200, TRUNC = 01000, NONBLOCK = 04000, CLOEXEC = 02000000,
#if defined(__x86_64__)
  DIRECTORY = 0200000, NOFOLLOW = 0400000,
#else
  DIRECTORY = 040000, NOFOLLOW = 0100000,
#endif
  EPERM = 1, ENOENT = 2, EAGAIN = 11, EACCES = 13, EEXIST = 17, ENOTDIR = 20, EINVAL = 22, ENOSYS = 38,
  SIGKILL = 9, SIGCHLD = 17, POLLIN = 1, POLLOUT = 4, PIECE = 65536, MAX_STDERR = 65536, MAX_ENTRIES = 20000 };
enum { EXITED = 0, TIMEOUT = 1, OUTPUT_LIMIT = 2, CANCELLED = 3, NOT_STARTED = 4, SPOOL_FAILED = 5 };

struct timespec { i64 s, ns; };
struct pollfd { int fd; short events, revents; };
struct action { void *handler; u64 flags; void *restorer; u64 mask; };
struct dirent { u64 inode; i64 off; u16 length; u8 type; char name[]; };
struct how { u64 flags, mode, resolve; };
struct statx { u32 mask, blksize; u64 attributes; u32 nlink, uid, gid; u16 mode, pad; u64 ino, size; u64 rest[26]; };

void *memcpy(void *to, const void *from, u64 n) { u8 *t = to; const u8 *f = from; while (n--) *t++ = *f++; return to; }
void *memset(void *to, int value, u64 n) { u8 *t = to; while (n--) *t++ = (u8)value; return to; }
static u64 length(const char *s) { u64 n = 0; while (s[n]) n++; return n; }
static void quit(int code) { for (;;) CALL1(EXIT, code); }
static void *pages(u64 n) { i64 p = CALL6(MMAP, 0, n, 3, 0x22, -1, 0); return p < 0 && p > -4096 ? 0 : (void *)p; }

static i64 now(void) {
  struct timespec t;
  CALL2(CLOCK, 7 /* boot time: goes on while the machine sleeps */, &t);
  return t.s * 1000 + t.ns / 1000000;
}

static void pause_ms(i64 ms) {
  struct timespec t = { ms / 1000, ms % 1000 * 1000000 };
  CALL5(PPOLL, 0, 0, &t, 0, 8);
}

static i64 number(const char *s) {
  i64 n = 0;
  while (*s >= '0' && *s <= '9') n = n * 10 + (*s++ - '0');
  return n;
}

static char *digits(char *to, u64 n) {
  char b[24];
  int i = 0;
  do b[i++] = (char)('0' + n % 10); while (n /= 10);
  while (i) *to++ = b[--i];
  *to = 0;
  return to;
}

static i64 write_all(int fd, const void *from, u64 n) {
  const char *f = from;
  while (n) {
    i64 w = CALL3(WRITE, fd, f, n);
    if (w <= 0) return w ? w : -5;
    f += w;
    n -= (u64)w;
  }
  return 0;
}

/* ---- processes ------------------------------------------------------------------------------------------------------------------- */
struct process { int parent, session; char state; };

static int look(i64 pid, struct process *p) {
  char path[40] = "/proc/", text[512];
  memcpy(digits(path + 6, (u64)pid), "/stat", 6);
  i64 fd = CALL4(OPENAT, HERE, path, RDONLY | CLOEXEC, 0);
  if (fd < 0) return 0;
  i64 n = CALL3(READ, fd, text, sizeof text - 1);
  CALL1(CLOSE, fd);
  if (n <= 0) return 0;
  text[n] = 0;
  char *s = text + n;
  while (s > text && *s != ')') s--;
  if (s == text) return 0;
  s += 2;
  p->state = *s;
  s += 2;
  p->parent = (int)number(s);
  for (int i = 0; i < 2; i++) { while (*s && *s != ' ') s++; if (*s) s++; }
  p->session = (int)number(s);
  return 1;
}

/* Whether a process is a descendant of another; of 1: of a task. Those that the engine starts beside have no ancestor here. */
static int descends(i64 pid, i64 from) {
  struct process p;
  for (int i = 0; i < 4096 && pid > 0; i++) {
    if (pid == from) return 1;
    if (!look(pid, &p)) return from == 1; /* it just went: what it left belongs to the first process */
    if (p.session == from) return 1;
    pid = p.parent;
  }
  return 0;
}

/* Kills the descendants of a process, and itself if it is not the first; says how many live ones it met. beside: only counts others. */
static int kill_tree(i64 from, int *beside) {
  static char list[4096];
  int met = 0;
  *beside = 0;
  i64 fd = CALL4(OPENAT, HERE, "/proc", RDONLY | DIRECTORY | CLOEXEC, 0), n;
  if (fd < 0) return 0;
  while ((n = CALL3(GETDENTS, fd, list, sizeof list)) > 0) {
    for (i64 at = 0; at < n;) {
      struct dirent *d = (struct dirent *)(list + at);
      at += d->length;
      struct process p;
      if (d->name[0] < '1' || d->name[0] > '9') continue;
      i64 pid = number(d->name);
      if (pid == 1 || !look(pid, &p) || p.state == 'Z' || p.state == 'X') continue;
      if (descends(pid, from)) {
        CALL2(KILL, pid, SIGKILL);
        met++;
      } else {
        ++*beside;
      }
    }
  }
  CALL1(CLOSE, fd);
  return met;
}

static i64 child_status = -1, child_pid;

static void reap(void) {
  int status;
  i64 pid;
  while ((pid = CALL4(WAIT4, -1, &status, 1 /* WNOHANG */, 0)) > 0) {
    if (pid == child_pid) child_status = status & 0xFFFF;
  }
}

/* Ends all that a task started, and nothing else unless that does not help. */
static void end_tasks(void) {
  int beside;
  for (int i = 0; i < 400; i++) {
    if (kill_tree(1, &beside) && !beside) CALL2(KILL, -1, SIGKILL); /* at once, so that no fork is missed */
    else if (i == 399) CALL2(KILL, -1, SIGKILL);
    reap();
    if (!kill_tree(1, &beside)) break;
    pause_ms(5);
  }
  reap();
}

/* ---- two users ------------------------------------------------------------------------------------------------------------------- */
/* Whom tasks run as where this process is another user; 0 where it is the same. */
static u32 guest;

static i64 become_guest(void) {
  i64 r;
  if (!guest) return 0;
  if ((r = CALL2(SETGROUPS, 0, 0)) < 0) return r;
  if ((r = CALL3(SETRESGID, guest, guest, guest)) < 0) return r;
  return CALL3(SETRESUID, guest, guest, guest);
}

/* Does something to what guests wrote: where there are two users in a child, which has no more rights than they. A guest may trace or
   kill it, so nothing that it does is believed. */
static void as_guest(void (*work)(void)) {
  if (!guest) { work(); return; }
  i64 pid = CALL5(CLONE, SIGCHLD, 0, 0, 0, 0);
  if (pid == 0) {
    if (become_guest() >= 0) work();
    quit(0);
  }
  int status;
  if (pid > 0) CALL4(WAIT4, pid, &status, 0, 0);
}

/* ---- the work directory ---------------------------------------------------------------------------------------------------------- */
/* Empties a directory whatever its depth, without recursion: what lies in a directory below is moved up before that is removed. */
static void wipe(const char *path) {
  static char list[8192], inner[8192];
  static u64 moved;
  i64 top = CALL4(OPENAT, HERE, path, RDONLY | DIRECTORY | CLOEXEC, 0), n, m;
  if (top < 0) return;
  CALL2(FCHMOD, top, 01777);
  for (int again = 1, rounds = 0; again && rounds < 1000000; rounds++) {
    again = 0;
    CALL3(LSEEK, top, 0, 0);
    while ((n = CALL3(GETDENTS, top, list, sizeof list)) > 0) {
      for (i64 at = 0; at < n;) {
        struct dirent *d = (struct dirent *)(list + at);
        at += d->length;
        if (d->name[0] == '.' && (!d->name[1] || (d->name[1] == '.' && !d->name[2]))) continue;
        if (CALL3(UNLINKAT, top, d->name, 0) >= 0) continue;
        if (CALL3(UNLINKAT, top, d->name, 0x200 /* a directory */) >= 0) continue;
        CALL3(FCHMODAT, top, d->name, 0700);
        i64 dir = CALL4(OPENAT, top, d->name, RDONLY | DIRECTORY | NOFOLLOW | CLOEXEC, 0);
        if (dir < 0) continue;
        again = 1;
        while ((m = CALL3(GETDENTS, dir, inner, sizeof inner)) > 0) {
          for (i64 in = 0; in < m;) {
            struct dirent *e = (struct dirent *)(inner + in);
            in += e->length;
            if (e->name[0] == '.' && (!e->name[1] || (e->name[1] == '.' && !e->name[2]))) continue;
            if (CALL3(UNLINKAT, dir, e->name, 0) >= 0) continue;
            if (CALL3(UNLINKAT, dir, e->name, 0x200) >= 0) continue;
            CALL3(FCHMODAT, dir, e->name, 0700);
            char name[40] = ".zennet-";
            digits(name + 8, ++moved);
            CALL5(RENAMEAT2, dir, e->name, top, name, 1 /* never over another */);
          }
        }
        CALL1(CLOSE, dir);
        CALL3(UNLINKAT, top, d->name, 0x200);
      }
    }
  }
  CALL1(CLOSE, top);
}

/* Removes the shared memory, semaphores and queues that a task left in the container's own space of them. */
static void wipe_shared(const char *list, i64 control) {
  static char text[16384];
  for (int rounds = 0; rounds < 64; rounds++) {
    int removed = 0;
    i64 fd = CALL4(OPENAT, HERE, list, RDONLY | CLOEXEC, 0), n = fd < 0 ? 0 : CALL3(READ, fd, text, sizeof text - 1);
    if (fd >= 0) CALL1(CLOSE, fd);
    if (n <= 0) return;
    text[n] = 0;
    char *s = text;
    for (int line = 0; *s; line++) {
      char *word = s;
      while (*word == ' ') word++;
      while (*word && *word != ' ' && *word != '\n') word++; /* the key */
      while (*word == ' ') word++;
      /* to remove is command 0: the second argument, of semaphores the third after a 0 */
      if (line && *word >= '0' && *word <= '9' && CALL4(control, number(word), 0, 0, 0) >= 0) removed++;
      while (*s && *s != '\n') s++;
      if (*s) s++;
    }
    if (!removed) return;
  }
}

/* Nothing of one task is left for the next. */
static void wipe_now(void) {
  wipe("/work");
  wipe("/tmp");
  wipe("/dev/shm");
  wipe("/dev/mqueue");
  wipe_shared("/proc/sysvipc/shm", SHMCTL);
  wipe_shared("/proc/sysvipc/sem", SEMCTL);
  wipe_shared("/proc/sysvipc/msg", MSGCTL);
}

static void wipe_all(void) { as_guest(wipe_now); }

static u64 octal(const char *s, int n) {
  u64 v = 0;
  for (int i = 0; i < n && s[i] >= '0' && s[i] <= '7'; i++) v = v * 8 + (u64)(s[i] - '0');
  return v;
}

/* Unpacks N.tar, which the node wrote in its plainest form: directories before what lies in them. 0 or an error. */
static i64 unpack(int tar) {
  static char head[512], buffer[PIECE];
  for (;;) {
    u64 got = 0;
    while (got < 512) {
      i64 n = CALL3(READ, tar, head + got, 512 - got);
      if (n <= 0) return got ? -EINVAL : 0;
      got += (u64)n;
    }
    if (!head[0]) return 0;
    char name[260];
    u64 at = 0;
    for (int i = 345; head[i] && i < 500; i++) name[at++] = head[i];
    if (at) name[at++] = '/';
    for (int i = 0; i < 100 && head[i]; i++) name[at++] = head[i];
    name[at] = 0;
    if (head[156] == '5') {
      i64 r = CALL3(MKDIRAT, HERE, name, 0755);
      if (r < 0 && r != -EEXIST) return r;
      continue;
    }
    u64 size = octal(head + 124, 11), left = size;
    i64 fd = CALL4(OPENAT, HERE, name, WRONLY | CREAT | TRUNC | NOFOLLOW | CLOEXEC, octal(head + 100, 7) & 0777);
    if (fd < 0) return fd;
    while (left) {
      i64 n = CALL3(READ, tar, buffer, left < PIECE ? left : PIECE);
      if (n <= 0) return -EINVAL;
      i64 r = write_all((int)fd, buffer, (u64)n);
      if (r < 0) return r;
      left -= (u64)n;
    }
    CALL1(CLOSE, fd);
    CALL3(LSEEK, tar, (512 - size % 512) % 512, 1);
  }
}

static void put_octal(char *to, int n, u64 v) {
  to[n] = 0;
  while (n--) { to[n] = (char)('0' + v % 8); v /= 8; }
}

struct pack { int work, to; u64 left, entries; int over; };

static void pack_head(struct pack *k, const char *name, u64 size, u16 mode, char type) {
  char h[512];
  memset(h, 0, 512);
  u64 n = length(name), cut = 0;
  if (n > 100) {
    cut = n - 101;
    while (cut < n && name[cut] != '/') cut++;
    if (cut >= n || cut > 155) return; /* a name that the format can't hold is left out, and its content with it: callers look first */
    memcpy(h + 345, name, cut++);
  }
  memcpy(h, name + cut, n - cut);
  put_octal(h + 100, 7, mode & 0777);
  put_octal(h + 108, 7, 0);
  put_octal(h + 116, 7, 0);
  put_octal(h + 124, 11, size);
  put_octal(h + 136, 11, 0);
  memcpy(h + 257, "ustar\00000", 8);
  h[156] = type;
  memset(h + 148, ' ', 8);
  u64 sum = 0;
  for (int i = 0; i < 512; i++) sum += (u8)h[i];
  put_octal(h + 148, 6, sum);
  write_all(k->to, h, 512);
}

static int fits(const char *name) {
  u64 n = length(name), cut;
  if (n > 255) return 0;
  for (u64 i = 0; i < n; i++) if ((u8)name[i] < ' ' || name[i] == 127) return 0;
  if (n <= 100) return 1;
  for (cut = n - 101; cut < n && name[cut] != '/'; cut++) { }
  return cut < n && cut <= 155 && cut > 0;
}

/* Opens what lies below a directory, and follows no link on the way. */
static i64 open_below(int directory, const char *name) {
  struct how how = { RDONLY | NONBLOCK | CLOEXEC, 0, 0x08 | 0x04 /* beneath, no symbolic links */ };
  i64 fd = CALL4(OPENAT2, directory, name, &how, sizeof how);
  if (fd != -ENOSYS) return fd;
  /* older kernels, and gVisor: part by part */
  for (i64 at = directory;;) {
    char part[260] = ".";
    u64 n = 0;
    for (; name[n] && name[n] != '/'; n++) part[n] = name[n];
    if (n) part[n] = 0;
    int last = !name[n], up = n == 2 && part[0] == '.' && part[1] == '.';
    i64 next = up ? -EPERM : CALL4(OPENAT, at, part, RDONLY | NONBLOCK | NOFOLLOW | CLOEXEC | (last ? 0 : DIRECTORY), 0);
    if (at != directory) CALL1(CLOSE, at);
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
  if (CALL5(STATX, fd, "", 0x1000, 0x7FF, &s) < 0) { CALL1(CLOSE, fd); return; }
  if (++k->entries > MAX_ENTRIES) k->over = 1;
  if ((s.mode & 0170000) == 0040000) {
    pack_head(k, name, 0, 0755, '5');
    char list[2048], below[260];
    i64 n;
    while (!k->over && (n = CALL3(GETDENTS, fd, list, sizeof list)) > 0) {
      for (i64 at = 0; at < n;) {
        struct dirent *d = (struct dirent *)(list + at);
        at += d->length;
        u64 a = length(name), b = length(d->name);
        if (d->name[0] == '.' && (!d->name[1] || (d->name[1] == '.' && !d->name[2]))) continue;
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
        i64 n = CALL3(READ, fd, buffer, left < PIECE ? left : PIECE);
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
  CALL1(CLOSE, fd);
}

/* ---- tasks ----------------------------------------------------------------------------------------------------------------------- */
static int spool = NONE;

/* What N.task holds: this, then as many words, each with a NUL, of the command, the environment and the outputs. */
struct order { u64 timeout, most; u32 words, variables, outputs, files; };

static struct {
  u32 id;
  int runs, in, in_file, out, err, out_file, err_file, failed;
  u64 most, written, errors;
  i64 began, deadline;
  int reason;
  char *order;
  u64 order_size, in_have, in_at;
  char in_buffer[PIECE];
} task;

static i64 open_part(u32 id, const char *suffix, int flags) {
  char name[40];
  char *end = digits(name, id);
  memcpy(end, suffix, length(suffix) + 1);
  return CALL4(OPENAT, spool, name, flags | CLOEXEC | NOFOLLOW, 0644);
}

static void close_part(int *fd) {
  if (*fd >= 0) CALL1(CLOSE, *fd);
  *fd = NONE;
}

static void tell(char what, u32 value) {
  u8 m[5] = { (u8)what, (u8)value, (u8)(value >> 8), (u8)(value >> 16), (u8)(value >> 24) };
  write_all(1, m, 5);
}

/* The record of the end: version, reason, exit code, error number, duration in ms. Comes last and at once. */
static void record(int reason, u32 code, u32 error) {
  u32 r[6] = { 1, (u32)reason, code, error, (u32)(now() - task.began), 0 };
  char from[40], to[40];
  i64 fd = open_part(task.id, ".new", WRONLY | CREAT | TRUNC);
  if (fd < 0) return;
  write_all((int)fd, r, sizeof r);
  CALL1(CLOSE, fd);
  memcpy(digits(from, task.id), ".new", 5);
  memcpy(digits(to, task.id), ".exit", 6);
  CALL5(RENAMEAT2, spool, from, spool, to, 0);
}

/* Steps over words, and lists them where a list is given. */
static char **words(char **s, char *end, u32 n, char **list) {
  static char *nowhere[1];
  for (u32 i = 0; i < n; i++) {
    if (list) list[i] = *s;
    while (*s < end && **s) ++*s;
    if (*s >= end) return 0;
    ++*s;
  }
  if (list) list[n] = 0;
  return list ? list : nowhere;
}

/* Becomes a program, found along the path where its name has no slash; an error where that can't be. */
static i64 launch(char **argv, char **envp, const char *path) {
  i64 e = -ENOENT;
  int slash = 0;
  for (char *c = argv[0]; *c; c++) slash |= *c == '/';
  if (slash) {
    e = CALL3(EXECVE, argv[0], argv, envp);
  } else {
    static char full[4500];
    u64 n = length(argv[0]);
    e = -ENOENT;
    while (n && n < 256) {
      u64 d = 0;
      while (path[d] && path[d] != ':') d++;
      if (d < 4096) {
        memcpy(full, path, d);
        full[d] = '/';
        memcpy(full + (d ? d + 1 : 0), argv[0], n + 1);
        i64 r = CALL3(EXECVE, full, argv, envp);
        if (r != -ENOENT && r != -ENOTDIR) e = r;
      }
      if (!path[d]) break;
      path += d + 1;
    }
  }
  return e;
}

/* In the child: becomes the task's program; says why not through the pipe. */
static void become(int in, int out, int err, int trouble) {
  struct order *o = (struct order *)task.order;
  char *at = task.order + sizeof *o, *end = task.order + task.order_size;
  u64 none = 0;
  struct action usual = { 0, 0, 0, 0 };
  i64 e = -EINVAL;
  CALL2(PRCTL, 1 /* die with the first process, which the kernel does anyway */, SIGKILL);
  CALL0(SETSID);
  CALL1(UMASK, 022);
  char **list = pages(((u64)o->words + o->variables + 2) * sizeof(char *)), **argv = list, **envp = list + o->words + 1;
  if (!list || !o->words || !words(&at, end, o->words, argv) || !words(&at, end, o->variables, envp)) goto failed;
  i64 tar = o->files ? open_part(task.id, ".tar", RDONLY) : 0;
  if (tar < 0) { e = tar; goto failed; }
  if ((e = become_guest()) < 0) goto failed;
  if ((e = CALL1(CHDIR, "/work")) < 0) goto failed;
  if (o->files) {
    if ((e = unpack((int)tar)) < 0) goto failed;
    CALL1(CLOSE, tar);
  }
  for (int s = 1; s <= 64; s++) CALL4(SIGACTION, s, &usual, 0, 8);
  CALL4(SIGPROCMASK, 2, &none, 0, 8);
  if (CALL3(DUP3, in, 0, 0) < 0 || CALL3(DUP3, out, 1, 0) < 0 || CALL3(DUP3, err, 2, 0) < 0) goto failed;
  const char *path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  for (char **v = envp; *v; v++) if ((*v)[0] == 'P' && (*v)[1] == 'A' && (*v)[2] == 'T' && (*v)[3] == 'H' && (*v)[4] == '=') path = *v + 5;
  e = launch(argv, envp, path);
failed:;
  u32 error = (u32)-e;
  write_all(trouble, &error, 4);
  quit(127);
}

static void start(u32 id) {
  int in[2], out[2], err[2], trouble[2];
  struct statx s;
  if (task.runs || spool < 0) return;
  memset(&task, 0, sizeof task - PIECE);
  task.id = id;
  task.in = task.in_file = task.out = task.err = task.out_file = task.err_file = NONE;
  task.began = now();
  task.runs = 1;
  wipe_all();
  i64 fd = open_part(id, ".task", RDONLY);
  if (fd < 0 || CALL5(STATX, fd, "", 0x1000, 0x7FF, &s) < 0 || s.size < sizeof(struct order) || s.size > 8 << 20) { task.runs = 0; if (fd >= 0) CALL1(CLOSE, fd); record(SPOOL_FAILED, 0, (u32)-fd); tell('E', id); return; }
  task.order_size = s.size;
  i64 map = CALL6(MMAP, 0, s.size, 3, 2 /* private */, fd, 0);
  CALL1(CLOSE, fd);
  task.order = (char *)map;
  struct order *o = (struct order *)task.order;
  task.most = o->most;
  task.deadline = task.began + (i64)o->timeout;
  task.in_file = (int)open_part(id, ".in", RDONLY);
  task.out_file = (int)open_part(id, ".out", WRONLY | CREAT | TRUNC);
  task.err_file = (int)open_part(id, ".err", WRONLY | CREAT | TRUNC);
  if (task.out_file < 0 || task.err_file < 0) task.failed = 1;
  CALL2(PIPE2, in, CLOEXEC);
  CALL2(PIPE2, out, CLOEXEC);
  CALL2(PIPE2, err, CLOEXEC);
  CALL2(PIPE2, trouble, CLOEXEC);
  child_status = -1;
  child_pid = CALL5(CLONE, SIGCHLD, 0, 0, 0, 0);
  if (child_pid == 0) become(in[0], out[1], err[1], trouble[1]);
  CALL1(CLOSE, in[0]);
  CALL1(CLOSE, out[1]);
  CALL1(CLOSE, err[1]);
  CALL1(CLOSE, trouble[1]);
  task.in = in[1];
  task.out = out[0];
  task.err = err[0];
  u32 error = 0;
  i64 got = child_pid < 0 ? 0 : CALL3(READ, trouble[0], &error, 4); /* until the program is in place */
  CALL1(CLOSE, trouble[0]);
  if (child_pid < 0) { child_status = 0; error = (u32)-child_pid; got = 4; }
  if (got == 4) { task.reason = NOT_STARTED; task.failed = (int)error; }
  CALL3(FCNTL, task.in, 4 /* F_SETFL */, NONBLOCK);
  CALL3(FCNTL, task.out, 4, NONBLOCK);
  CALL3(FCNTL, task.err, 4, NONBLOCK);
  if (task.in_file < 0) close_part(&task.in);
}

static void limit(int reason) {
  if (task.reason == EXITED) task.reason = reason;
  end_tasks();
}

/* Takes what is there from one of the pipes; 0 at its end or when nothing is there. */
static int take(int *from, int to, u64 *written, u64 most, int strict) {
  static char buffer[PIECE];
  if (*from < 0) return 0;
  i64 n = CALL3(READ, *from, buffer, PIECE);
  if (n == -EAGAIN) return 0;
  if (n <= 0) { close_part(from); return 0; }
  u64 fit = most - *written < (u64)n ? most - *written : (u64)n;
  if (fit && to >= 0 && write_all(to, buffer, fit) < 0 && task.reason == EXITED) { limit(SPOOL_FAILED); }
  *written += fit;
  if (strict && fit < (u64)n && task.reason == EXITED) limit(OUTPUT_LIMIT);
  return 1;
}

static void feed(void) {
  if (task.in_at == task.in_have) {
    i64 n = CALL3(READ, task.in_file, task.in_buffer, PIECE);
    if (n <= 0) { close_part(&task.in); close_part(&task.in_file); return; }
    task.in_have = (u64)n;
    task.in_at = 0;
  }
  i64 w = CALL3(WRITE, task.in, task.in_buffer + task.in_at, task.in_have - task.in_at);
  if (w > 0) task.in_at += (u64)w;
  else if (w != -EAGAIN) { close_part(&task.in); close_part(&task.in_file); } /* nobody reads it any more */
}

static struct { char **names; u32 count; u64 most; int to; int over; } outputs;

static void gather_now(void) {
  struct pack k = { (int)CALL4(OPENAT, HERE, "/work", RDONLY | DIRECTORY | CLOEXEC, 0), outputs.to, outputs.most, 0, 0 };
  for (u32 i = 0; i < outputs.count; i++) pack(&k, outputs.names[i]);
  memset(task.in_buffer, 0, 1024);
  write_all(k.to, task.in_buffer, 1024);
  CALL1(CLOSE, k.work);
  outputs.over = k.over;
}

/* Writes the outputs into N.files; whether they are more than may be. With two users the archive comes from a child through a pipe,
   and what counts is what this process takes from it. */
static int gather(void) {
  i64 file = open_part(task.id, ".files", WRONLY | CREAT | TRUNC);
  outputs.over = 0;
  if (!guest) {
    outputs.to = (int)file;
    gather_now();
  } else {
    int ends[2];
    static char buffer[PIECE];
    u64 left = outputs.most + (MAX_ENTRIES + 1) * 1024 + 1024;
    i64 n, pid;
    CALL2(PIPE2, ends, CLOEXEC);
    pid = CALL5(CLONE, SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) {
      outputs.to = ends[1];
      if (become_guest() >= 0) gather_now();
      quit(outputs.over);
    }
    CALL1(CLOSE, ends[1]);
    while ((n = CALL3(READ, ends[0], buffer, PIECE)) > 0) {
      if ((u64)n > left) { outputs.over = 1; CALL2(KILL, pid, SIGKILL); break; }
      left -= (u64)n;
      if (write_all((int)file, buffer, (u64)n) < 0) { outputs.over = 1; CALL2(KILL, pid, SIGKILL); break; }
    }
    CALL1(CLOSE, ends[0]);
    int status = 0;
    if (pid > 0) CALL4(WAIT4, pid, &status, 0, 0);
    outputs.over |= status & 0x7F || status >> 8 & 0xFF ? 1 : 0;
  }
  CALL1(CLOSE, file);
  return outputs.over;
}

static void finish(void) {
  struct order *o = (struct order *)task.order;
  end_tasks();
  while (take(&task.out, task.out_file, &task.written, task.most, 1)) { }
  while (take(&task.err, task.err_file, &task.errors, MAX_STDERR, 0)) { }
  close_part(&task.in);
  close_part(&task.in_file);
  close_part(&task.out);
  close_part(&task.err);
  close_part(&task.out_file);
  close_part(&task.err_file);
  if (o->outputs && task.reason != NOT_STARTED) {
    char *at = task.order + sizeof *o, *end = task.order + task.order_size;
    static char *list[257];
    char **names = o->outputs <= 256 && words(&at, end, o->words, 0) && words(&at, end, o->variables, 0) ? words(&at, end, o->outputs, list) : 0;
    outputs.names = names;
    outputs.count = names ? o->outputs : 0;
    outputs.most = task.most;
    int over = gather();
    if (over && task.reason == EXITED) task.reason = OUTPUT_LIMIT;
  }
  u32 code = child_status < 0 ? 0 : child_status & 0x7F ? 128 + (u32)(child_status & 0x7F) : (u32)(child_status >> 8 & 0xFF);
  record(task.reason, task.reason == NOT_STARTED ? 0 : code, (u32)task.failed);
  wipe_all();
  CALL2(MUNMAP, task.order, task.order_size);
  task.runs = 0;
  child_pid = 0;
  tell('E', task.id);
}

static void serve(i64 wall, i64 idle) {
  u64 all = ~0ul, chld = 1ul << (SIGCHLD - 1);
  int beside, open = 1;
  u8 have[64];
  u64 got = 0;
  CALL4(SIGPROCMASK, 0, &all, 0, 8);
  CALL2(PRCTL, 4 /* PR_SET_DUMPABLE */, 0);
  CALL1(UMASK, guest ? 077 : 022);
  CALL1(CHDIR, "/");
  int children = (int)CALL4(SIGNALFD, -1, &chld, 8, NONBLOCK | CLOEXEC);
  i64 end = now() + wall, touched = now();
  tell('R', 0);
  for (;;) {
    i64 t = now();
    if (t >= end) quit(124);
    if (t >= touched + idle) quit(125);
    if (task.runs && child_status >= 0) finish();
    if (task.runs && task.reason == EXITED && t >= task.deadline) { limit(TIMEOUT); continue; }
    i64 next = end < touched + idle ? end : touched + idle;
    if (task.runs && task.reason == EXITED && task.deadline < next) next = task.deadline;
    if (task.runs && task.reason != EXITED && next > t + 50) next = t + 50;
    struct timespec ts = { (next - t) / 1000, (next - t) % 1000 * 1000000 };
    struct pollfd p[5] = { { open ? 0 : NONE, POLLIN, 0 }, { children, POLLIN, 0 }, { task.runs ? task.in : NONE, POLLOUT, 0 },
      { task.runs ? task.out : NONE, POLLIN, 0 }, { task.runs ? task.err : NONE, POLLIN, 0 } };
    CALL5(PPOLL, p, 5, &ts, 0, 8);
    if (p[1].revents) {
      char drop[512];
      while (CALL3(READ, children, drop, sizeof drop) > 0) { }
    }
    reap();
    if (p[2].revents) feed();
    if (p[3].revents) take(&task.out, task.out_file, &task.written, task.most, 1);
    if (p[4].revents) take(&task.err, task.err_file, &task.errors, MAX_STDERR, 0);
    if (!p[0].revents) continue;
    i64 n = CALL3(READ, 0, have + got, sizeof have - got);
    if (n <= 0) { open = 0; continue; } /* nobody will ever write again: only the clock is left */
    got += (u64)n;
    touched = now();
    for (;;) {
      u64 size = have[0] == 'd' ? 37 : 5;
      if (got < size) break;
      u32 value = (u32)have[1] | (u32)have[2] << 8 | (u32)have[3] << 16 | (u32)have[4] << 24;
      switch (have[0]) {
        case 'd': {
          char path[48] = "/.zennet/";
          memcpy(path + 9, have + 5, 32);
          if (spool < 0) spool = (int)CALL4(OPENAT, HERE, path, RDONLY | DIRECTORY | NOFOLLOW | CLOEXEC, 0);
          break;
        }
        case 'r': start(value); break;
        case 'x': if (task.runs && task.id == value) limit(CANCELLED); break;
        case 's': if (CALL2(KILL, -(i64)(value & 0xFFFFFF), value >> 24) < 0) CALL2(KILL, value & 0xFFFFFF, value >> 24); break;
        case 'z': for (int i = 0; i < 20 && value > 1 && kill_tree(value, &beside); i++) pause_ms(2); break;
        case 'k': CALL2(KILL, -1, SIGKILL); break;
        case '?': tell(task.runs ? 'B' : 'I', task.runs ? task.id : 0); break;
      }
      got -= size;
      for (u64 i = 0; i < got; i++) have[i] = have[size + i];
    }
  }
}

/* ---- what else it can be --------------------------------------------------------------------------------------------------------- */
static void shell(char **envp) {
  char *bash[] = { "-bash", 0 }, *sh[] = { "-sh", 0 }, *box[] = { "sh", "-l", 0 };
  CALL3(EXECVE, "/bin/bash", bash, envp);
  CALL3(EXECVE, "/usr/bin/bash", bash, envp);
  CALL3(EXECVE, "/bin/sh", sh, envp);
  CALL3(EXECVE, "/bin/busybox", box, envp);
  static const char none[] = "this image has no shell\n";
  write_all(2, none, sizeof none - 1);
  quit(127);
}

static void program(char **argv, char **envp) {
  const char *path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  for (char **v = envp; *v; v++) if ((*v)[0] == 'P' && (*v)[1] == 'A' && (*v)[2] == 'T' && (*v)[3] == 'H' && (*v)[4] == '=') path = *v + 5;
  i64 e = launch(argv, envp, path);
  static const char none[] = "this program can't be started\r\n";
  write_all(2, none, sizeof none - 1);
  quit(e == -ENOENT ? 127 : 126);
}

/* The engine tells a terminal its size after the program has begun: one that asks at once would see none. */
static void terminal(char **argv, char **envp) {
  u16 size[4] = { 0, 0, 0, 0 };
  for (int i = 0; i < 200 && CALL3(IOCTL, 0, 0x5413 /* TIOCGWINSZ */, size) >= 0 && !size[0] && !size[1]; i++) pause_ms(5);
  program(argv, envp);
}

static void pid(char **argv, char **envp) {
  char hex[8];
  u64 own = (u64)CALL0(GETPID);
  for (int i = 0; i < 8; i++) hex[i] = "0123456789abcdef"[own >> (28 - 4 * i) & 15];
  write_all(1, hex, sizeof hex);
  program(argv, envp);
}

static void say(const char *s) {
  write_all(1, s, length(s));
  write_all(1, "\n", 1);
}

static void check(void) {
  static const char *const locked[] = { "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/kernel/uevent_helper",
    "/proc/sys/kernel/modprobe", "/zennet-writes-the-root", "/.zennet/zennet-writes-the-spool", "/dev/kvm", "/dev/mem", "/dev/vda", "/dev/sda",
    "/sys/fs/cgroup/cpu/release_agent", "/sys/fs/cgroup/memory/release_agent", "/sys/fs/cgroup/cgroup.procs",
    "/var/run/docker.sock", "/run/docker.sock", "/proc/1/mem" };
  static const struct { const char *name; int family, type, protocol; } sockets[] = { { "vsock", 40, 1, 0 }, { "netlink", 16, 3, 0 },
    { "packet", 17, 3, 0 }, { "raw", 2, 3, 1 }, { "alg", 38, 5, 0 }, { "bluetooth", 31, 1, 0 }, { "can", 29, 3, 1 }, { "key", 15, 3, 2 } };
  static char zeros[256];
  u64 clone[11] = { 0x10000000 /* user namespace */ };
  if (CALL0(GETUID) == 0) say("root");
  for (unsigned i = 0; i < sizeof locked / sizeof *locked; i++) {
    if (CALL4(OPENAT, HERE, locked[i], WRONLY | CREAT, 0600) >= 0) say(locked[i]);
  }
  if (CALL4(OPENAT, HERE, "/proc/1/environ", 0, 0) >= 0) say("init-is-dumpable");
  if (CALL4(OPENAT, HERE, "/proc/1/fd", RDONLY | DIRECTORY, 0) >= 0) {
    char path[24] = "/proc/1/fd/";
    int opened = 0;
    say("init-descriptors");
    for (int i = 0; i < 64; i++) {
      digits(path + 11, (u64)i);
      opened |= CALL4(OPENAT, HERE, path, RDONLY | NONBLOCK, 0) >= 0 || CALL4(OPENAT, HERE, path, WRONLY | NONBLOCK, 0) >= 0;
    }
    if (opened) say("init-descriptors-can-be-opened");
  }
  if (CALL4(OPENAT, HERE, "/proc/1/cwd/.", RDONLY | DIRECTORY, 0) >= 0) say("init-directory");
  if (sys(refused[0].number, 16 /* PTRACE_ATTACH */, 1, 0, 0, 0, 0) >= 0) say("init-can-be-traced");
  if (CALL4(OPENAT, HERE, "/.zennet", RDONLY | DIRECTORY, 0) >= 0) say("spool-can-be-listed");
  if (CALL4(OPENAT, HERE, "/.zennet-init", RDONLY, 0) >= 0) say("init-can-be-read");
  for (unsigned i = 0; i < sizeof sockets / sizeof *sockets; i++) {
    if (CALL3(SOCKET, sockets[i].family, sockets[i].type, sockets[i].protocol) >= 0) say(sockets[i].name);
  }
  /* refused before the kernel looks at what it is given: another error would tell that it was reached */
  for (unsigned i = 0; i < sizeof refused / sizeof *refused; i++) {
    i64 r = CALL5(refused[i].number, -1, zeros, -1, zeros, -1);
    if (r != -EPERM && r != -ENOSYS) say(refused[i].name);
  }
  i64 c = CALL2(CLONE3, clone, 64);
  if (c == 0) quit(0);
  if (c != -ENOSYS && c != -EPERM) say("clone3");
  /* where it is let do that, there are two of it from then on */
  c = CALL5(CLONE, 0x10000000 | SIGCHLD, 0, 0, 0, 0);
  if (c == 0) quit(0);
  if (c != -EPERM) say("clone-user-namespace");
  if (CALL1(SETUID, 0) == 0) say("setuid");
  if (CALL1(CHROOT, "/tmp") == 0) say("chroot");
  if (CALL4(MKNODAT, HERE, "/tmp/device", 060600, 0xfe00) == 0) say("mknod");
  if (CALL2(SETTIME, 0, zeros) == 0) say("settime");
  say("checked");
}

__attribute__((used)) void begin(u64 *stack) {
  char **argv = (char **)(stack + 1);
  if (stack[0] == 5 && argv[1][0] == 's') guest = (u32)number(argv[4]);
  if ((stack[0] == 4 || stack[0] == 5) && argv[1][0] == 's') serve(number(argv[2]), number(argv[3]));
  if (stack[0] > 2 && argv[1][0] == 'p') pid(argv + 2, argv + stack[0] + 1);
  if (stack[0] > 2 && argv[1][0] == 't') terminal(argv + 2, argv + stack[0] + 1);
  if (stack[0] == 2 && argv[1][0] == 's') shell(argv + stack[0] + 1);
  if (stack[0] == 2 && argv[1][0] == 'c') check();
  quit(stack[0] == 2 ? 0 : 2);
}
