/*
 * The first process of every container: static, a few KiB, needs nothing of the image. Built by build.sh.
 *
 *   init sleep WALL_MS IDLE_MS   waits; ends the container (and with it, by the kernel, every process in it) when
 *                                its time is over (exit 124) or nobody touched it for so long (exit 125).
 *                                Bytes on stdin, from the node: t touches, k kills every other process.
 *                                Says R when ready and K after a kill.
 *   init nothing                 ends at once: what starting a program costs
 *   init check                   tries what must be refused and says what was not, one word a line
 *
 * It runs as the guest's user: no guest can signal (all signals are blocked, and the first process of a namespace is
 * immune to those of its own), trace or read it (not dumpable), since no capability is left to anyone.
 */
typedef unsigned long u64;
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
enum { READ = 0, WRITE = 1, PPOLL = 271, SIGACTION = 13, SIGPROCMASK = 14, KILL = 62, EXIT = 231, PRCTL = 157,
  CLOCK = 228, OPENAT = 257, SOCKET = 41, PTRACE = 101, MOUNT = 165, UNSHARE = 272, KEYCTL = 250, IO_URING = 425,
  BPF = 321, USERFAULTFD = 323, PERF = 298, SETUID = 105, CHROOT = 161, GETUID = 102, MKNODAT = 259, PERSONALITY = 135,
  CLONE3 = 435, OPEN_BY_HANDLE = 304, SETTIME = 227, SETNS = 308 };
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
enum { READ = 63, WRITE = 64, PPOLL = 73, SIGACTION = 134, SIGPROCMASK = 135, KILL = 129, EXIT = 94, PRCTL = 167,
  CLOCK = 113, OPENAT = 56, SOCKET = 198, PTRACE = 117, MOUNT = 40, UNSHARE = 97, KEYCTL = 219, IO_URING = 425,
  BPF = 280, USERFAULTFD = 282, PERF = 241, SETUID = 146, CHROOT = 51, GETUID = 174, MKNODAT = 33, PERSONALITY = 92,
  CLONE3 = 435, OPEN_BY_HANDLE = 265, SETTIME = 112, SETNS = 268 };
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

struct timespec { i64 s, ns; };
struct pollfd { int fd; short events, revents; };
struct action { void *handler; u64 flags; void *restorer; u64 mask; };

static void quit(int code) {
  for (;;) CALL1(EXIT, code);
}

static i64 now(void) {
  struct timespec t;
  CALL2(CLOCK, 7 /* boot time: goes on while the machine sleeps */, &t);
  return t.s * 1000 + t.ns / 1000000;
}

static i64 number(const char *s) {
  i64 n = 0;
  while (*s >= '0' && *s <= '9') n = n * 10 + (*s++ - '0');
  return n;
}

static void sleeper(i64 wall, i64 idle) {
  struct action ignore = { (void *)1, 0, 0, 0 };
  u64 all = ~0ul;
  CALL4(SIGACTION, 17 /* SIGCHLD: children of the dead are reaped by the kernel */, &ignore, 0, 8);
  CALL4(SIGPROCMASK, 0, &all, 0, 8);
  CALL2(PRCTL, 4 /* PR_SET_DUMPABLE */, 0);
  i64 end = now() + wall, touched = now();
  int open = 1;
  CALL3(WRITE, 1, "R", 1);
  for (;;) {
    i64 t = now(), left = end - t, unused = touched + idle - t;
    if (left <= 0) quit(124);
    struct pollfd p = { 0, 1, 0 };
    i64 wait = left < unused ? left : unused;
    if (wait < 0) wait = 0;
    struct timespec ts = { wait / 1000, wait % 1000 * 1000000 };
    i64 n = CALL5(PPOLL, &p, open, &ts, 0, 8);
    if (n > 0) {
      char b[64];
      i64 got = CALL3(READ, 0, b, sizeof b);
      if (got <= 0) { open = 0; continue; } /* nobody will ever write again: only the clock is left */
      touched = now();
      for (i64 i = 0; i < got; i++) {
        if (b[i] == 'k') {
          CALL2(KILL, -1, 9);
          CALL3(WRITE, 1, "K", 1);
        }
      }
    } else if (unused <= 0) {
      quit(125);
    }
  }
}

