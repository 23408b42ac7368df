/*
 * The publisher's witness: says, with the guest's own eyes, what programs in a guest used. Static, a few KiB, needs nothing of the image.
 * Built by build.sh.
 *
 *   zennet-witness PROGRAM ARGUMENT...       runs a program and tells of it when it has ended
 *   zennet-witness --watch MILLISECONDS      tells of the whole guest every so often, until its standard input ends
 *
 * PROGRAM gets the same arguments, variables, directory and streams, and is looked for as a shell would. When it has ended,
 * one line is written to standard error, and this program ends as PROGRAM did: with its code, or by its signal.
 *
 *   zennet-witness 1 cpu=MICROSECONDS memory=BYTE-SECONDS wall=MILLISECONDS
 *
 * cpu is what the kernel accounted to the program, to all that came of it and ended before or with it, and to this program
 * (wait4, getrusage); of what it left running, what /proc says, in hundredths of a second.
 * memory is what is held x time: what /proc/N/status calls RssAnon and RssShmem of every process, and what the guest's own tmpfs hold. That is no
 * less than a control group's anonymous and shared memory: what processes share or have mapped of a tmpfs is seen more than once. It is looked at after
 * 10 ms, then ever less often, at last six times a second; a look counts for a second at most, so that a frozen guest adds little.
 *
 * With --watch the program first removes its own file, and writes to standard output
 *
 *   zennet-witness 2 wall=MILLISECONDS cpu=MICROSECONDS memory=BYTE-SECONDS held=BYTES read=BYTES written=BYTES
 *
 * wall and memory since it began, held now, the others as the guest counts them, with "-" for what it can't see:
 * cpu is the control group's where the guest is shown it below /sys/fs/cgroup. Else it is the sum over all processes, with what they waited for,
 * rounded up: whatever a process used goes to who waited for it, in the end to the first one. When the sum falls, somebody did not wait, and
 * what is missing is remembered. Not seen it is where programs are started from outside (no parent here): what these used nobody inside keeps.
 * read and written are the control group's; else those of the loop device that the working directory lies on, by /proc/diskstats.
 */
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;
typedef long i64;

#if defined(__x86_64__)
enum { N_read = 0, N_write = 1, N_close = 3, N_rt_sigprocmask = 14, N_getpid = 39, N_clone = 56, N_execve = 59, N_exit_group = 231, N_wait4 = 61,
       N_kill = 62, N_getrusage = 98, N_rt_sigtimedwait = 128, N_prctl = 157, N_getdents64 = 217, N_clock_gettime = 228, N_openat = 257,
       N_getppid = 110, N_statfs = 137, N_newfstatat = 262, N_unlinkat = 263, N_ppoll = 271 };
enum { O_DIRECTORY = 0200000 };
static i64 sys(i64 n, i64 a, i64 b, i64 c, i64 d, i64 e) {
  i64 r;
  register i64 r10 __asm__("r10") = d;
  register i64 r8 __asm__("r8") = e;
  __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8) : "rcx", "r11", "memory");
  return r;
}
__asm__(".globl _start\n_start:\n  xor %ebp,%ebp\n  mov %rsp,%rdi\n  and $-16,%rsp\n  call begin\n");
#elif defined(__aarch64__)
enum { N_read = 63, N_write = 64, N_close = 57, N_rt_sigprocmask = 135, N_getpid = 172, N_clone = 220, N_execve = 221, N_exit_group = 94, N_wait4 = 260,
       N_kill = 129, N_getrusage = 165, N_rt_sigtimedwait = 137, N_prctl = 167, N_getdents64 = 61, N_clock_gettime = 113, N_openat = 56,
       N_getppid = 173, N_statfs = 43, N_newfstatat = 79, N_unlinkat = 35, N_ppoll = 73 };
enum { O_DIRECTORY = 040000 };
static i64 sys(i64 n, i64 a, i64 b, i64 c, i64 d, i64 e) {
  register i64 x8 __asm__("x8") = n;
  register i64 x0 __asm__("x0") = a;
  register i64 x1 __asm__("x1") = b;
  register i64 x2 __asm__("x2") = c;
  register i64 x3 __asm__("x3") = d;
  register i64 x4 __asm__("x4") = e;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
  return x0;
}
__asm__(".globl _start\n_start:\n  mov x0, sp\n  bl begin\n");
#else
#error "no system calls known for this processor"
#endif

