/* The guest of the container tests: one static program that does what its first argument says. Also built as a wasm module. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/stat.h>
#include <dirent.h>
#ifndef __wasi__
#include <sys/types.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <sched.h>
#include <termios.h>
#endif

#ifdef __wasi__
/* The clock of a module is a counter: 1 us at each reading. So much work between two readings makes a second of it about a second of this world, or longer. */
#define OWN_TIME CLOCK_MONOTONIC
#define SPIN_WORK 600
#define BURN_WORK 600
#else
#define OWN_TIME CLOCK_PROCESS_CPUTIME_ID
#define SPIN_WORK 10000
#define BURN_WORK 100000
#endif

static int is(const char *a, const char *b) { return strcmp(a, b) == 0; }
static void full(int fd, const void *b, size_t n) { const char *p = b; while (n) { ssize_t w = write(fd, p, n); if (w <= 0) exit(90); p += w; n -= (size_t)w; } }
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return (double)t.tv_sec + (double)t.tv_nsec / 1e9; }
static volatile uint64_t sink;
/* Where memory goes that is only held, so that no compiler leaves it out. */
static char *volatile held;
static void spin(double seconds) { double end = now() + seconds; while (now() < end) for (int i = 0; i < SPIN_WORK; i++) sink += (uint64_t)i * i; }
static void nap(double s) { struct timespec t = { (time_t)s, (long)((s - (double)(time_t)s) * 1e9) }; nanosleep(&t, 0); }
static void said(const char *what, int refused) { printf("%s %s\n", what, refused ? "refused" : "ALLOWED"); }

static int put(const char *name, const char *text) {
  FILE *f = fopen(name, "w");
  if (!f) return -1;
  fputs(text, f);
  return fclose(f);
}

