/*
 * What a guest must not be able to do, tried by a guest: says a word on a line for each that it could, and "checked" at the end.
 * Who reads the words refuses to sell what can't hold its guests. Needs kernel.h.
 */

/* Files that can't be written, further ones of one backend come with the call. */
static const char *const locked[] = { "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/kernel/uevent_helper", "/proc/sys/kernel/modprobe",
  "/zennet-writes-the-root", "/dev/kvm", "/dev/mem", "/dev/vda", "/dev/sda", "/sys/fs/cgroup/cpu/release_agent",
  "/sys/fs/cgroup/memory/release_agent", "/sys/fs/cgroup/cgroup.procs", "/var/run/docker.sock", "/run/docker.sock", "/proc/1/mem" };

static const struct { const char *name; int family, type, protocol; } sockets[] = { { "vsock", 40, 1, 0 }, { "netlink", 16, 3, 0 },
  { "packet", 17, 3, 0 }, { "raw", 2, 3, 1 }, { "alg", 38, 5, 0 }, { "bluetooth", 31, 1, 0 }, { "can", 29, 3, 1 }, { "key", 15, 3, 2 } };

/* Refused before the kernel looks at what it is given. */
static const struct { const char *name; int number; } refused[] = { { "ptrace", N_ptrace }, { "mount", N_mount }, { "unshare", N_unshare },
  { "setns", N_setns }, { "keyctl", N_keyctl }, { "add_key", N_add_key }, { "request_key", N_request_key }, { "io_uring", N_io_uring_setup },
  { "bpf", N_bpf }, { "userfaultfd", N_userfaultfd }, { "perf", N_perf_event_open }, { "open_by_handle_at", N_open_by_handle_at },
  { "name_to_handle_at", N_name_to_handle_at }, { "kexec", N_kexec_load }, { "module", N_init_module }, { "swapon", N_swapon },
  { "reboot", N_reboot }, { "acct", N_acct }, { "process_vm_readv", N_process_vm_readv }, { "process_vm_writev", N_process_vm_writev },
  { "kcmp", N_kcmp }, { "pidfd_getfd", N_pidfd_getfd }, { "fanotify", N_fanotify_init }, { "pivot_root", N_pivot_root },
  { "umount", N_umount2 }, { "sethostname", N_sethostname }, { "quotactl", N_quotactl },
#if defined(__x86_64__)
  { "iopl", 172 },
#endif
  { "move_mount", N_move_mount }, { "fsopen", N_fsopen }, { "syslog", N_syslog } };

static inline void confined(const char *const *more) {
  static char zeros[256];
  u64 clone[11] = { 0x10000000 /* user namespace */ };
  if (CALL(getuid) == 0) say("root");
  for (unsigned i = 0; i < sizeof locked / sizeof *locked; i++)
    if (CALL(openat, CWD, locked[i], O_WRONLY | O_CREAT, 0600) >= 0) say(locked[i]);
  for (; *more; more++)
    if (CALL(openat, CWD, *more, O_WRONLY | O_CREAT, 0600) >= 0) say(*more);
  if (CALL(openat, CWD, "/proc/1/environ", 0) >= 0) say("init-is-dumpable");
  if (CALL(openat, CWD, "/proc/1/fd", O_DIRECTORY) >= 0) say("init-descriptors");
  for (int i = 0, opened = 0; i < 64 && !opened; i++) {
    char path[24] = "/proc/1/fd/";
    *decimal(path + 11, (u64)i) = 0;
    opened = CALL(openat, CWD, path, O_NONBLOCK) >= 0 || CALL(openat, CWD, path, O_WRONLY | O_NONBLOCK) >= 0;
    if (opened) say("init-descriptors-can-be-opened");
  }
  if (CALL(openat, CWD, "/proc/1/cwd/.", O_DIRECTORY) >= 0) say("init-directory");
  if (CALL(ptrace, 16 /* attach */, 1, 0, 0) >= 0) say("init-can-be-traced");
  for (unsigned i = 0; i < sizeof sockets / sizeof *sockets; i++)
    if (CALL(socket, sockets[i].family, sockets[i].type, sockets[i].protocol) >= 0) say(sockets[i].name);
  for (unsigned i = 0; i < sizeof refused / sizeof *refused; i++) {
    /* another error would tell that the kernel was reached */
    i64 r = sys(refused[i].number, -1, (i64)zeros, -1, (i64)zeros, -1, 0);
    if (r != -EPERM && r != -ENOSYS) say(refused[i].name);
  }
  i64 c = CALL(clone3, clone, 64);
  if (c == 0) quit(0);
  if (c != -ENOSYS && c != -EPERM) say("clone3");
  /* where it is let do that, there are two of it from then on */
  c = CALL(clone, 0x10000000 | SIGCHLD, 0, 0, 0, 0);
  if (c == 0) quit(0);
  if (c != -EPERM) say("clone-user-namespace");
  if (CALL(setuid, 0) == 0) say("setuid");
  if (CALL(chroot, "/tmp") == 0) say("chroot");
  if (CALL(mknodat, CWD, "/tmp/device", 060600, 0xfe00) == 0) say("mknod");
  if (CALL(personality, 0x0040000 /* no random addresses */) >= 0) say("personality");
  if (CALL(clock_settime, 0, zeros) == 0) say("settime");
  say("checked");
}
