/* Processes of the guest: who is whose child, and how they end. See init.c. */

struct process { int parent, session; char state; };

static int look(i64 pid, struct process *p) {
  char path[40] = "/proc/", text[512];
  memcpy(decimal(path + 6, (u64)pid), "/stat", 6);
  i64 fd = CALL(openat, CWD, path, O_CLOEXEC, 0);
  if (fd < 0) return 0;
  i64 n = CALL(read, fd, text, sizeof text - 1);
  CALL(close, fd);
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
  i64 fd = CALL(openat, CWD, "/proc", O_DIRECTORY | O_CLOEXEC, 0), n;
  if (fd < 0) return 0;
  while ((n = CALL(getdents64, fd, list, sizeof list)) > 0) {
    for (i64 at = 0; at < n;) {
      struct dirent *d = (struct dirent *)(list + at);
      at += d->length;
      struct process p;
      if (d->name[0] < '1' || d->name[0] > '9') continue;
      i64 pid = number(d->name);
      if (pid == 1 || !look(pid, &p) || p.state == 'Z' || p.state == 'X') continue;
      if (descends(pid, from)) {
        CALL(kill, pid, SIGKILL);
        met++;
      } else {
        ++*beside;
      }
    }
  }
  CALL(close, fd);
  return met;
}

static i64 child_status = -1, child_pid;

static void reap(void) {
  int status;
  i64 pid;
  while ((pid = CALL(wait4, -1, &status, WNOHANG, 0)) > 0) {
    if (pid == child_pid) child_status = status & 0xFFFF;
  }
}

/* Ends all that a task started, and nothing else unless that does not help. */
static void end_tasks(void) {
  int beside;
  for (int i = 0; i < 400; i++) {
    if (kill_tree(1, &beside) && !beside) CALL(kill, -1, SIGKILL); /* at once, so that no fork is missed */
    else if (i == 399) CALL(kill, -1, SIGKILL);
    reap();
    if (!kill_tree(1, &beside)) break;
    pause_ms(5);
  }
  reap();
}
