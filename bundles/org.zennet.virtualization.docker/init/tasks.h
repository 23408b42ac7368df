/* "init serve": the first process of a container, which runs tasks from the spool. See init.c. */

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
  char *end = decimal(name, id);
  memcpy(end, suffix, length(suffix) + 1);
  return CALL(openat, spool, name, flags | O_CLOEXEC | O_NOFOLLOW, 0644);
}

static void close_part(int *fd) {
  if (*fd >= 0) CALL(close, *fd);
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
  i64 fd = open_part(task.id, ".new", O_WRONLY | O_CREAT | O_TRUNC);
  if (fd < 0) return;
  write_all((int)fd, r, sizeof r);
  CALL(close, fd);
  memcpy(decimal(from, task.id), ".new", 5);
  memcpy(decimal(to, task.id), ".exit", 6);
  CALL(renameat2, spool, from, spool, to, 0);
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

/* In the child: becomes the task's program; says why not through the pipe. */
static void become(int in, int out, int err, int trouble) {
  struct order *o = (struct order *)task.order;
  char *at = task.order + sizeof *o, *end = task.order + task.order_size;
  u64 none = 0;
  i64 e = -EINVAL;
  CALL(prctl, 1 /* die with the first process, which the kernel does anyway */, SIGKILL);
  CALL(setsid);
  CALL(umask, 022);
  char **list = pages(((u64)o->words + o->variables + 2) * sizeof(char *)), **argv = list, **envp = list + o->words + 1;
  if (!list || !o->words || !words(&at, end, o->words, argv) || !words(&at, end, o->variables, envp)) goto failed;
  i64 tar = o->files ? open_part(task.id, ".tar", 0) : 0;
  if (tar < 0) { e = tar; goto failed; }
  if ((e = become_guest()) < 0) goto failed;
  if ((e = CALL(chdir, "/work")) < 0) goto failed;
  if (o->files) {
    if ((e = unpack((int)tar)) < 0) goto failed;
    CALL(close, tar);
  }
  default_signals();
  CALL(rt_sigprocmask, 2, &none, 0, 8);
  if (CALL(dup3, in, 0, 0) < 0 || CALL(dup3, out, 1, 0) < 0 || CALL(dup3, err, 2, 0) < 0) goto failed;
  e = launch(argv, envp);
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
  i64 fd = open_part(id, ".task", 0);
  if (fd < 0 || CALL(statx, fd, "", AT_EMPTY_PATH, STATX_BASIC, &s) < 0 || s.size < sizeof(struct order) || s.size > 8 << 20) { task.runs = 0; if (fd >= 0) CALL(close, fd); record(SPOOL_FAILED, 0, (u32)-fd); tell('E', id); return; }
  task.order_size = s.size;
  i64 map = CALL(mmap, 0, s.size, 3, 2 /* private */, fd, 0);
  CALL(close, fd);
  task.order = (char *)map;
  struct order *o = (struct order *)task.order;
  task.most = o->most;
  task.deadline = task.began + (i64)o->timeout;
  task.in_file = (int)open_part(id, ".in", 0);
  task.out_file = (int)open_part(id, ".out", O_WRONLY | O_CREAT | O_TRUNC);
  task.err_file = (int)open_part(id, ".err", O_WRONLY | O_CREAT | O_TRUNC);
  if (task.out_file < 0 || task.err_file < 0) task.failed = 1;
  CALL(pipe2, in, O_CLOEXEC);
  CALL(pipe2, out, O_CLOEXEC);
  CALL(pipe2, err, O_CLOEXEC);
  CALL(pipe2, trouble, O_CLOEXEC);
  child_status = -1;
  child_pid = CALL(clone, SIGCHLD, 0, 0, 0, 0);
  if (child_pid == 0) become(in[0], out[1], err[1], trouble[1]);
  CALL(close, in[0]);
  CALL(close, out[1]);
  CALL(close, err[1]);
  CALL(close, trouble[1]);
  task.in = in[1];
  task.out = out[0];
  task.err = err[0];
  u32 error = 0;
  i64 got = child_pid < 0 ? 0 : CALL(read, trouble[0], &error, 4); /* until the program is in place */
  CALL(close, trouble[0]);
  if (child_pid < 0) { child_status = 0; error = (u32)-child_pid; got = 4; }
  if (got == 4) { task.reason = NOT_STARTED; task.failed = (int)error; }
  CALL(fcntl, task.in, 4 /* F_SETFL */, O_NONBLOCK);
  CALL(fcntl, task.out, 4, O_NONBLOCK);
  CALL(fcntl, task.err, 4, O_NONBLOCK);
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
  i64 n = CALL(read, *from, buffer, PIECE);
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
    i64 n = CALL(read, task.in_file, task.in_buffer, PIECE);
    if (n <= 0) { close_part(&task.in); close_part(&task.in_file); return; }
    task.in_have = (u64)n;
    task.in_at = 0;
  }
  i64 w = CALL(write, task.in, task.in_buffer + task.in_at, task.in_have - task.in_at);
  if (w > 0) task.in_at += (u64)w;
  else if (w != -EAGAIN) { close_part(&task.in); close_part(&task.in_file); } /* nobody reads it any more */
}

