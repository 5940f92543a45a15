/* What 2 MiB cost when they are touched for the first time: 200 segments, every way in turn, three rounds.  gcc -O1 0028-first-touch.c && ./a.out */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#define SEGMENT (2UL << 20)
#define PAGE 4096UL
#define SEGMENTS 200
#define POPULATE 23 /* MADV_POPULATE_WRITE */

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void populate(char *segment, unsigned long piece) {
    for (unsigned long at = 0; at < SEGMENT; at += piece) madvise(segment + at, piece, POPULATE);
}

int main(void) {
    const char *ways[] = {"no call", "one call a page", "one call for 16 pages", "one call for 512 pages", "a huge page"};
    char *range = mmap(0, (SEGMENTS + 1) * SEGMENT, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    range = (char *)(((unsigned long)range + SEGMENT - 1) & ~(SEGMENT - 1));
    madvise(range, SEGMENTS * SEGMENT, MADV_NOHUGEPAGE);
    for (int round = 0; round < 3; round++) {
        for (int way = 0; way < 5; way++) {
            double before[SEGMENTS], touch[SEGMENTS];
            for (int i = 0; i < SEGMENTS; i++) {
                char *segment = range + i * SEGMENT;
                double begun = now();
                if (way == 1) populate(segment, PAGE);
                if (way == 2) populate(segment, 16 * PAGE);
                if (way == 3) populate(segment, SEGMENT);
                if (way == 4) {
                    madvise(segment, SEGMENT, MADV_HUGEPAGE);
                    madvise(segment, PAGE, POPULATE);
                    madvise(segment, SEGMENT, MADV_NOHUGEPAGE);
                }
                double called = now();
                for (unsigned long at = 0; at < SEGMENT; at += PAGE) segment[at + 64] = 1;
                before[i] = called - begun;
                touch[i] = now() - called;
            }
            madvise(range, SEGMENTS * SEGMENT, MADV_DONTNEED);
            qsort(before, SEGMENTS, sizeof(double), ascending);
            qsort(touch, SEGMENTS, sizeof(double), ascending);
            printf("round %d  %-24s calls %.3f ms, then touching %.3f ms (medians)\n", round, ways[way], before[SEGMENTS / 2], touch[SEGMENTS / 2]);
        }
    }
    return 0;
}