static int common(int argc, char **argv) {
  const char *m = argv[1];
  if (is(m, "exit")) return atoi(argv[2]);
  if (is(m, "echo")) { char b[65536]; ssize_t n; while ((n = read(0, b, sizeof b)) > 0) full(1, b, (size_t)n); return 0; }
  if (is(m, "count")) { char b[65536]; ssize_t n; long long t = 0; while ((n = read(0, b, sizeof b)) > 0) t += n; printf("%lld\n", t); return 0; }
  if (is(m, "args")) { for (int i = 2; i < argc; i++) { full(1, argv[i], strlen(argv[i])); full(1, "\0", 1); } return 0; }
  if (is(m, "env")) { extern char **environ; for (char **e = environ; *e; e++) puts(*e); return 0; }
  if (is(m, "bytes")) { unsigned char b[256]; for (int i = 0; i < 256; i++) b[i] = (unsigned char)i; full(1, b, 256); return 0; }
  if (is(m, "out")) { long n = atol(argv[2]); char b[4096]; memset(b, 'o', sizeof b); while (n > 0) { size_t k = n < 4096 ? (size_t)n : 4096; full(1, b, k); n -= (long)k; } return 0; }
  if (is(m, "err")) { long n = atol(argv[2]); char b[4096]; memset(b, 'e', sizeof b); while (n > 0) { size_t k = n < 4096 ? (size_t)n : 4096; full(2, b, k); n -= (long)k; } return 0; }
  if (is(m, "both")) { full(1, "to out", 6); full(2, "to err", 6); return 0; }
  if (is(m, "spin")) { spin(atof(argv[2])); puts("spun"); return 0; }
  if (is(m, "burn")) { /* so much processor time, as the program itself sees it */ double s = atof(argv[2]); struct timespec t, b = { 0, 0 }; if (OWN_TIME == CLOCK_MONOTONIC) clock_gettime(OWN_TIME, &b); full(1, "started\n", 8); do { for (int i = 0; i < BURN_WORK; i++) sink += (uint64_t)i * i; if (clock_gettime(OWN_TIME, &t)) return 5; } while ((double)(t.tv_sec - b.tv_sec) + (double)(t.tv_nsec - b.tv_nsec) / 1e9 < s); puts("burnt"); return 0; }
  if (is(m, "forever")) { full(1, "started\n", 8); for (;;) sink++; }
  if (is(m, "sleep")) { full(1, "started\n", 8); nap(atof(argv[2])); puts("slept"); return 0; }
  if (is(m, "memory")) { size_t n = (size_t)atol(argv[2]); char *p = held = malloc(n); if (!p) { puts("no memory"); return 3; } for (size_t i = 0; i < n; i += 4096) p[i] = (char)i; puts("held"); return 0; }
  if (is(m, "grow")) { full(1, "growing\n", 8); for (long i = 0;; i++) { char *p = held = malloc(1 << 20); if (!p) return 3; memset(p, (int)i | 1, 1 << 20); } }
  if (is(m, "write")) { /* NAME BYTES */
    int fd = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (fd < 0) { printf("open: %s\n", strerror(errno)); return 4; }
    char b[65536]; memset(b, 'w', sizeof b);
    long long left = atoll(argv[3]), done = 0;
    while (left > 0) { ssize_t w = write(fd, b, left < (long long)sizeof b ? (size_t)left : sizeof b); if (w <= 0) { printf("%s after %lld\n", strerror(errno), done); return errno == ENOSPC ? 28 : 5; } left -= w; done += w; }
    printf("wrote %lld\n", done); return 0; }
  if (is(m, "cat")) { for (int i = 2; i < argc; i++) { int fd = open(argv[i], O_RDONLY); if (fd < 0) { printf("%s: %s\n", argv[i], strerror(errno)); return 4; } char b[65536]; ssize_t n; while ((n = read(fd, b, sizeof b)) > 0) full(1, b, (size_t)n); close(fd); } return 0; }
  if (is(m, "ls")) { DIR *d = opendir(argc > 2 ? argv[2] : "."); if (!d) { puts(strerror(errno)); return 4; } struct dirent *e; while ((e = readdir(d))) if (!is(e->d_name, ".") && !is(e->d_name, "..")) puts(e->d_name); return 0; }
  if (is(m, "results")) { /* makes a tree of outputs */
    mkdir("results", 0755); mkdir("results/deep", 0755);
    put("results/b", "two"); put("results/a", "one"); put("results/deep/\xc3\xa9", "three"); put("plain", "four"); put("unwanted", "no");
#ifndef __wasi__
    chmod("results/b", 0755); if (symlink("/etc/passwd", "results/link")) return 6; if (mkfifo("results/fifo", 0644)) return 6;
#endif
    return 0; }
  if (is(m, "clock")) { printf("%lld\n", (long long)time(0)); return 0; }
  if (is(m, "recurse")) { volatile char b[1024]; b[0] = (char)argc; char *a[] = { argv[0], (char *)"recurse", 0 }; int r = common(argc + b[0] % 1 + 1, a); b[1] = (char)r; return r + b[1]; }
  if (is(m, "wait-for")) { /* NAME: waits until a file is there */ for (;;) { struct stat s; if (stat(argv[2], &s) == 0) { puts("found"); return 0; } nap(0.02); } }
  return -1;
}

