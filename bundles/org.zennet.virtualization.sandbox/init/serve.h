/* "init serve": the first process of a container, and its frames. See init.c. */

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
  if (write_all(1, piece, 8 + n) != 0) quit(1);
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
  default_signals();
  CALL(rt_sigprocmask, 2, &none, 0, 8);
  /* when memory lacks, programs go before the first process */
  CALL(prctl, 4 /* dumpable: else this may not say so */, 1, 0, 0, 0);
  i64 first = CALL(openat, CWD, "/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (first >= 0) CALL(write, first, "900", 3);
  i64 r = CALL(chdir, directory);
  if (r == 0) r = launch(argv, env);
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
    i64 where = CALL(mmap, 0, WINDOW, 3, 0x22, -1, 0);
    if (where < 0 && where > -4096) good = 0; else c->input = (u8 *)where;
  }
  i64 pid = -EAGAIN;
  if (good) {
    c->terminal = (u8)terminal;
    pid = CALL(clone, SIGCHLD, 0, 0, 0, 0);
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
    for (i64 at = 0; at < got; at += ((struct dirent *)(entries + at))->length) {
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
  CALL(kill, -c->pid, SIGKILL);
  if (!c->ended) CALL(kill, c->pid, SIGKILL);
  for (int tries = 0; tries < 20; tries++) {
    int n = processes(), found = 0;
    mark(n, c->pid);
    for (int i = 0; i < n; i++) {
      if (table[i].keep && table[i].pid != 1) { found = 1; CALL(kill, table[i].pid, SIGKILL); }
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
    if (!beside) CALL(kill, -1, SIGKILL);
    reap();
    int n = processes();
    for (int i = 0; i < CHANNELS; i++)
      if (channels[i].used && channels[i].beside && !channels[i].ended) mark(n, channels[i].pid);
    for (int i = 0; i < n; i++) {
      if (!table[i].keep && table[i].pid != 1) { found = 1; CALL(kill, table[i].pid, SIGKILL); }
    }
    if (!found) break;
    pause_ms(1);
  }
  send('K', 0, 0, 0);
}

static void reap(void) {
  int status;
  i64 pid;
  while ((pid = CALL(wait4, -1, &status, WNOHANG, 0)) > 0) {
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
  if (c->in >= 0 && CALL(ioctl, c->in, 0x540F /* the group in front */, &front) == 0 && front > 1) CALL(kill, -front, SIGHUP);
  if (!c->ended) {
    CALL(kill, -c->pid, SIGHUP);
    CALL(kill, -c->pid, SIGCONT);
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
  struct pollfd polls[2 + 3 * CHANNELS];
  struct { u8 channel, what; } whose[2 + 3 * CHANNELS];
  u64 all = ~0ul, child = 1ul << (SIGCHLD - 1);
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
