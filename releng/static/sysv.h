/* Removes shared memory, semaphores and message queues, which outlive their processes. Needs kernel.h. */

/* What /proc lists of one kind: a line of names, then lines of a key and an id. */
static inline void remove_listed(const char *list, i64 control) {
  static char text[1 << 14];
  for (int rounds = 0; rounds < 1000; rounds++) {
    i64 f = CALL(openat, CWD, list, O_CLOEXEC);
    if (f < 0) return;
    text[read_all((int)f, text, sizeof text - 1)] = 0;
    CALL(close, f);
    int removed = 0;
    for (char *p = text; *p; p++) {
      if (*p != '\n' || !p[1]) continue;
      char *q = p + 1;
      while (*q == ' ') q++;
      while (*q && *q != ' ' && *q != '\n') q++;
      while (*q == ' ') q++;
      if (*q < '0' || *q > '9') continue;
      /* to remove is command 0 of all three; for semaphores a number comes before it, of no account */
      removed |= sys(control, number(q), 0, 0, 0, 0, 0) >= 0;
    }
    if (!removed) return;
  }
}

static inline void remove_sysv(void) {
  remove_listed("/proc/sysvipc/shm", N_shmctl);
  remove_listed("/proc/sysvipc/sem", N_semctl);
  remove_listed("/proc/sysvipc/msg", N_msgctl);
}
