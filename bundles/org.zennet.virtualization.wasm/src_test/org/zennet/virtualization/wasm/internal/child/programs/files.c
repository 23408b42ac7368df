/* Uses files as ordinary programs do; prints a line for each thing that is not as POSIX says, and "ok" at the end. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int bad;
#define CHECK(x) do { if (!(x)) { printf("line %d: %s (errno %d, %s)\n", __LINE__, #x, errno, strerror(errno)); bad++; } } while (0)
#define FAILS(x, e) do { errno = 0; if ((x) != -1 || errno != (e)) { printf("line %d: %s gave errno %d\n", __LINE__, #x, errno); bad++; } } while (0)

static int compare(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static int list(const char *path, char *to) {
    DIR *d = opendir(path);
    CHECK(d);
    if (!d) return -1;
    char *names[64];
    int n = 0;
    for (struct dirent *e; (e = readdir(d));)
        if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..")) names[n++] = strdup(e->d_name);
    CHECK(closedir(d) == 0);
    qsort(names, n, sizeof *names, compare);
    *to = 0;
    for (int i = 0; i < n; i++) { strcat(to, names[i]); strcat(to, " "); }
    return n;
}

int main(int argc, char **argv) {
    char line[200], all[4000];
    struct stat s;

    /* what was brought */
    FILE *f = fopen("in/text", "r");
    CHECK(f);
    CHECK(f && fgets(line, sizeof line, f) && !strcmp(line, "first line\n"));
    CHECK(f && fscanf(f, "%199s", line) == 1 && !strcmp(line, "second"));
    CHECK(f && fclose(f) == 0);
    CHECK(stat("in/text", &s) == 0 && S_ISREG(s.st_mode) && s.st_size == 18);
    CHECK(stat("/in", &s) == 0 && S_ISDIR(s.st_mode));
    CHECK(access("in/text", R_OK) == 0);
    CHECK(list("in", all) == 2 && !strcmp(all, "deep text "));
    CHECK(argc == 3 && !strcmp(argv[1], "one") && !strcmp(argv[2], "zwei"));
    CHECK(getenv("KEY") && !strcmp(getenv("KEY"), "value") && !getenv("HOME"));

    /* writing, seeking, reading back */
    f = fopen("new", "w+");
    CHECK(f);
    for (int i = 0; i < 1000; i++) fprintf(f, "%d %.3f\n", i, i / 7.0);
    CHECK(fflush(f) == 0 && fseek(f, -12, SEEK_END) == 0 && fgets(line, sizeof line, f));
    long end = (fseek(f, 0, SEEK_END), ftell(f));
    CHECK(end > 10000);
    rewind(f);
    double sum = 0, x;
    int k, n = 0;
    while (fscanf(f, "%d %lf", &k, &x) == 2) { sum += x; n++; }
    CHECK(n == 1000 && sum > 71356 && sum < 71358);
    CHECK(fclose(f) == 0);
    f = fopen("new", "a");
    CHECK(f && fputs("appended", f) >= 0 && fclose(f) == 0);
    CHECK(stat("new", &s) == 0 && s.st_size == end + 8);
    CHECK(truncate("new", 5) == 0 && stat("new", &s) == 0 && s.st_size == 5);

    /* descriptors */
    int fd = open("raw", O_RDWR | O_CREAT | O_EXCL, 0644);
    CHECK(fd > 2);
    FAILS(open("raw", O_RDWR | O_CREAT | O_EXCL, 0644), EEXIST);
    CHECK(write(fd, "0123456789", 10) == 10 && lseek(fd, 3, SEEK_SET) == 3);
    CHECK(read(fd, line, 4) == 4 && !memcmp(line, "3456", 4));
    CHECK(pwrite(fd, "ab", 2, 8) == 2 && pread(fd, line, 10, 0) == 10 && !memcmp(line, "01234567ab", 10));
    CHECK(lseek(fd, 0, SEEK_CUR) == 7);
    CHECK(lseek(fd, 100000, SEEK_SET) == 100000 && write(fd, "z", 1) == 1 && pread(fd, line, 2, 99998) == 2 && !line[0] && !line[1]);
    CHECK(fstat(fd, &s) == 0 && s.st_size == 100001);
    CHECK(ftruncate(fd, 4) == 0 && ftruncate(fd, 8) == 0 && pread(fd, line, 8, 0) == 8 && !memcmp(line, "0123\0\0\0\0", 8));
    FAILS(lseek(fd, -1, SEEK_SET), EINVAL);
    CHECK(fsync(fd) == 0 && close(fd) == 0);
    FAILS(close(fd), EBADF);
    fd = open("raw", O_RDONLY);
    FAILS(write(fd, "x", 1), EBADF);
    CHECK(close(fd) == 0);

    /* directories */
    CHECK(mkdir("a", 0755) == 0 && mkdir("a/b", 0755) == 0);
    FAILS(mkdir("a", 0755), EEXIST);
    FAILS(mkdir("x/y", 0755), ENOENT);
    f = fopen("a/b/file", "w");
    CHECK(f && fputs("content", f) >= 0 && fclose(f) == 0);
    FAILS(rmdir("a/b"), ENOTEMPTY);
    FAILS(unlink("a/b"), EISDIR);
    FAILS(open("a/b/file/c", O_RDONLY), ENOTDIR);
    CHECK(rename("a/b/file", "a/moved") == 0);
    FAILS(open("a/b/file", O_RDONLY), ENOENT);
    CHECK(rename("raw", "a/moved") == 0 && stat("a/moved", &s) == 0 && s.st_size == 8);
    CHECK(rename("a/b", "a/c") == 0 && list("a", all) == 2 && !strcmp(all, "c moved "));
    FAILS(rename("a", "a/c/d"), EINVAL);
    CHECK(stat("a/../a/./moved", &s) == 0);
    CHECK(stat("../../etc/passwd", &s) == -1 && stat("/etc/passwd", &s) == -1);
    CHECK(chdir("a") == 0 && stat("moved", &s) == 0 && getcwd(line, sizeof line) && !strcmp(line, "/a") && chdir("/") == 0);
    for (int i = 0; i < 40; i++) {
        sprintf(line, "a/c/entry-with-a-rather-long-name-%d", i);
        f = fopen(line, "w");
        CHECK(f && fclose(f) == 0);
    }
    /* all are seen while they are removed */
    DIR *d = opendir("a/c");
    n = 0;
    for (struct dirent *e; (e = readdir(d));)
        if (e->d_name[0] != '.') {
            sprintf(line, "a/c/%s", e->d_name);
            CHECK(unlink(line) == 0);
            n++;
        }
    CHECK(closedir(d) == 0 && n == 40);
    CHECK(rmdir("a/c") == 0);

    /* a file lives while it is open */
    fd = open("gone", O_RDWR | O_CREAT, 0644);
    CHECK(unlink("gone") == 0 && write(fd, "still here", 10) == 10 && pread(fd, line, 10, 0) == 10 && close(fd) == 0);

    /* time and chance are the task's own */
    struct timespec t, u;
    CHECK(clock_gettime(CLOCK_REALTIME, &t) == 0 && t.tv_sec == 1400000000);
    struct timespec hour = {3600, 0};
    CHECK(nanosleep(&hour, 0) == 0 && clock_gettime(CLOCK_REALTIME, &u) == 0 && u.tv_sec == 1400003600);
    unsigned char r[16];
    CHECK(getentropy(r, sizeof r) == 0);
    for (int i = 0; i < 16; i++) printf("%02x", r[i]);
    printf("\n");

    /* what stays */
    mkdir("out", 0755);
    f = fopen("out/result", "w");
    CHECK(f && fprintf(f, "result %d\n", 42) > 0 && fclose(f) == 0);
    mkdir("out/empty", 0755);
    while (fgets(line, sizeof line, stdin)) printf("stdin: %s", line);
    fprintf(stderr, "a message\n");
    printf("%s\n", bad ? "bad" : "ok");
    exit(bad ? 1 : 0);
}
