/* What opens other people's files, under libFuzzer: one program a reader, FUZZ_READER being its
 * row.
 *
 * The bytes lie in a file in memory, so that a reader is called as users call it, by a path. It
 * must refuse with one line that begins with the path, or give something that can be freed. To
 * refuse may cost twice the file's bytes and a megabyte, beside what the row says, and a second of
 * this build, which sanitizers slow down. Build with the preset asan; `make fuzz TIME=60` runs all
 * of them. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <sanitizer/allocator_interface.h>

#include "fuzz/readers.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

/* ---- what it costs --------------------------------------------------------------------------- */

static size_t held, most_held, beside;

static void on_malloc(const volatile void *block, size_t bytes) {
    (void)block;
    const size_t now = __atomic_add_fetch(&held, bytes, __ATOMIC_RELAXED);
    if (now > most_held) most_held = now;
}

static void on_free(const volatile void *block) {
    if (!block) return;
    __atomic_sub_fetch(&held, __sanitizer_get_allocated_size((const void *)block),
                       __ATOMIC_RELAXED);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void check_cost(size_t count, size_t before, double begun) {
    const double took = seconds() - begun;
    if (most_held - before > 2 * count + (1 << 20) + beside) {
        fprintf(stderr, "refused %zu bytes with %zu allocated: %s\n", count, most_held - before,
                emb_error());
        abort();
    }
    if (took > 1) {
        fprintf(stderr, "refused %zu bytes after %.1f s: %s\n", count, took, emb_error());
        abort();
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    return __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) ? 0 : 1;
}

/* A link to the file, where the reader goes by the name's ending. */
static char link_path[64];
static void remove_link(void) { unlink(link_path); }

static void name_path(char path[64]) {
    for (size_t r = 0; r < sizeof readers / sizeof *readers; r++) {
        if (readers[r].read != FUZZ_READER) continue;
        beside = readers[r].beside;
        if (!*readers[r].ending) continue;
        snprintf(link_path, sizeof link_path, "/tmp/embudo-fuzz-%ld%s", (long)getpid(),
                 readers[r].ending);
        unlink(link_path);
        if (symlink(path, link_path) != 0 || atexit(remove_link) != 0) abort();
        memcpy(path, link_path, sizeof link_path);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
    static int fd = -1;
    static char path[64];
    if (fd < 0) {
        fd = memfd_create("fuzz", 0);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        name_path(path);
    }
    if (ftruncate(fd, 0) != 0 || pwrite(fd, bytes, count, 0) != (ssize_t)count) return 0;
    const size_t before = most_held = held;
    const double begun = seconds();
    if (FUZZ_READER(path, bytes, count)) return 0;
    check_cost(count, before, begun);
    const char *text = emb_error();
    if (strncmp(text, path, strlen(path)) != 0 || strchr(text, '\n')) {
        fprintf(stderr, "refused with '%s'\n", text);
        abort();
    }
    return 0;
}
