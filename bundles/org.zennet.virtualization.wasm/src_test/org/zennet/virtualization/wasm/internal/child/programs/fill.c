/* Writes until there is no room, tells how much there was, removes it and writes again. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void) {
    static char block[1 << 16];
    long written[2] = {0, 0};
    for (int round = 0; round < 2; round++) {
        FILE *f = fopen("fill", "w");
        if (!f) return 1;
        setvbuf(f, 0, _IONBF, 0);
        while (fwrite(block, 1, sizeof block, f) == sizeof block) written[round] += sizeof block;
        if (errno != ENOSPC) { perror("fill"); return 2; }
        fclose(f);
        if (unlink("fill")) return 3;
    }
    int n = 0;
    char name[32];
    for (;; n++) {
        sprintf(name, "f%d", n);
        FILE *f = fopen(name, "w");
        if (!f) break;
        fclose(f);
    }
    printf("%ld %ld %d %s\n", written[0], written[1], n, strerror(errno));
    return 0;
}
