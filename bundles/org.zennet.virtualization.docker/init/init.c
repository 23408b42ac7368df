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
#include "kernel.h"
#include "confined.h"
#include "launch.h"
#include "sysv.h"
#include "ustar.h"

enum { NONE = -1, PIECE = 65536, MAX_STDERR = 65536, MAX_ENTRIES = 20000 };
enum { EXITED = 0, TIMEOUT = 1, OUTPUT_LIMIT = 2, CANCELLED = 3, NOT_STARTED = 4, SPOOL_FAILED = 5 };

struct how { u64 flags, mode, resolve; };

static void *pages(u64 n) { i64 p = CALL(mmap, 0, n, 3, 0x22, -1, 0); return p < 0 && p > -4096 ? 0 : (void *)p; }

static i64 now(void) {
  struct timespec t;
  CALL(clock_gettime, 7 /* boot time: goes on while the machine sleeps */, &t);
  return t.seconds * 1000 + t.nanos / 1000000;
}

#include "processes.h"
#include "work.h"
#include "tasks.h"

static void shell(char **envp) {
  char *bash[] = { "-bash", 0 }, *sh[] = { "-sh", 0 }, *box[] = { "sh", "-l", 0 };
  default_signals();
  CALL(execve, "/bin/bash", bash, envp);
  CALL(execve, "/usr/bin/bash", bash, envp);
  CALL(execve, "/bin/sh", sh, envp);
  CALL(execve, "/bin/busybox", box, envp);
  static const char none[] = "this image has no shell\n";
  write_all(2, none, sizeof none - 1);
  quit(127);
}

static void program(char **argv, char **envp) {
  default_signals();
  i64 e = launch(argv, envp);
  static const char none[] = "this program can't be started\r\n";
  write_all(2, none, sizeof none - 1);
  quit(e == -ENOENT ? 127 : 126);
}

/* The engine tells a terminal its size after the program has begun: one that asks at once would see none. */
static void terminal(char **argv, char **envp) {
  u16 size[4] = { 0, 0, 0, 0 };
  for (int i = 0; i < 200 && CALL(ioctl, 0, 0x5413 /* TIOCGWINSZ */, size) >= 0 && !size[0] && !size[1]; i++) pause_ms(5);
  program(argv, envp);
}

static void pid(char **argv, char **envp) {
  char hex[8];
  u64 own = (u64)CALL(getpid);
  for (int i = 0; i < 8; i++) hex[i] = "0123456789abcdef"[own >> (28 - 4 * i) & 15];
  write_all(1, hex, sizeof hex);
  program(argv, envp);
}

__attribute__((used)) void begin(u64 *stack) {
  char **argv = (char **)(stack + 1);
  if (stack[0] == 5 && argv[1][0] == 's') guest = (u32)number(argv[4]);
  if ((stack[0] == 4 || stack[0] == 5) && argv[1][0] == 's') serve(number(argv[2]), number(argv[3]));
  if (stack[0] > 2 && argv[1][0] == 'p') pid(argv + 2, argv + stack[0] + 1);
  if (stack[0] > 2 && argv[1][0] == 't') terminal(argv + 2, argv + stack[0] + 1);
  if (stack[0] == 2 && argv[1][0] == 's') shell(argv + stack[0] + 1);
  if (stack[0] == 2 && argv[1][0] == 'c') {
    /* not /proc/kcore: engines lay the null device over it, which anyone may open */
    static const char *const more[] = { "/.zennet/zennet-writes-the-spool", 0 };
    if (CALL(openat, CWD, "/.zennet", O_DIRECTORY) >= 0) say("spool-can-be-listed");
    if (CALL(openat, CWD, "/.zennet-init", 0) >= 0) say("init-can-be-read");
    confined(more);
  }
  quit(stack[0] == 2 ? 0 : 2);
}
