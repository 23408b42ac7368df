/* Becomes a program, found as a shell would: along PATH where its name has no slash. Needs kernel.h. */

/* What is ignored stays so across execve: a node started in the background of a script ignores interrupts, its guests must not. */
static inline void default_signals(void) {
  struct { void *handler; u64 flags; void *restorer; u64 mask; } usual = { 0, 0, 0, 0 };
  for (int s = 1; s <= 64; s++) CALL(rt_sigaction, s, &usual, 0, 8);
}

/* Only comes back when that can't be, with the reason: the first other than "not there", or that. */
static inline i64 launch(char **argv, char **env) {
  static char whole[8192];
  const char *path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  u64 n = length(argv[0]);
  for (const char *s = argv[0]; *s; s++)
    if (*s == '/') return CALL(execve, argv[0], argv, env);
  for (char **e = env; *e; e++)
    if (begins(*e, "PATH=")) path = *e + 5;
  i64 why = -ENOENT;
  while (*path && n > 0) {
    u64 p = 0;
    while (path[p] && path[p] != ':') p++;
    if (p > 0 && p + n + 2 < sizeof whole) {
      memcpy(whole, path, p);
      whole[p] = '/';
      memcpy(whole + p + 1, argv[0], n + 1);
      i64 r = CALL(execve, whole, argv, env);
      if (r != -ENOENT && r != -ENOTDIR && !(r == -EACCES && why != -ENOENT)) why = r;
      if (r != -ENOENT && r != -ENOTDIR && r != -EACCES) break;
    }
    path += p + (path[p] == ':');
  }
  return why;
}