enum { CWD = -100, ENOENT = 2, EINTR = 4, EACCES = 13, ENOTDIR = 20, O_CLOEXEC = 02000000 };
enum { SIGHUP = 1, SIGINT = 2, SIGKILL = 9, SIGTERM = 15, SIGCHLD = 17, WNOHANG = 1, SUBREAPER = 36 };
enum { FIRST_NANOS = 10000000, LOOK_NANOS = 160000000, WATCH_NANOS = 250000000, TICK_MICROS = 10000 };

struct time { i64 seconds, parts; };
struct usage { struct time user, system; i64 rest[14]; }; /* parts are microseconds */

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

static void quit(int code) {
  for (;;) sys(N_exit_group, code, 0, 0, 0, 0);
}

static u64 length(const char *s) {
  u64 n = 0;
  while (s[n]) n++;
  return n;
}

static char *put(char *to, const char *s) {
  u64 n = length(s);
  memcpy(to, s, n);
  return to + n;
}

static char *decimal(char *to, u64 n) {
  char digits[20];
  int k = 0;
  do digits[k++] = (char)('0' + n % 10); while (n /= 10);
  while (k > 0) *to++ = digits[--k];
  return to;
}

static int say(int fd, const char *text, u64 n) {
  while (n > 0) {
    i64 w = sys(N_write, fd, (i64)text, n, 0, 0);
    if (w == -EINTR) continue;
    if (w <= 0) return 0;
    text += w;
    n -= w;
  }
  return 1;
}

static u64 millis(void) {
  struct time t;
  sys(N_clock_gettime, 1, (i64)&t, 0, 0, 0);
  return (u64)t.seconds * 1000 + (u64)t.parts / 1000000;
}

static u64 micros(const struct usage *u) {
  return (u64)(u->user.seconds + u->system.seconds) * 1000000 + (u64)(u->user.parts + u->system.parts);
}

/* ---- what /proc says */

static i64 self;

/* The beginning of a file, closed by a zero; its length, 0 where there is none. */
static u64 of_file(const char *path, char *to, u64 size) {
  i64 fd = sys(N_openat, CWD, (i64)path, O_CLOEXEC, 0, 0);
  u64 have = 0;
  if (fd >= 0) {
    for (i64 n; have < size - 1 && (n = sys(N_read, fd, (i64)(to + have), size - 1 - have, 0, 0)) > 0;) have += n;
    sys(N_close, fd, 0, 0, 0, 0);
  }
  to[have] = 0;
  return have;
}

/* The same of /proc/PID/FILE. */
static u64 of_process(const char *pid, const char *file, char *to, u64 size) {
  char path[64];
  to[0] = 0;
  if (length(pid) > 20) return 0;
  *put(put(put(put(path, "/proc/"), pid), "/"), file) = 0;
  return of_file(path, to, size);
}

/* The number at a word, counted from 0. */
static u64 word(const char *s, int index) {
  while (index-- > 0) {
    while (*s && *s != ' ') s++;
    while (*s == ' ') s++;
  }
  u64 n = 0;
  while (*s >= '0' && *s <= '9') n = n * 10 + (u64)(*s++ - '0');
  return n;
}

/* The number behind a word at the beginning of a line, 0 without it. */
static u64 field(const char *s, const char *name) {
  for (;; s++) {
    const char *a = s, *b = name;
    while (*b && *a == *b) a++, b++;
    if (!*b) {
      while (*a == ' ' || *a == '\t') a++;
      return word(a, 0);
    }
    while (*s && *s != '\n') s++;
    if (!*s) return 0;
  }
}

/* Bytes of memory that a process holds: its own and shared, but no files of a disk. */
static u64 held_by(const char *pid) {
  char text[2048];
  return of_process(pid, "status", text, sizeof text) ? (field(text, "RssAnon:") + field(text, "RssShmem:")) * 1024 : 0;
}