static void say(const char *s) {
  i64 n = 0;
  while (s[n]) n++;
  CALL3(WRITE, 1, s, n);
  CALL3(WRITE, 1, "\n", 1);
}

static void check(void) {
  static const char *const locked[] = { "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/kernel/uevent_helper",
    "/proc/sys/kernel/modprobe", "/zennet-writes-the-root", "/dev/kvm", "/dev/mem", "/dev/vda", "/dev/sda",
    "/sys/fs/cgroup/cpu/release_agent", "/sys/fs/cgroup/memory/release_agent", "/sys/fs/cgroup/cgroup.procs",
    "/var/run/docker.sock", "/run/docker.sock", "/proc/1/mem" };
  char zeros[256];
  u64 clone[11] = { 0x10000000 /* user namespace */ };
  for (int i = 0; i < 256; i++) zeros[i] = 0;
  if (CALL0(GETUID) == 0) say("root");
  for (unsigned i = 0; i < sizeof locked / sizeof *locked; i++) {
    if (CALL4(OPENAT, -100, locked[i], 0101 /* write, create */, 0600) >= 0) say(locked[i]);
  }
  if (CALL4(OPENAT, -100, "/proc/1/environ", 0, 0) >= 0) say("init-is-dumpable");
  if (CALL3(SOCKET, 40, 1, 0) >= 0) say("vsock");
  if (CALL3(SOCKET, 16, 3, 0) >= 0) say("netlink");
  if (CALL3(SOCKET, 17, 3, 0) >= 0) say("packet");
  if (CALL3(SOCKET, 2, 3, 1) >= 0) say("raw");
  if (CALL2(IO_URING, 1, zeros) != -1 && CALL2(IO_URING, 1, zeros) != -38) say("io_uring");
  if (CALL4(PTRACE, 16 /* attach */, 1, 0, 0) != -1) say("ptrace");
  if (CALL5(MOUNT, "none", "/tmp", "tmpfs", 0, 0) != -1) say("mount");
  if (CALL1(UNSHARE, 0x10000000) != -1) say("unshare");
  if (CALL2(SETNS, 0, 0) != -1) say("setns");
  i64 c = CALL2(CLONE3, clone, 64);
  if (c == 0) quit(0);
  if (c != -38 && c != -1) say("clone3");
  if (CALL5(KEYCTL, 0, -3, 1, 0, 0) != -1) say("keyctl");
  if (CALL3(BPF, 0, zeros, 48) != -1) say("bpf");
  if (CALL1(USERFAULTFD, 0) != -1) say("userfaultfd");
  if (CALL5(PERF, zeros, 0, -1, -1, 0) != -1) say("perf");
  if (CALL1(SETUID, 0) == 0) say("setuid");
  if (CALL1(CHROOT, "/tmp") == 0) say("chroot");
  if (CALL4(MKNODAT, -100, "/tmp/device", 060600, 0xfe00) == 0) say("mknod");
  if (CALL1(PERSONALITY, 0x0040000) != -1) say("personality");
  if (CALL3(OPEN_BY_HANDLE, -100, zeros, 0) != -1) say("open_by_handle_at");
  if (CALL2(SETTIME, 0, zeros) == 0) say("settime");
  say("checked");
}

__attribute__((used)) void begin(u64 *stack) {
  char **argv = (char **)(stack + 1);
  if (stack[0] == 4 && argv[1][0] == 's') sleeper(number(argv[2]), number(argv[3]));
  if (stack[0] == 2 && argv[1][0] == 'c') check();
  quit(stack[0] == 2 ? 0 : 2);
}