static struct { char **names; u32 count; u64 most; int to; int over; } outputs;

static void gather_now(void) {
  struct pack k = { (int)CALL(openat, CWD, "/work", O_DIRECTORY | O_CLOEXEC, 0), outputs.to, outputs.most, 0, 0 };
  for (u32 i = 0; i < outputs.count; i++) pack(&k, outputs.names[i]);
  memset(task.in_buffer, 0, 1024);
  write_all(k.to, task.in_buffer, 1024);
  CALL(close, k.work);
  outputs.over = k.over;
}

/* Writes the outputs into N.files; whether they are more than may be. With two users the archive comes from a child through a pipe,
   and what counts is what this process takes from it. */
static int gather(void) {
  i64 file = open_part(task.id, ".files", O_WRONLY | O_CREAT | O_TRUNC);
  outputs.over = 0;
  if (!guest) {
    outputs.to = (int)file;
    gather_now();
  } else {
    int ends[2];
    static char buffer[PIECE];
    u64 left = outputs.most + (MAX_ENTRIES + 1) * 1024 + 1024;
    i64 n, pid;
    CALL(pipe2, ends, O_CLOEXEC);
    pid = CALL(clone, SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) {
      outputs.to = ends[1];
      if (become_guest() >= 0) gather_now();
      quit(outputs.over);
    }
    CALL(close, ends[1]);
    while ((n = CALL(read, ends[0], buffer, PIECE)) > 0) {
      if ((u64)n > left) { outputs.over = 1; CALL(kill, pid, SIGKILL); break; }
      left -= (u64)n;
      if (write_all((int)file, buffer, (u64)n) < 0) { outputs.over = 1; CALL(kill, pid, SIGKILL); break; }
    }
    CALL(close, ends[0]);
    int status = 0;
    if (pid > 0) CALL(wait4, pid, &status, 0, 0);
    outputs.over |= status & 0x7F || status >> 8 & 0xFF ? 1 : 0;
  }
  CALL(close, file);
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
  CALL(munmap, task.order, task.order_size);
  task.runs = 0;
  child_pid = 0;
  tell('E', task.id);
}

static void serve(i64 wall, i64 idle) {
  u64 all = ~0ul, chld = 1ul << (SIGCHLD - 1);
  int beside, open = 1;
  u8 have[64];
  u64 got = 0;
  CALL(rt_sigprocmask, 0, &all, 0, 8);
  CALL(prctl, 4 /* PR_SET_DUMPABLE */, 0);
  CALL(umask, guest ? 077 : 022);
  CALL(chdir, "/");
  int children = (int)CALL(signalfd4, -1, &chld, 8, O_NONBLOCK | O_CLOEXEC);
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
    CALL(ppoll, p, 5, &ts, 0, 8);
    if (p[1].revents) {
      char drop[512];
      while (CALL(read, children, drop, sizeof drop) > 0) { }
    }
    reap();
    if (p[2].revents) feed();
    if (p[3].revents) take(&task.out, task.out_file, &task.written, task.most, 1);
    if (p[4].revents) take(&task.err, task.err_file, &task.errors, MAX_STDERR, 0);
    if (!p[0].revents) continue;
    i64 n = CALL(read, 0, have + got, sizeof have - got);
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
          if (spool < 0) spool = (int)CALL(openat, CWD, path, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);
          break;
        }
        case 'r': start(value); break;
        case 'x': if (task.runs && task.id == value) limit(CANCELLED); break;
        case 's': if (CALL(kill, -(i64)(value & 0xFFFFFF), value >> 24) < 0) CALL(kill, value & 0xFFFFFF, value >> 24); break;
        case 'z': for (int i = 0; i < 20 && value > 1 && kill_tree(value, &beside); i++) pause_ms(2); break;
        case 'k': CALL(kill, -1, SIGKILL); break;
        case '?': tell(task.runs ? 'B' : 'I', task.runs ? task.id : 0); break;
      }
      got -= size;
      for (u64 i = 0; i < got; i++) have[i] = have[size + i];
    }
  }
}