/* The times in /proc/PID/stat: word 0 is the state, 1 the parent, 11 to 14 are the times. */
static const char *times(const char *pid, char *text, u64 size) {
  u64 n = of_process(pid, "stat", text, size);
  while (n > 0 && text[n - 1] != ')') n--; /* a name may hold anything */
  return n == 0 || text[n] != ' ' ? 0 : text + n + 1;
}

static u64 ticks(const char *s) {
  return word(s, 11) + word(s, 12) + word(s, 13) + word(s, 14);
}

/* Microseconds of a process that was left to us, with those of its ended children. */
static u64 left_behind(const char *pid) {
  char text[1024];
  const char *s = times(pid, text, sizeof text);
  return s && word(s, 1) == (u64)self ? ticks(s) * TICK_MICROS : 0;
}

/* Microseconds of any process, with those of its ended children, each of both rounded up. */
static u64 used_by(const char *pid) {
  char text[1024];
  const char *s = times(pid, text, sizeof text);
  return s ? (ticks(s) + 2) * TICK_MICROS : 0;
}

static u64 every_process(u64 (*what)(const char *)) {
  u64 sum = 0;
  char all[4096] __attribute__((aligned(8)));
  i64 fd = sys(N_openat, CWD, (i64) "/proc", O_DIRECTORY | O_CLOEXEC, 0, 0);
  if (fd < 0) return 0;
  for (i64 n; (n = sys(N_getdents64, fd, (i64)all, sizeof all, 0, 0)) > 0;)
    for (i64 i = 0; i < n;) {
      const char *name = all + i + 19;
      if (*name >= '1' && *name <= '9') sum += what(name);
      i += *(unsigned short *)(all + i + 16);
    }
  sys(N_close, fd, 0, 0, 0, 0);
  return sum;
}

/* What the guest's own file systems in memory hold, each once where they tell apart. */
static u64 in_files(void) {
  static char text[16384];
  u64 sum = 0, seen[32], known = 0, n = of_file("/proc/self/mounts", text, sizeof text);
  char *line = text, *end = text + n;
  while (line < end) {
    char *next = line, *words[4] = {line, 0, 0, 0};
    int k = 0;
    while (next < end && *next != '\n') {
      if (*next == ' ') {
        *next = 0;
        if (k < 3) words[++k] = next + 1;
      }
      next++;
    }
    if (k == 3 && length(words[2]) == 5 && words[2][0] == 't' && words[2][1] == 'm' && words[2][2] == 'p' && words[3][0] == 'r' && words[3][1] == 'w') {
      u64 fs[16] = {0}; /* 1 the size of a block, 2 blocks, 3 free ones, 7 the file system's number */
      int again = sys(N_statfs, (i64)words[1], (i64)fs, 0, 0, 0) != 0;
      for (u64 i = 0; i < known; i++) again |= fs[7] != 0 && seen[i] == fs[7];
      if (!again) {
        sum += fs[2] > fs[3] ? (fs[2] - fs[3]) * fs[1] : 0;
        if (known < 32) seen[known++] = fs[7];
      }
    }
    line = next + 1;
  }
  return sum;
}

static u64 held_now(void) {
  return every_process(held_by) + in_files();
}

/* ---- the whole guest */

enum { UNSEEN = -1 };

static i64 cpu_of_guest(void) {
  static u64 highest, lost;
  char text[1024];
  if (of_file("/sys/fs/cgroup/cpu.stat", text, sizeof text)) return (i64)field(text, "usage_usec");
  if (of_file("/sys/fs/cgroup/cpuacct/cpuacct.usage", text, sizeof text)) return (i64)(word(text, 0) / 1000);
  if (sys(N_getppid, 0, 0, 0, 0, 0) == 0) return UNSEEN;
  u64 sum = every_process(used_by);
  if (sum + lost < highest) lost = highest - sum;
  highest = sum + lost;
  return (i64)highest;
}

