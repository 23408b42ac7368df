/*
 * The sandbox's own program: static, a few KiB, needs nothing of the image. Built by build.sh.
 *
 *   init enter USER FILTER FILES PLACE ROOT TOOLS DISK SHARED GROUP... -- PROGRAM ARGUMENT...
 *       outside, as the superuser: joins the control groups (files named cgroup.procs), and in a mount namespace of its own
 *       shows ROOT as PLACE/root, TOOLS as PLACE/tools and the file system in the file DISK ("-" for none) as PLACE/work,
 *       the user's; in an IPC namespace of its own sets limits of what outlives programs (SHARED pages of shared memory at
 *       most); sets limits of programs (FILES open files at most), opens FILTER as descriptor 9, becomes USER for good, and
 *       becomes PROGRAM with an empty environment. What was mounted goes with the last process.
 *   init serve
 *       inside, the first process of a container: starts programs and passes their streams, see below
 *   init unpack DIRECTORY
 *       inside: makes DIRECTORY and unpacks the ustar archive on its standard input there
 *   init pack DIRECTORY NAME...
 *       inside: writes files and directories below DIRECTORY as a ustar archive; follows no links
 *   init remove DIRECTORY... [ipc]
 *       inside: removes directories and all below them, as far as that can be; and with "ipc" all shared memory, semaphores
 *       and message queues, which else would outlive their processes
 *   init check
 *       inside: tries what must be refused and says what was not, one word a line
 *
 * "serve" talks to the keeper over its standard input and output in frames: kind (1 byte), stream or flags (1), channel
 * (2), length (4), all little-endian, then that many bytes. Channels are chosen by the keeper, one for each program.
 *   to it:    'S' start: flags 1 = with a terminal; columns (2), rows (2), number of arguments (2), of variables (2), then
 *                 directory, arguments, variables, each closed by a zero
 *             'D' bytes for the program's input, never more than was granted; 'E' the input's end
 *             'C' so many bytes (4) of stream 1 or 2 were taken; 'G' signal (flags); 'W' new size of the terminal
 *             'X' kill the program and what it started; 'K' kill everything that no program with flag 2 started
 *   from it:  'R' ready; 'D' bytes of stream 1 or 2; 'E' its end; 'C' so many bytes of input were taken;
 *             'X' the program ended: flags 0 = code (4), 1 = by signal (4), 2 = it could not be started: errno (4); 'K' killed
 * Nothing is sent beyond WINDOW bytes that were not yet taken, so that a slow reader slows the program and nobody else.
 * It ends when its input does, and with it, by the kernel, everything in the container.
 *
 * It runs as the guest's user. No guest can signal it (the first process of a namespace is immune to its own), trace or
 * read it (not dumpable), since no capability is left to anyone.
 */
#include "kernel.h"
#include "confined.h"
#include "launch.h"
#include "sysv.h"
#include "ustar.h"

static void fail(const char *what, const char *which) {
  write_all(2, what, length(what));
  write_all(2, which, length(which));
  write_all(2, "\n", 1);
  quit(1);
}

#include "enter.h"
#include "files.h"
#include "serve.h"

__attribute__((used)) void begin(u64 *stack) {
  int argc = (int)stack[0];
  char **argv = (char **)(stack + 1);
  if (argc > 1 && same(argv[1], "enter")) enter(argc, argv);
  if (argc == 2 && same(argv[1], "serve")) serve();
  if (argc == 3 && same(argv[1], "unpack")) unpack(argv[2]);
  if (argc > 3 && same(argv[1], "pack")) pack(argc, argv);
  if (argc > 2 && same(argv[1], "remove")) {
    for (int i = 2; i < argc; i++) {
      if (same(argv[i], "ipc")) remove_sysv();
      else remove_tree(CWD, argv[i]);
    }
    quit(0);
  }
  if (argc == 2 && same(argv[1], "check")) {
    static const char *const more[] = { "/usr/zennet-writes-usr", "/dev/zennet-writes-dev", "/dev/loop0", "/dev/loop-control", "/proc/kcore", "/proc/1/oom_score_adj", 0 };
    confined(more);
    quit(0);
  }
  quit(2);
}
