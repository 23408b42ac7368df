/*
 * What programs need that have no library: system calls, text and streams. Included once, first, by each of the programs that
 * static-program.sh builds. Every function gives what the kernel gives: below zero is an error number.
 */
#include "calls.h"

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef long i64;

#if defined(__x86_64__)
#define NUMBER(name, x86, arm) N_##name = x86,
static inline i64 sys(i64 n, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f) {
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
static inline i64 sys(i64 n, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f) {
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

/* CALL(openat, CWD, name, 0): missing arguments are 0 */
enum { CALLS(NUMBER) };
#define PICK(a, b, c, d, e, f, g, h, ...) h
#define S1(n) sys(N_##n, 0, 0, 0, 0, 0, 0)
#define S2(n, a) sys(N_##n, (i64)(a), 0, 0, 0, 0, 0)
#define S3(n, a, b) sys(N_##n, (i64)(a), (i64)(b), 0, 0, 0, 0)
#define S4(n, a, b, c) sys(N_##n, (i64)(a), (i64)(b), (i64)(c), 0, 0, 0)
#define S5(n, a, b, c, d) sys(N_##n, (i64)(a), (i64)(b), (i64)(c), (i64)(d), 0, 0)
#define S6(n, a, b, c, d, e) sys(N_##n, (i64)(a), (i64)(b), (i64)(c), (i64)(d), (i64)(e), 0)
#define S7(n, a, b, c, d, e, f) sys(N_##n, (i64)(a), (i64)(b), (i64)(c), (i64)(d), (i64)(e), (i64)(f))
#define CALL(...) PICK(__VA_ARGS__, S7, S6, S5, S4, S3, S2, S1)(__VA_ARGS__)

enum { EPERM = 1, ENOENT = 2, EINTR = 4, EIO = 5, E2BIG = 7, EAGAIN = 11, EACCES = 13, EEXIST = 17, ENOTDIR = 20, EINVAL = 22, ENOSYS = 38 };
enum { CWD = -100, O_WRONLY = 1, O_RDWR = 2, O_CREAT = 0100, O_EXCL = 0200, O_NOCTTY = 0400, O_TRUNC = 01000, O_NONBLOCK = 04000, O_CLOEXEC = 02000000 };
#if defined(__aarch64__)
enum { O_DIRECTORY = 040000, O_NOFOLLOW = 0100000 };
#else
enum { O_DIRECTORY = 0200000, O_NOFOLLOW = 0400000 };
#endif
enum { SIGHUP = 1, SIGINT = 2, SIGKILL = 9, SIGTERM = 15, SIGCHLD = 17, SIGCONT = 18, WNOHANG = 1, POLLIN = 1, POLLOUT = 4 };
enum { AT_REMOVEDIR = 0x200, AT_SYMLINK_NOFOLLOW = 0x100, AT_EMPTY_PATH = 0x1000, STATX_BASIC = 0x7FF };

struct timespec { i64 seconds, nanos; };
struct pollfd { int fd; short events, revents; };
struct dirent { u64 inode; i64 off; u16 length; u8 type; char name[]; };
struct statx { u32 mask, blksize; u64 attributes; u32 nlink, uid, gid; u16 mode, pad; u64 ino, size, rest[26]; };

static inline void quit(int code) {
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

static inline u64 length(const char *s) {
  u64 n = 0;
  while (s[n]) n++;
  return n;
}

static inline int same(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

/* Whether a text begins with another. */
static inline int begins(const char *s, const char *with) {
  while (*with && *s == *with) s++, with++;
  return !*with;
}

/* Whether it is a directory's name for itself or for the one above. */
static inline int dots(const char *s) {
  return s[0] == '.' && (!s[1] || (s[1] == '.' && !s[2]));
}

/* Copies a text without its zero; where it ends. */
static inline char *put(char *to, const char *s) {
  u64 n = length(s);
  memcpy(to, s, n);
  return to + n;
}

/* Writes a number without a zero behind it; where it ends. */
static inline char *decimal(char *to, u64 n) {
  char digits[20];
  int k = 0;
  do digits[k++] = (char)('0' + n % 10); while (n /= 10);
  while (k > 0) *to++ = digits[--k];
  return to;
}

/* The digits at the beginning of a text; what is too large stays beyond 10^12. */
static inline i64 number(const char *s) {
  i64 n = 0;
  while (*s >= '0' && *s <= '9' && n < 1000000000000) n = n * 10 + (*s++ - '0');
  return n;
}

/* 0, or why not all was written. */
static inline i64 write_all(int fd, const void *bytes, u64 n) {
  const u8 *b = bytes;
  while (n > 0) {
    i64 w = CALL(write, fd, b, n);
    if (w == -EINTR) continue;
    if (w <= 0) return w ? w : -EIO;
    b += w;
    n -= (u64)w;
  }
  return 0;
}

/* How much came before the end or an error. */
static inline u64 read_all(int fd, void *bytes, u64 n) {
  u64 got = 0;
  while (got < n) {
    i64 r = CALL(read, fd, (u8 *)bytes + got, n - got);
    if (r == -EINTR) continue;
    if (r <= 0) break;
    got += (u64)r;
  }
  return got;
}

static inline void say(const char *s) {
  write_all(1, s, length(s));
  write_all(1, "\n", 1);
}

static inline void pause_ms(i64 ms) {
  struct timespec t = { ms / 1000, ms % 1000 * 1000000 };
  CALL(ppoll, 0, 0, &t, 0, 8);
}