/* Adds the numbers behind a word, wherever it stands; whether there was one. */
static int add_all(const char *s, const char *name, i64 *to) {
  int any = 0;
  for (; *s; s++) {
    const char *a = s, *b = name;
    while (*b && *a == *b) a++, b++;
    if (!*b) {
      *to += (i64)word(a, 0);
      any = 1;
    }
  }
  return any;
}

static void disk_of_guest(i64 *read, i64 *written) {
  static char text[32768];
  *read = *written = 0;
  if (of_file("/sys/fs/cgroup/io.stat", text, sizeof text) && (add_all(text, "rbytes=", read) | add_all(text, "wbytes=", written))) return;
  if (of_file("/sys/fs/cgroup/blkio/blkio.throttle.io_service_bytes_recursive", text, sizeof text)
      && (add_all(text, " Read ", read) | add_all(text, " Write ", written))) return;
  u64 stat[32] = {0}; /* the first is the device */
  if (sys(N_newfstatat, CWD, (i64) ".", (i64)stat, 0, 0) == 0 && (stat[0] >> 8 & 0xfff) == 7 && of_file("/proc/diskstats", text, sizeof text)) {
    u64 minor = (stat[0] & 0xff) | (stat[0] >> 12 & 0xfff00);
    for (const char *line = text; *line;) {
      const char *w = line;
      while (*w == ' ') w++;
      if (word(w, 0) == 7 && word(w, 1) == minor) { /* sectors of 512 bytes: the 3rd and 7th number behind the name */
        *read = (i64)word(w, 5) * 512;
        *written = (i64)word(w, 9) * 512;
        return;
      }
      while (*line && *line != '\n') line++;
      if (*line) line++;
    }
  }
  *read = *written = UNSEEN;
}

static char *value(char *to, const char *name, i64 n) {
  to = put(to, name);
  return n == UNSEEN ? put(to, "-") : decimal(to, (u64)n);
}

__attribute__((noreturn)) static void watch(const char *file, u64 every) {
  struct { int fd; short events, seen; } in = {0, 1, 0};
  char text[256];
  sys(N_unlinkat, CWD, (i64)file, 0, 0, 0);
  u64 began = millis(), looked = began, due = began + every, held = held_now(), byte_millis = 0;
  for (;;) {
    u64 now = millis();
    struct time wait = {0, WATCH_NANOS};
    if (due > now && due - now < WATCH_NANOS / 1000000) wait.parts = (i64)(due - now) * 1000000;
    i64 ready = sys(N_ppoll, (i64)&in, 1, (i64)&wait, 0, 8);
    if (ready > 0 && sys(N_read, 0, (i64)text, sizeof text, 0, 0) <= 0) quit(0);
    now = millis();
    u64 passed = now - looked > 1000 ? 1000 : now - looked, after = held_now();
    byte_millis += (held / 2 + after / 2) / 1024 * passed;
    held = after;
    looked = now;
    if (now >= due) {
      i64 read, written;
      disk_of_guest(&read, &written);
      char *to = value(text, "zennet-witness 2 wall=", (i64)(now - began));
      to = value(to, " cpu=", cpu_of_guest());
      to = value(to, " memory=", (i64)(byte_millis / 1000 * 1024));
      to = value(to, " held=", (i64)held);
      to = put(value(value(to, " read=", read), " written=", written), "\n");
      if (!say(1, text, (u64)(to - text))) quit(0);
      due = now + every;
    }
  }
}

/* ---- the program */

static void become(char **argv, char **env) {
  const char *path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  int plain = 1;
  for (const char *s = argv[0]; *s; s++) plain &= *s != '/';
  i64 r = -ENOENT;
  if (!plain) {
    r = sys(N_execve, (i64)argv[0], (i64)argv, (i64)env, 0, 0);
  } else {
    for (char **e = env; *e; e++)
      if ((*e)[0] == 'P' && (*e)[1] == 'A' && (*e)[2] == 'T' && (*e)[3] == 'H' && (*e)[4] == '=') path = *e + 5;
    while (*path) {
      char whole[4096];
      u64 n = 0;
      while (path[n] && path[n] != ':') n++;
      if (n > 0 && n + 2 + length(argv[0]) < sizeof whole) {
        memcpy(whole, path, n);
        whole[n] = '/';
        *put(whole + n + 1, argv[0]) = 0;
        i64 x = sys(N_execve, (i64)whole, (i64)argv, (i64)env, 0, 0);
        if (x != -ENOENT && x != -ENOTDIR) r = x;
        if (x != -ENOENT && x != -ENOTDIR && x != -EACCES) break;
      }
      path += n + (path[n] == ':');
    }
  }
  char text[128], *to = put(text, "zennet-witness: the program can't be started: error ");
  to = put(decimal(to, (u64)-r), r == -ENOENT ? ", no such file\n" : "\n");
  say(2, text, (u64)(to - text));
  quit(127);
}

