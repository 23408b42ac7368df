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
#include "kernel.h"
#include "launch.h"

enum { SUBREAPER = 36 };
enum { FIRST_NANOS = 10000000, LOOK_NANOS = 160000000, WATCH_NANOS = 250000000, TICK_MICROS = 10000 };

struct usage { i64 user[2], system[2], rest[14]; }; /* seconds and microseconds */

static u64 millis(void) {
  struct timespec t;
  CALL(clock_gettime, 1, &t);
  return (u64)t.seconds * 1000 + (u64)t.nanos / 1000000;
}

static u64 micros(const struct usage *u) {
  return (u64)(u->user[0] + u->system[0]) * 1000000 + (u64)(u->user[1] + u->system[1]);
}

/* ---- what /proc says */

static i64 self;

/* The beginning of a file, closed by a zero; its length, 0 where there is none. */
static u64 of_file(const char *path, char *to, u64 size) {
  i64 fd = CALL(openat, CWD, path, O_CLOEXEC);
  u64 have = 0;
  if (fd >= 0) {
    for (i64 n; have < size - 1 && (n = CALL(read, fd, (to + have), size - 1 - have)) > 0;) have += n;
    CALL(close, fd);
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
  i64 fd = CALL(openat, CWD, "/proc", O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return 0;
  for (i64 n; (n = CALL(getdents64, fd, all, sizeof all)) > 0;)
    for (i64 i = 0; i < n;) {
      const char *name = all + i + 19;
      if (*name >= '1' && *name <= '9') sum += what(name);
      i += *(unsigned short *)(all + i + 16);
    }
  CALL(close, fd);
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
      int again = CALL(statfs, words[1], fs) != 0;
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
  if (CALL(getppid) == 0) return UNSEEN;
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
  if (CALL(newfstatat, CWD, ".", stat) == 0 && (stat[0] >> 8 & 0xfff) == 7 && of_file("/proc/diskstats", text, sizeof text)) {
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
  struct pollfd in = {0, POLLIN, 0};
  char text[256];
  CALL(unlinkat, CWD, file);
  u64 began = millis(), looked = began, due = began + every, held = held_now(), byte_millis = 0;
  for (;;) {
    u64 now = millis();
    struct timespec wait = {0, WATCH_NANOS};
    if (due > now && due - now < WATCH_NANOS / 1000000) wait.nanos = (i64)(due - now) * 1000000;
    i64 ready = CALL(ppoll, &in, 1, &wait, 0, 8);
    if (ready > 0 && CALL(read, 0, text, sizeof text) <= 0) quit(0);
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
      if (write_all(1, text, (u64)(to - text)) != 0) quit(0);
      due = now + every;
    }
  }
}

/* ---- the program */

static void become(char **argv, char **env) {
  i64 r = launch(argv, env);
  char text[128], *to = put(text, "zennet-witness: the program can't be started: error ");
  to = put(decimal(to, (u64)-r), r == -ENOENT ? ", no such file\n" : "\n");
  write_all(2, text, (u64)(to - text));
  quit(127);
}

__attribute__((used, noreturn)) void begin(i64 *stack) {
  i64 argc = stack[0];
  char **argv = (char **)(stack + 1), **env = argv + argc + 1;
  if (argc < 2) {
    static const char usage[] = "usage: zennet-witness PROGRAM ARGUMENT... | --watch MILLISECONDS\n";
    write_all(2, usage, sizeof usage - 1);
    quit(2);
  }
  if (argc == 3 && length(argv[1]) == 7 && argv[1][0] == '-' && argv[1][2] == 'w') watch(argv[0], word(argv[2], 0));
  u64 mine = 1UL << (SIGCHLD - 1) | 1UL << (SIGTERM - 1) | 1UL << (SIGINT - 1) | 1UL << (SIGHUP - 1), before = 0;
  CALL(rt_sigprocmask, 0, &mine, &before, 8);
  CALL(prctl, SUBREAPER, 1);
  self = CALL(getpid);
  u64 began = millis(), looked = began, cpu = 0, held = 0, byte_millis = 0, due = began + FIRST_NANOS / 1000000;
  i64 child = CALL(clone, SIGCHLD);
  if (child == 0) {
    CALL(rt_sigprocmask, 2, &before, 0, 8);
    become(argv + 1, env);
  }
  if (child < 0) {
    static const char no[] = "zennet-witness: no process can be made\n";
    write_all(2, no, sizeof no - 1);
    quit(126);
  }
  int ended = 0;
  u32 status = 0;
  i64 pause = FIRST_NANOS;
  while (!ended) {
    struct timespec wait = {0, pause};
    i64 sig = CALL(rt_sigtimedwait, &mine, 0, &wait, 8);
    if (sig > 0 && sig != SIGCHLD) CALL(kill, child, sig);
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
      i64 pid = CALL(wait4, -1, &s, WNOHANG, &u);
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
  if (CALL(getrusage, 0, &own) == 0) cpu += micros(&own);
  char text[160], *to = put(text, "zennet-witness 1 cpu=");
  to = put(decimal(to, cpu), " memory=");
  to = put(decimal(to, byte_millis / 1000 * 1024), " wall=");
  to = put(decimal(to, millis() - began), "\n");
  write_all(2, text, (u64)(to - text));
  u32 signal = status & 127;
  if (signal) {
    CALL(rt_sigprocmask, 2, &before, 0, 8);
    CALL(kill, self, signal);
    quit(128 + (int)signal);
  }
  quit((int)(status >> 8 & 255));
  __builtin_unreachable();
}
