/*
 * A strategy that wants more than to price: the setting "mode" says what it tries. Built as examples/script-pricing/build.sh does:
 *
 *   clang --target=wasm32-wasi -std=c11 -O1 -g0 -I examples/script-pricing/src -o hostile.wasm hostile.c -Wl,--strip-all
 */
#include "zennet_script.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>
#include <sys/socket.h>

extern char **environ;

static int64_t fair[ZS_COUNTERS] = {5000000000, 100000, 0, 0, 0, 0, 0};

static volatile int depth;

static int deep(int n) {
    depth = n;
    return n == 0 ? 0 : deep(n + 1) + depth;
}

/* Opens a file by its own path, and from every directory that it was given, and climbing out of it. */
static void steal(const char *path) {
    static char found[4096];
    static char name[1024];
    const char *climbs[] = {"", "../", "../../../../../../../..", "./", "/"};
    int tried = 0;
    for (size_t i = 0; i < sizeof climbs / sizeof *climbs; i++) {
        snprintf(name, sizeof name, "%s%s", climbs[i], path);
        int fd = open(name, O_RDONLY);
        tried++;
        if (fd >= 0) {
            ssize_t n = read(fd, found, sizeof found - 1);
            printf("reason stolen: %.*s\n", (int) (n > 0 ? n : 0), found);
        }
    }
    for (int fd = 4; fd < 64; fd++) {
        char byte;
        if (read(fd, &byte, 1) >= 0 || recv(fd, &byte, 1, 0) >= 0 || send(fd, "x", 1, 0) >= 0) {
            printf("reason descriptor %d is open\n", fd);
        }
    }
    int entries = 0;
    DIR *root = opendir("/");
    for (struct dirent *e = root ? readdir(root) : NULL; e; e = readdir(root)) {
        entries += strcmp(e->d_name, ".") && strcmp(e->d_name, "..");
    }
    int variables = 0;
    for (char **e = environ; e && *e; e++) variables++;
    char reason[120];
    snprintf(reason, sizeof reason, "nothing: %d tries, errno %d, %d files, %d variables, the year is %d", tried, errno, entries, variables,
             (int) (1970 + time(NULL) / 31556952));
    zs_answer(fair, true, reason);
}

int main(void) {
    zs_request r = zs_read();
    const char *mode = zs_setting(&r, "mode", "fair");
    if (!strcmp(mode, "fair")) zs_answer(fair, true, "fair");
    else if (!strcmp(mode, "steal")) steal(zs_setting(&r, "path", "keystore"));
    else if (!strcmp(mode, "loop")) for (volatile int i = 0;; i++) { }
    else if (!strcmp(mode, "flood")) for (;;) puts("reason aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    else if (!strcmp(mode, "hoard")) {
        for (size_t n = 0;; n++) {
            char *p = malloc(1 << 20);
            if (!p) zs_fail("no more memory");
            memset(p, 1, 1 << 20);
        }
    }
    else if (!strcmp(mode, "deep")) return deep(1);
    else if (!strcmp(mode, "negative")) puts("rates -5 0 0 0 0 0 0");
    else if (!strcmp(mode, "huge")) puts("rates 99999999999999999999 0 0 0 0 0 0");
    else if (!strcmp(mode, "free")) puts("rates 0 0 0 0 0 0 0\nlast");
    else if (!strcmp(mode, "dear")) puts("rates 1000000000000000000 1000000000000000000 0 0 0 0 0\nlast");
    else if (!strcmp(mode, "words")) puts("rates a b c d e f g");
    else if (!strcmp(mode, "orders")) puts("rates 1 1 1 1 1 1 1\nsend 5 XEN to me");
    else if (!strcmp(mode, "bytes")) fwrite("\xff\xfe\x00rates", 1, 8, stdout);
    else if (!strcmp(mode, "state")) { printf("rates 5000000000 100000 0 0 0 0 0\nstate "); static char zeros[132000]; memset(zeros, '0', sizeof zeros); fwrite(zeros, 1, sizeof zeros, stdout); puts(""); }
    else if (!strcmp(mode, "exit")) { fputs("I don't want to\n", stderr); return 7; }
    else if (!strcmp(mode, "trap")) __builtin_trap();
    return 0;
}