__attribute__((used, noreturn)) void begin(i64 *stack) {
  i64 argc = stack[0];
  char **argv = (char **)(stack + 1), **env = argv + argc + 1;
  if (argc < 2) {
    static const char usage[] = "usage: zennet-witness PROGRAM ARGUMENT... | --watch MILLISECONDS\n";
    say(2, usage, sizeof usage - 1);
    quit(2);
  }
  if (argc == 3 && length(argv[1]) == 7 && argv[1][0] == '-' && argv[1][2] == 'w') watch(argv[0], word(argv[2], 0));
  u64 mine = 1UL << (SIGCHLD - 1) | 1UL << (SIGTERM - 1) | 1UL << (SIGINT - 1) | 1UL << (SIGHUP - 1), before = 0;
  sys(N_rt_sigprocmask, 0, (i64)&mine, (i64)&before, 8, 0);
  sys(N_prctl, SUBREAPER, 1, 0, 0, 0);
  self = sys(N_getpid, 0, 0, 0, 0, 0);
  u64 began = millis(), looked = began, cpu = 0, held = 0, byte_millis = 0, due = began + FIRST_NANOS / 1000000;
  i64 child = sys(N_clone, SIGCHLD, 0, 0, 0, 0);
  if (child == 0) {
    sys(N_rt_sigprocmask, 2, (i64)&before, 0, 8, 0);
    become(argv + 1, env);
  }
  if (child < 0) {
    static const char no[] = "zennet-witness: no process can be made\n";
    say(2, no, sizeof no - 1);
    quit(126);
  }
  int ended = 0;
  u32 status = 0;
  i64 pause = FIRST_NANOS;
  while (!ended) {
    struct time wait = {0, pause};
    i64 sig = sys(N_rt_sigtimedwait, (i64)&mine, 0, (i64)&wait, 8, 0);
    if (sig > 0 && sig != SIGCHLD) sys(N_kill, child, sig, 0, 0, 0);
    u64 now = millis();
    byte_millis += held / 1024 * (now - looked > 1000 ? 1000 : now - looked);
    looked = now;
    if (now >= due) { /* also where ever so many processes end */
      held = held_now();
      if (pause < LOOK_NANOS) pause *= 2;
      due = now + (u64)pause / 1000000;
    }
    for (;;) {
      struct usage u;
      u32 s = 0;
      i64 pid = sys(N_wait4, -1, (i64)&s, WNOHANG, (i64)&u, 0);
      if (pid <= 0) break;
      cpu += micros(&u);
      if (pid == child) {
        ended = 1;
        status = s;
      }
    }
  }
  struct usage own;
  cpu += every_process(left_behind);
  if (sys(N_getrusage, 0, (i64)&own, 0, 0, 0) == 0) cpu += micros(&own);
  char text[160], *to = put(text, "zennet-witness 1 cpu=");
  to = put(decimal(to, cpu), " memory=");
  to = put(decimal(to, byte_millis / 1000 * 1024), " wall=");
  to = put(decimal(to, millis() - began), "\n");
  say(2, text, (u64)(to - text));
  u32 signal = status & 127;
  if (signal) {
    sys(N_rt_sigprocmask, 2, (i64)&before, 0, 8, 0);
    sys(N_kill, self, signal, 0, 0, 0);
    quit(128 + (int)signal);
  }
  quit((int)(status >> 8 & 255));
  __builtin_unreachable();
}
