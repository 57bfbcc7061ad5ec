/* See system.h. */
#include "base/system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* openat takes a variable number of arguments; the table's entry takes a fixed number. */
static int open_file(int folder, const char *path, int flags, mode_t mode) {
    return openat(folder, path, flags, mode);
}

static void *map_file(int fd, size_t bytes) {
    return mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, fd, 0);
}

emb__system emb__sys = {
    .alloc = aligned_alloc,
    .realloc = realloc,
    .free = free,
    .fstat = fstat,
    .fstatat = fstatat,
    .openat = open_file,
    .readlinkat = readlinkat,
    .read = read,
    .pread = pread,
    .write = write,
    .map = map_file,
    .unmap = munmap,
    .fdopendir = fdopendir,
    .readdir = readdir,
    .closedir = closedir,
    .fsync = fsync,
    .close = close,
    .fchmod = fchmod,
    .fchown = fchown,
    .mkdirat = mkdirat,
    .linkat = linkat,
    .renameat = renameat,
    .unlinkat = unlinkat,
};

bool emb__sys_text(const char *path, char *text, size_t room) {
    ssize_t got;
    text[0] = '\0';
    const int fd = emb__sys.openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0) return false;
    do {
        got = emb__sys.read(fd, text, room - 1);
    } while (got < 0 && errno == EINTR);
    emb__sys.close(fd);
    text[got > 0 ? got : 0] = '\0';
    return got > 0;
}