/* Payloads that need files and streams only. */
#ifdef __wasi__
#define FIRST_DESCRIPTOR 4
#define NO_MODULE(what) ((void)0)
#else
#define FIRST_DESCRIPTOR 3
#define NO_MODULE(what) what
#endif
static int greedy(int argc, char **argv) {
  const char *m = argv[1];
  if (is(m, "fill")) { /* every place that can be written */ const char *dirs[] = { "/work", "/tmp", "/dev/shm", "/var/tmp", "/run", "/", "/.zennet" }; char b[65536], name[64]; memset(b, 1, sizeof b); long long n = 0; for (unsigned i = 0; i < sizeof dirs / sizeof *dirs; i++) { snprintf(name, sizeof name, "%s/fill", dirs[i]); int fd = open(name, O_WRONLY | O_CREAT, 0600); if (fd < 0) continue; ssize_t w; while ((w = write(fd, b, sizeof b)) > 0 && n < 4LL << 30) n += w; } printf("%lld\n", n); return n >= 4LL << 30; }
  if (is(m, "inodes")) { long n = 0; char name[32]; for (;; n++) { snprintf(name, sizeof name, "f%ld", n); int fd = open(name, O_WRONLY | O_CREAT, 0600); if (fd < 0) break; close(fd); if (n > 2000000) break; } printf("%ld\n", n); return n > 2000000; }
  if (is(m, "deep")) { long n = 0; while (n < 20000 && mkdir("dddddddddd", 0700) == 0 && chdir("dddddddddd") == 0) n++; printf("%ld\n", n); return 0; }
  if (is(m, "long-name")) { char name[4096]; memset(name, 'n', sizeof name); name[255] = 0; int a = open(name, O_CREAT | O_WRONLY, 0600); name[255] = 'n'; name[4095] = 0; int b = open(name, O_CREAT | O_WRONLY, 0600); int c = open("new\nline\x1b[31m", O_CREAT | O_WRONLY, 0600); printf("%d %d %d\n", a >= 0, b >= 0, c >= 0); return 0; }
  if (is(m, "files")) { int n = 0, p[2]; put("own", "x"); while (open("/proc/self/status", O_RDONLY) >= 0 || open("own", O_RDONLY) >= 0) n++;
#ifndef __wasi__
    while (pipe(p) == 0) n += 2;
#else
    (void)p;
#endif
    printf("%d\n", n); return n > 100000; }
  if (is(m, "flood-out")) { char *b = malloc(1 << 20); memset(b, argc > 2 ? 'x' : '\n', 1 << 20); for (;;) full(1, b, 1 << 20); }
  if (is(m, "flood-err")) { char b[65536]; memset(b, 'e', sizeof b); for (long long n = 0; n < 64LL << 20; n += (long long)sizeof b) full(2, b, sizeof b); puts("flooded"); return 0; }
  if (is(m, "escapes")) { static const char e[] = "\033]0;owned\007\033[2J\0\033[31mred\r\n"; full(1, e, sizeof e - 1); return 0; }
  if (is(m, "descriptors")) { int found = 0; /* a module has its files under 3 */ for (int i = FIRST_DESCRIPTOR; i < 4096; i++) if (fcntl(i, F_GETFL) >= 0) { char l[300], p[64]; snprintf(p, sizeof p, "/proc/self/fd/%d", i); ssize_t n = readlink(p, l, sizeof l - 1); l[n > 0 ? n : 0] = 0; printf("%d %s\n", i, l); found++; } for (int i = 0; i < 3; i++) { char l[300], p[64]; snprintf(p, sizeof p, "/proc/self/fd/%d", i); ssize_t n = readlink(p, l, sizeof l - 1); l[n > 0 ? n : 0] = 0; printf("std %d %s\n", i, l); } return found; }
  if (is(m, "escape-cwd")) { /* CANARY: a file of the host */ const char *from[] = { "", "/proc/self/cwd/../../../../../..", "/proc/self/root/../..", "/proc/1/cwd", "/proc/1/root", "/proc/self/fd/3", "/proc/self/fd/7/../..", "/proc/self/fd/8/../..", "/proc/self/fd/9/../..", "/work/../../../../../.." }; char n[5000]; for (unsigned i = 0; i < sizeof from / sizeof *from; i++) { snprintf(n, sizeof n, "%s%s", from[i], argv[2]); said(n, open(n, O_WRONLY) < 0); } return 0; }
  if (is(m, "links-out")) { mkdir("results", 0755); said("x", symlink("/etc/shadow", "results/shadow") == 0); symlink("/", "results/root"); symlink("..", "results/up"); symlink("/proc/1/root", "results/init"); link("/etc/passwd", "results/hard"); mkdir("results/dir", 0); put("results/secret", "mine"); NO_MODULE(mkfifo("results/fifo", 0666)); NO_MODULE(chmod("results/secret", 0)); symlink("/etc", "plain"); return 0; }
  if (is(m, "sparse")) { int fd = open("sparse", O_WRONLY | O_CREAT, 0600); if (ftruncate(fd, 1LL << 40)) { puts("refused"); return 0; } puts("sparse"); return 0; }
  if (is(m, "many-results")) { mkdir("results", 0755); char n[64]; for (long i = 0; i < 30000; i++) { snprintf(n, sizeof n, "results/%ld", i); int fd = open(n, O_CREAT | O_WRONLY, 0600); if (fd < 0) break; close(fd); } return 0; }
  return -1;
}

