/*
 * The publisher's witness: runs a program in a guest and says, with the guest's own eyes, what it used. Static, a few KiB,
 * needs nothing of the image. Built by build.sh.
 *
 *   zennet-witness PROGRAM ARGUMENT...
 *
 * PROGRAM gets the same arguments, variables, directory and streams, and is looked for as a shell would. When it has ended,
 * one line is written to standard error, and this program ends as PROGRAM did: with its code, or by its signal.
 *
 *   zennet-witness 1 cpu=MICROSECONDS memory=BYTE-SECONDS wall=MILLISECONDS
 *
 * cpu is what the kernel accounted to the program, to all that came of it and ended before or with it, and to this program
 * (wait4, getrusage); of what it left running, what /proc says, in hundredths of a second.
 * memory is that which processes of this guest hold alone (resident less shared in /proc/N/statm) x time, looked at after 10 ms,
 * then ever less often, at last six times a second; a look counts for a second at most, so that a frozen guest adds little. Files in memory are not in it.
 */
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;
typedef long i64;

#if defined(__x86_64__)
enum { N_read = 0, N_write = 1, N_close = 3, N_rt_sigprocmask = 14, N_getpid = 39, N_clone = 56, N_execve = 59, N_exit_group = 231, N_wait4 = 61,
       N_kill = 62, N_getrusage = 98, N_rt_sigtimedwait = 128, N_prctl = 157, N_getdents64 = 217, N_clock_gettime = 228, N_openat = 257 };
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
       N_kill = 129, N_getrusage = 165, N_rt_sigtimedwait = 137, N_prctl = 167, N_getdents64 = 61, N_clock_gettime = 113, N_openat = 56 };
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
enum { SIGHUP = 1, SIGINT = 2, SIGKILL = 9, SIGTERM = 15, SIGCHLD = 17, WNOHANG = 1, SUBREAPER = 36, AT_PAGESZ = 6 };
enum { FIRST_NANOS = 10000000, LOOK_NANOS = 160000000 };

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

static void say(const char *text, u64 n) {
  while (n > 0) {
    i64 w = sys(N_write, 2, (i64)text, n, 0, 0);
    if (w == -EINTR) continue;
    if (w <= 0) return;
    text += w;
    n -= w;
  }
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

static u64 page_size = 4096;
static i64 self;

/* The beginning of /proc/PID/FILE, closed by a zero; its length, 0 where there is none. */
static u64 of_process(const char *pid, const char *file, char *to, u64 size) {
  char path[64];
  if (length(pid) > 20) return 0;
  *put(put(put(put(path, "/proc/"), pid), "/"), file) = 0;
  i64 fd = sys(N_openat, CWD, (i64)path, O_CLOEXEC, 0, 0);
  if (fd < 0) return 0;
  i64 n = sys(N_read, fd, (i64)to, size - 1, 0, 0);
  sys(N_close, fd, 0, 0, 0, 0);
  if (n < 0) n = 0;
  to[n] = 0;
  return n;
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

/* Pages that this process holds alone. */
static u64 pages(const char *pid) {
  char text[256];
  if (of_process(pid, "statm", text, sizeof text) == 0) return 0;
  u64 resident = word(text, 1), shared = word(text, 2);
  return resident > shared ? resident - shared : 0;
}

/* Microseconds of a process that was left to us, with those of its ended children. */
static u64 left_behind(const char *pid) {
  char text[1024];
  u64 n = of_process(pid, "stat", text, sizeof text);
  while (n > 0 && text[n - 1] != ')') n--; /* a name may hold anything */
  if (n == 0 || text[n] != ' ') return 0;
  const char *s = text + n + 1; /* word 0 is the state, 1 the parent, 11 to 14 the times */
  if (word(s, 1) != (u64)self) return 0;
  return (word(s, 11) + word(s, 12) + word(s, 13) + word(s, 14)) * 10000;
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
  say(text, (u64)(to - text));
  quit(127);
}

__attribute__((used, noreturn)) void begin(i64 *stack) {
  i64 argc = stack[0];
  char **argv = (char **)(stack + 1), **env = argv + argc + 1;
  if (argc < 2) {
    static const char usage[] = "usage: zennet-witness PROGRAM ARGUMENT...\n";
    say(usage, sizeof usage - 1);
    quit(2);
  }
  u64 *aux = (u64 *)env;
  while (*aux) aux++;
  for (aux++; aux[0]; aux += 2)
    if (aux[0] == AT_PAGESZ) page_size = aux[1];
  u64 mine = 1UL << (SIGCHLD - 1) | 1UL << (SIGTERM - 1) | 1UL << (SIGINT - 1) | 1UL << (SIGHUP - 1), before = 0;
  sys(N_rt_sigprocmask, 0, (i64)&mine, (i64)&before, 8, 0);
  sys(N_prctl, SUBREAPER, 1, 0, 0, 0);
  self = sys(N_getpid, 0, 0, 0, 0, 0);
  u64 began = millis(), looked = began, cpu = 0, held = 0, page_millis = 0, due = began + FIRST_NANOS / 1000000;
  i64 child = sys(N_clone, SIGCHLD, 0, 0, 0, 0);
  if (child == 0) {
    sys(N_rt_sigprocmask, 2, (i64)&before, 0, 8, 0);
    become(argv + 1, env);
  }
  if (child < 0) {
    static const char no[] = "zennet-witness: no process can be made\n";
    say(no, sizeof no - 1);
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
    page_millis += held * (now - looked > 1000 ? 1000 : now - looked);
    looked = now;
    if (now >= due) { /* also where ever so many processes end */
      held = every_process(pages);
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
  to = put(decimal(to, page_millis * (page_size / 1024) * 1024 / 1000), " wall=");
  to = put(decimal(to, millis() - began), "\n");
  say(text, (u64)(to - text));
  u32 signal = status & 127;
  if (signal) {
    sys(N_rt_sigprocmask, 2, (i64)&before, 0, 8, 0);
    sys(N_kill, self, signal, 0, 0, 0);
    quit(128 + (int)signal);
  }
  quit((int)(status >> 8 & 255));
  __builtin_unreachable();
}