#ifdef __wasi__
/* What only a module can try: its own memory and the calls that it imports, with no C library between. */
#include <wasi/api.h>
static int raw_open(int fd, const char *path) { __wasi_fd_t got; return __wasi_path_open((__wasi_fd_t)fd, 1, path, 0, 0x1FFFFFFF, 0x1FFFFFFF, 0, &got) == 0; }
static __wasi_errno_t wild(int n) {
  void *far = (void *)0xFFFFFFF0u; __wasi_size_t size; __wasi_filesize_t long_size; __wasi_fd_t fd;
  __wasi_ciovec_t beyond = { far, 0xFFFFFFFFu }; __wasi_iovec_t into = { far, 0xFFFFFFFFu };
  switch (n) {
    case 0: return __wasi_fd_write(1, far, 1000, &size);
    case 1: return __wasi_fd_write(1, &beyond, 1, &size);
    case 2: return __wasi_fd_write(1, &beyond, 0xFFFFFFFFu, &size);
    case 3: return __wasi_fd_read(0, far, 1000, &size);
    case 4: return __wasi_fd_read(0, &into, 1, &size);
    case 5: return __wasi_random_get(0, 0xFFFFFFFFu);
    case 6: return __wasi_poll_oneoff(far, far, 0x7FFFFFFF, &size);
    case 7: return __wasi_args_get(far, far);
    case 8: return __wasi_environ_get(far, far);
    case 9: return __wasi_fd_readdir(3, far, 0xFFFFFFFFu, ~0ull, &size);
    case 10: return __wasi_fd_seek(3, INT64_MIN, 7, &long_size);
    case 11: return __wasi_fd_prestat_dir_name(3, far, 0xFFFFFFFFu);
    case 12: return __wasi_path_open(3, 0, "x", 0, ~0ull, ~0ull, 0xFFFF, far);
    case 13: return __wasi_fd_allocate(3, INT64_MAX, INT64_MAX);
    case 14: return __wasi_clock_time_get(0xFFFFFFFFu, 0, far);
    case 15: return __wasi_fd_pwrite(0xFFFFFFFFu, &beyond, 1, ~0ull, far);
    default: return 77;
  }
}
static int hostile(int argc, char **argv) {
  const char *m = argv[1];
  if (is(m, "grow-pages")) { /* asks for as much as there is, and one page more each time */ size_t first = __builtin_wasm_memory_size(0), n = first; while (__builtin_wasm_memory_grow(0, 1) != (size_t)-1) n++; said("everything at once", __builtin_wasm_memory_grow(0, 65535) == (size_t)-1); said("one more", __builtin_wasm_memory_grow(0, 1) == (size_t)-1); for (size_t i = first; i < n; i++) ((volatile char *)0)[(i << 16) + 65535] = 1; printf("%zu\n", n); return n != __builtin_wasm_memory_size(0); }
  if (is(m, "raw-paths")) { /* ...: files of the host */ for (int i = 2; i < argc; i++) for (int fd = -1; fd < 10; fd++) said(argv[i], !raw_open(fd == 9 ? 0x7FFFFFFF : fd, argv[i])); return 0; }
  if (is(m, "raw-links")) { /* ...: files of the host */ put("own", "x"); for (int i = 2; i < argc; i++) { said("symlink", __wasi_path_symlink(argv[i], 3, "way") != 0); said("link", __wasi_path_link(3, 0, argv[i], 3, "way") != 0); said("rename to", __wasi_path_rename(3, "own", 3, argv[i]) != 0); said("rename from", __wasi_path_rename(3, argv[i], 3, "way") != 0); said("unlink", __wasi_path_unlink_file(3, argv[i]) != 0); said("directory", __wasi_path_create_directory(3, argv[i]) != 0); } return 0; }
  if (is(m, "wild")) { printf("%d\n", wild(atoi(argv[2]))); return 0; }
  if (is(m, "descriptors-swapped")) { for (int i = 0; i < 4; i++) for (int k = 0; k < 4; k++) if (__wasi_fd_renumber((__wasi_fd_t)i, (__wasi_fd_t)k)) sink++; for (int i = 3; i >= 0; i--) for (int k = 0; k < 2; k++) if (__wasi_fd_close((__wasi_fd_t)i)) sink++; return write(1, "x", 1) == 1; }
  if (is(m, "no-sockets")) { __wasi_size_t n; __wasi_roflags_t f; __wasi_fd_t fd; __wasi_iovec_t v = { (uint8_t *)argv, 4 }; for (int i = 0; i < 6; i++) { said("accept", __wasi_sock_accept((__wasi_fd_t)i, 0, &fd) != 0); said("recv", __wasi_sock_recv((__wasi_fd_t)i, &v, 1, 0, &n, &f) != 0); said("send", __wasi_sock_send((__wasi_fd_t)i, (__wasi_ciovec_t *)&v, 1, 0, &n) != 0); said("shutdown", __wasi_sock_shutdown((__wasi_fd_t)i, 3) != 0); } return 0; }
  if (is(m, "doze")) for (;;) nap(1e6);
  return -1;
}
#else
static void *spinner(void *a) { (void)a; for (;;) sink++; }
static int tcp(const char *address, int port) {
  int s = socket(AF_INET, SOCK_STREAM, 0);
  if (s < 0) return -1;
  struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
  inet_pton(AF_INET, address, &a.sin_addr);
  struct timeval t = { 1, 0 };
  setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t);
  int r = connect(s, (struct sockaddr *)&a, sizeof a);
  close(s);
  return r;
}
/* A name that begins with @ is an abstract one, which has no file and lives in a namespace of the network. */
static socklen_t unix_name(struct sockaddr_un *a, const char *name) { strncpy(a->sun_path, name, 107); if (*name != '@') return sizeof *a; a->sun_path[0] = 0; return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name)); }
static int can_write(const char *name) { int fd = open(name, O_WRONLY); if (fd >= 0) close(fd); return fd >= 0; }
static long call(long n, long a, long b, long c, long d, long e) { errno = 0; return syscall(n, a, b, c, d, e); }
/* Whether the kernel refused for want of right, before it looked at what it was given. */
static int barred(long r) { return r < 0 && (errno == EPERM || errno == ENOSYS || errno == EACCES); }

static int hostile(int argc, char **argv) {
  const char *m = argv[1];
  static char zeros[256];
  if (is(m, "signal")) { raise(atoi(argv[2])); return 0; }
  if (is(m, "fault")) { *(volatile int *)8 = 1; return 0; }
  if (is(m, "beats")) { /* N: works 5 ms and tells its number and the time in ms, so often */ for (int i = 0; i < atoi(argv[2]); i++) { spin(0.005); printf("%d %lld\n", i, (long long)(now() * 1000)); } return 0; }
  if (is(m, "children")) { /* N: all at once, all reaped */ int n = atoi(argv[2]), ok = 0; for (int i = 0; i < n; i++) { pid_t p = fork(); if (p == 0) { nap(0.2); _exit(i & 0x7F); } if (p > 0) ok++; } int st, got = 0; while (wait(&st) > 0) got++; printf("%d %d\n", ok, got); return 0; }
  if (is(m, "background")) { if (fork() == 0) { setsid(); if (fork() == 0) { for (;;) { put("/work/alive", "x"); nap(0.01); } } _exit(0); } nap(0.1); puts("left one behind"); return 0; }
  if (is(m, "terminal")) { struct winsize w; for (;;) { if (ioctl(0, TIOCGWINSZ, &w)) { puts("no terminal"); return 7; } printf("%dx%d tty=%d\n", w.ws_col, w.ws_row, isatty(1)); fflush(stdout); char c[64]; ssize_t n = read(0, c, sizeof c); if (n <= 0 || c[0] == 'q') return 0; } }
  if (is(m, "on-term")) { sigset_t s; sigemptyset(&s); sigaddset(&s, SIGTERM); sigaddset(&s, SIGINT); sigprocmask(SIG_BLOCK, &s, 0); full(1, "ready\n", 6); int got; sigwait(&s, &got); printf("got %d\n", got); return 40 + got; }
  if (is(m, "who")) { printf("uid=%d gid=%d pid=%d\n", getuid(), getgid(), getpid()); return 0; }

  if (is(m, "fork-bomb")) { full(1, "go\n", 3); for (;;) if (fork() < 0) nap(0.001); }
  if (is(m, "thread-bomb")) { long n = 0; for (;;) { char *stack = mmap(0, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); if (stack == MAP_FAILED) break; int p = clone((int (*)(void *))(void *)spinner, stack + 16384, CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD, 0); if (p < 0) break; if (++n > 5000) break; } printf("%ld threads\n", n); return n > 5000 ? 1 : 0; }
  if (is(m, "shm-bomb")) { int fd = open("/dev/shm/x", O_RDWR | O_CREAT, 0600); char b[65536]; memset(b, 1, sizeof b); long long n = 0; ssize_t w; if (fd >= 0) while ((w = write(fd, b, sizeof b)) > 0 && n < 4LL << 30) n += w; printf("%lld\n", n); return n >= 4LL << 30; }
  if (is(m, "spin-all")) { for (int i = 0; i < 8; i++) if (fork() == 0) for (;;) sink++; spin(atof(argv[2])); kill(0, SIGKILL); return 0; }
  if (is(m, "ignore")) { for (int s = 1; s < 65; s++) signal(s, SIG_IGN); for (int i = 0; i < 3; i++) if (fork() == 0) { setsid(); if (fork() == 0) for (;;) nap(1); _exit(0); } full(1, "ignoring\n", 9); for (;;) nap(1); }
  if (is(m, "kill-all")) { int r = kill(1, SIGKILL); said("kill 1", r < 0 || 1); kill(1, SIGSTOP); kill(1, SIGTERM); kill(-1, SIGSTOP); ptrace(PTRACE_ATTACH, 1, 0, 0); kill(-1, SIGKILL); nap(0.3); puts("still here"); return 0; }
  if (is(m, "zombies")) { int n = 0; for (int i = 0; i < 1000; i++) { pid_t p = fork(); if (p == 0) _exit(0); if (p < 0) break; n++; } printf("%d\n", n); return 0; }
  if (is(m, "signal-storm")) { if (fork() == 0) { for (;;) kill(getppid(), SIGCONT); } double end = now() + 1; while (now() < end) kill(1, SIGCHLD); puts("stormed"); return 0; }
  if (is(m, "kernel-files")) { const char *f[] = { "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/kernel/uevent_helper", "/proc/sys/kernel/modprobe", "/proc/sys/vm/panic_on_oom", "/proc/sys/kernel/hostname", "/sys/kernel/mm/transparent_hugepage/enabled", "/proc/1/oom_score_adj", "/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/notify_on_release", "/sys/fs/cgroup/memory/release_agent", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "/sys/fs/cgroup/devices/devices.allow", "/sys/fs/cgroup/release_agent", "/etc/passwd", "/etc/shadow", "/bin/guest", "/guest", "/proc/1/mem", "/proc/1/root/etc/passwd" }; for (unsigned i = 0; i < sizeof f / sizeof *f; i++) said(f[i], !can_write(f[i])); return 0; }
  if (is(m, "mounts")) { said("mount", mount("none", "/tmp", "tmpfs", 0, "") < 0); said("bind", mount("/", "/tmp", 0, MS_BIND, 0) < 0); said("umount", umount("/proc") < 0); said("cgroup", mount("cgroup", "/tmp", "cgroup", 0, "devices") < 0); said("cgroup2", mount("none", "/tmp", "cgroup2", 0, "") < 0); said("proc", mount("proc", "/tmp", "proc", 0, "") < 0); said("unshare cgroup", unshare(0x02000000) < 0); said("pivot_root", syscall(SYS_pivot_root, ".", ".") < 0); said("chroot", chroot("/tmp") < 0); said("unshare user", unshare(CLONE_NEWUSER) < 0); said("unshare mount", unshare(CLONE_NEWNS) < 0); said("unshare pid", unshare(CLONE_NEWPID) < 0); said("clone user", syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0) < 0); uint64_t c[11] = { CLONE_NEWUSER }; said("clone3 user", syscall(435, c, 64L) < 0); said("setns", barred(call(SYS_setns, -1, 0, 0, 0, 0))); return 0; }
  if (is(m, "trace")) { said("ptrace init", barred(ptrace(PTRACE_ATTACH, 1, 0, 0))); int fd = open("/proc/1/mem", O_RDWR); said("init memory", fd < 0); said("init environment", open("/proc/1/environ", O_RDONLY) < 0); said("init descriptors", opendir("/proc/1/fd") == 0); said("init maps", open("/proc/1/maps", O_RDONLY) < 0 || 0); char l[64]; said("init root", readlink("/proc/1/root", l, sizeof l) < 0); said("init cwd", readlink("/proc/1/cwd", l, sizeof l) < 0); return 0; }
  if (is(m, "sockets")) { said("raw", socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) < 0); said("packet", socket(AF_PACKET, SOCK_RAW, 0) < 0); said("netlink", socket(AF_NETLINK, SOCK_RAW, 0) < 0); said("vsock", socket(40, SOCK_STREAM, 0) < 0); said("alg", socket(38, SOCK_SEQPACKET, 0) < 0); said("bluetooth", socket(31, SOCK_RAW, 1) < 0); return 0; }
  if (is(m, "network")) { /* PORT of a service of the host */ int port = atoi(argv[2]); said("loopback", tcp("127.0.0.1", port) < 0); said("bridge", tcp("172.17.0.1", port) < 0); said("metadata", tcp("169.254.169.254", 80) < 0); said("lan", tcp("192.168.1.1", 80) < 0); for (int i = 3; i < argc; i++) said(argv[i], tcp(argv[i], port) < 0); return 0; }
  if (is(m, "unix-sockets")) { for (int i = 2; i < argc; i++) { int s = socket(AF_UNIX, SOCK_STREAM, 0); struct sockaddr_un a; memset(&a, 0, sizeof a); a.sun_family = AF_UNIX; said(argv[i], connect(s, (void *)&a, unix_name(&a, argv[i])) < 0); close(s); } return 0; }
  if (is(m, "listen")) { /* NAME of an abstract socket; on the host: tells when it listens and who came */ int s = socket(AF_UNIX, SOCK_STREAM, 0); struct sockaddr_un a; memset(&a, 0, sizeof a); a.sun_family = AF_UNIX; if (bind(s, (void *)&a, unix_name(&a, argv[2])) || listen(s, 5)) return 6; puts("listens"); if (accept(s, 0, 0) >= 0) puts("somebody came"); return 0; }
  if (is(m, "setuid")) { said("setuid", setuid(0) < 0); said("setgid", setgid(0) < 0); said("setresuid", setresuid(0, 0, 0) < 0); said("chown", chown("/work", 0, 0) < 0); int fd = open("/work/su", O_WRONLY | O_CREAT, 0755); close(fd); chmod("/work/su", 04755); struct stat st; said("uid is 0", getuid() != 0 && geteuid() != 0 && stat("/work/su", &st) == 0 && st.st_uid != 0); return 0; }
  if (is(m, "keyring")) { said("add_key", barred(syscall(SYS_add_key, "user", "zennet", "x", 1L, -3L))); said("keyctl", barred(call(SYS_keyctl, 0, -3, 1, 0, 0))); said("request_key", barred(call(SYS_request_key, 0, 0, 0, 0, 0))); return 0; }
  if (is(m, "clocks")) { struct timespec t = { 0, 0 }; said("settimeofday", barred(call(SYS_settimeofday, (long)&t, 0, 0, 0, 0))); said("clock_settime", barred(call(SYS_clock_settime, 0, (long)&t, 0, 0, 0))); said("adjtimex", barred(call(SYS_adjtimex, (long)zeros, 0, 0, 0, 0)) || 0); return 0; }
  if (is(m, "devices")) { said("mknod disk", mknod("/work/disk", S_IFBLK | 0600, 0xfe00) < 0); said("mknod mem", mknod("/work/mem", S_IFCHR | 0600, 0x101) < 0); const char *f[] = { "/dev/mem", "/dev/kmem", "/dev/kvm", "/dev/vda", "/dev/sda", "/dev/fuse", "/dev/net/tun", "/dev/loop-control", "/proc/kcore", "/dev/kmsg" }; for (unsigned i = 0; i < sizeof f / sizeof *f; i++) said(f[i], open(f[i], O_RDWR) < 0); return 0; }
  if (is(m, "calls")) { struct { const char *n; long c; } c[] = { { "bpf", SYS_bpf }, { "userfaultfd", SYS_userfaultfd }, { "perf_event_open", SYS_perf_event_open }, { "io_uring_setup", 425 }, { "kexec_load", SYS_kexec_load }, { "init_module", SYS_init_module }, { "delete_module", SYS_delete_module }, { "reboot", SYS_reboot }, { "swapon", SYS_swapon }, { "acct", SYS_acct }, { "open_by_handle_at", SYS_open_by_handle_at }, { "name_to_handle_at", SYS_name_to_handle_at }, { "process_vm_readv", SYS_process_vm_readv }, { "kcmp", SYS_kcmp }, { "fanotify_init", SYS_fanotify_init }, { "quotactl", SYS_quotactl }, { "move_mount", 429 }, { "fsopen", 430 }, { "pidfd_getfd", 438 }, { "syslog", SYS_syslog }, { "sethostname", SYS_sethostname } }; for (unsigned i = 0; i < sizeof c / sizeof *c; i++) said(c[i].n, barred(call(c[i].c, -1, (long)zeros, -1, (long)zeros, -1))); return 0; }
  if (is(m, "shared-memory")) { /* MiB of segments, queues that are full, semaphores: they outlive who makes them */
    static struct { long type; char text[4096]; } letter = { 1, "" };
    int n = 0, queues = 0, semaphores = 0;
    for (; n < 65536; n++) { int id = shmget(IPC_PRIVATE, 1 << 20, IPC_CREAT | 0600); if (id < 0) break; char *p = shmat(id, 0, 0); if (p == (char *)-1) break; for (long k = 0; k < 1 << 20; k += 4096) p[k] = 1; }
    for (; queues < 65536; queues++) { int id = msgget(IPC_PRIVATE, IPC_CREAT | 0600); if (id < 0) break; while (msgsnd(id, &letter, sizeof letter.text, IPC_NOWAIT) == 0); }
    for (; semaphores < 1 << 24; semaphores += 250) if (semget(IPC_PRIVATE, 250, IPC_CREAT | 0600) < 0) break;
    printf("%d %d %d\n", n, queues, semaphores); return 0; }
  if (is(m, "rewrite-inputs")) { /* writes to what it was given while it is taken */ mkdir("results", 0755); if (fork() == 0) { setsid(); for (;;) { put("results/a", "short"); truncate("results/a", 60000); unlink("results/a"); symlink("/etc/shadow", "results/a"); unlink("results/a"); } } nap(0.2); return 0; }
  if (is(m, "exchange")) { /* DIRECTORY TARGET: beside a task, makes links to the target of the directories that its files are unpacked to */ puts("exchanging"); fflush(stdout); for (double end = now() + 20; now() < end;) { DIR *d = opendir("/work"); struct dirent *e; char in[600], out[600]; while (d && (e = readdir(d))) { if (e->d_name[0] == '.') continue; snprintf(in, sizeof in, "/work/%s/%s", e->d_name, argv[2]); snprintf(out, sizeof out, "/work/%s/%s-%d", e->d_name, argv[2], (int)(sink++ & 0xFFFF)); if (rename(in, out) == 0 && symlink(argv[3], in) == 0) { spin(0.0002); unlink(in); rename(out, in); } } if (d) closedir(d); } return 0; }
  if (is(m, "environments")) { /* of every process that it can see */ DIR *d = opendir("/proc"); struct dirent *e; char n[300], b[65536]; while (d && (e = readdir(d))) { snprintf(n, sizeof n, "/proc/%s/environ", e->d_name); int fd = open(n, O_RDONLY); ssize_t k = fd < 0 ? 0 : read(fd, b, sizeof b); for (ssize_t i = 0; i < k; i++) if (!b[i]) b[i] = '\n'; if (k > 0) full(1, b, (size_t)k); if (fd >= 0) close(fd); } return 0; }
  if (is(m, "locks")) { long n = 0; for (int i = 0; i < 100; i++) { void *p = mmap(0, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); if (mlock(p, 1 << 20) == 0) n++; } printf("%ld\n", n); return n >= 100; }
  if (is(m, "fsync-storm")) { double end = now() + 1; long n = 0; int fd = open("f", O_CREAT | O_WRONLY, 0600); while (now() < end) { full(fd, "x", 1); fsync(fd); sync(); n++; } printf("%ld\n", n); return 0; }
  if (is(m, "priority")) { said("nice", setpriority(PRIO_PROCESS, 0, -10) < 0); struct sched_param p = { 50 }; said("real time", sched_setscheduler(0, SCHED_FIFO, &p) < 0); struct rlimit r = { 1 << 20, 1 << 20 }; said("more files", setrlimit(RLIMIT_NOFILE, &r) < 0); struct rlimit c = { RLIM_INFINITY, RLIM_INFINITY }; said("core files", setrlimit(RLIMIT_CORE, &c) < 0); said("oom score", !can_write("/proc/1/oom_score_adj")); return 0; }
  if (is(m, "core")) { struct rlimit r; getrlimit(RLIMIT_CORE, &r); printf("%llu\n", (unsigned long long)r.rlim_max); abort(); }
  return -1;
}
#endif

int main(int argc, char **argv) {
  setvbuf(stdout, 0, _IOLBF, 4096);
#ifdef OTHER
  puts("another program"); return 0;
#endif
  if (argc < 2) { puts("no argument"); return 2; }
  int r = common(argc, argv);
  if (r == -1) r = greedy(argc, argv);
  if (r == -1) r = hostile(argc, argv);
  if (r == -1) { fprintf(stderr, "unknown: %s\n", argv[1]); return 99; }
  fflush(stdout);
  return r;
}
