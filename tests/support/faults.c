/* See faults.h. */
#include "support/faults.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <jansson.h>

#include "base/system.h"

static emb__system real;
static fault *now;
static atomic_size_t calls;
static atomic_size_t blocks;
static atomic_size_t descriptors;

const char *fault_name(fault_call call) {
    static const char *const names[FAULT_CALLS] = {"alloc",  "stat",  "open",  "read",
                                                   "write",  "fsync", "close", "rename",
                                                   "unlink", "link",  "mkdir", "mode"};
    return names[call];
}

/* Whether this call is to fail; errno is set. */
static bool fails(fault_call call) {
    if (call != now->call || now->at == 0 || ++calls < now->at) return false;
    if (now->hits >= now->most) return false;
    now->hits++;
    if (now->error != FAULT_SHORT) errno = now->error;
    return true;
}

static void *f_alloc(size_t alignment, size_t bytes) {
    void *block = fails(FAULT_ALLOC) ? NULL : real.alloc(alignment, bytes);
    blocks += block != NULL;
    return block;
}

static void *f_realloc(void *old, size_t bytes) {
    void *block = fails(FAULT_ALLOC) ? NULL : real.realloc(old, bytes);
    blocks += block && !old;
    return block;
}

static void f_free(void *block) {
    blocks -= block != NULL;
    real.free(block);
}

static int f_fstatat(int folder, const char *path, struct stat *seen, int flags) {
    return fails(FAULT_STAT) ? -1 : real.fstatat(folder, path, seen, flags);
}

static int f_fstat(int fd, struct stat *seen) {
    return fails(FAULT_STAT) ? -1 : real.fstat(fd, seen);
}

static int f_openat(int folder, const char *path, int flags, mode_t mode) {
    const int fd = fails(FAULT_OPEN) ? -1 : real.openat(folder, path, flags, mode);
    descriptors += fd >= 0;
    return fd;
}

static ssize_t f_read(int fd, void *bytes, size_t count) {
    if (!fails(FAULT_READ)) return real.read(fd, bytes, count);
    return now->error == FAULT_SHORT ? real.read(fd, bytes, count > 0) : -1;
}

static ssize_t f_pread(int fd, void *bytes, size_t count, off_t at) {
    if (!fails(FAULT_READ)) return real.pread(fd, bytes, count, at);
    return now->error == FAULT_SHORT ? real.pread(fd, bytes, count > 0, at) : -1;
}

static ssize_t f_write(int fd, const void *bytes, size_t count) {
    if (!fails(FAULT_WRITE)) return real.write(fd, bytes, count);
    return now->error == FAULT_SHORT ? real.write(fd, bytes, count > 0) : -1;
}

/* A mapping is counted as a block is. */
static void *f_map(int fd, size_t bytes) {
    void *mapping = fails(FAULT_ALLOC) ? MAP_FAILED : real.map(fd, bytes);
    blocks += mapping != MAP_FAILED;
    return mapping;
}

static int f_unmap(void *bytes, size_t count) {
    blocks--;
    return real.unmap(bytes, count);
}

/* It waits for nothing, so no signal ends it. */
static DIR *f_fdopendir(int fd) {
    return fails(FAULT_OPEN) && now->error != EINTR ? NULL : real.fdopendir(fd);
}

static struct dirent *f_readdir(DIR *folder) {
    return fails(FAULT_READ) && now->error != FAULT_SHORT ? NULL : real.readdir(folder);
}

static int f_closedir(DIR *folder) {
    descriptors--;
    const int result = real.closedir(folder);
    return fails(FAULT_CLOSE) ? -1 : result;
}

/* No test pulls a plug: what would be waited for is left out. */
static int f_fsync(int fd) {
    (void)fd;
    return fails(FAULT_FSYNC) ? -1 : 0;
}

/* As Linux does: the descriptor is gone, whatever close says. */
static int f_close(int fd) {
    descriptors--;
    const int result = real.close(fd);
    return fails(FAULT_CLOSE) ? -1 : result;
}

static int f_renameat(int old_folder, const char *old, int folder, const char *path) {
    return fails(FAULT_RENAME) ? -1 : real.renameat(old_folder, old, folder, path);
}

static int f_unlinkat(int folder, const char *path, int flags) {
    return fails(FAULT_UNLINK) ? -1 : real.unlinkat(folder, path, flags);
}

static ssize_t f_readlinkat(int folder, const char *path, char *target, size_t room) {
    return fails(FAULT_LINK) ? -1 : real.readlinkat(folder, path, target, room);
}

static int f_linkat(int old_folder, const char *old, int folder, const char *path, int flags) {
    return fails(FAULT_LINK) ? -1 : real.linkat(old_folder, old, folder, path, flags);
}

static int f_mkdirat(int folder, const char *path, mode_t mode) {
    return fails(FAULT_MKDIR) ? -1 : real.mkdirat(folder, path, mode);
}

static int f_fchmod(int fd, mode_t mode) { return fails(FAULT_MODE) ? -1 : real.fchmod(fd, mode); }

static int f_fchown(int fd, uid_t owner, gid_t group) {
    return fails(FAULT_MODE) ? -1 : real.fchown(fd, owner, group);
}

static const emb__system faulty = {
    .alloc = f_alloc,
    .realloc = f_realloc,
    .free = f_free,
    .fstat = f_fstat,
    .fstatat = f_fstatat,
    .openat = f_openat,
    .readlinkat = f_readlinkat,
    .read = f_read,
    .pread = f_pread,
    .write = f_write,
    .map = f_map,
    .unmap = f_unmap,
    .fdopendir = f_fdopendir,
    .readdir = f_readdir,
    .closedir = f_closedir,
    .fsync = f_fsync,
    .close = f_close,
    .fchmod = f_fchmod,
    .fchown = f_fchown,
    .mkdirat = f_mkdirat,
    .linkat = f_linkat,
    .renameat = f_renameat,
    .unlinkat = f_unlinkat,
};

/* libjansson takes its memory for the whole process. */
static void *json_alloc(size_t bytes) { return f_realloc(NULL, bytes ? bytes : 1); }

void fault_begin(fault *f) {
    real = emb__sys;
    now = f;
    calls = descriptors = 0;
    blocks = 0;
    f->hits = 0;
    emb__sys = faulty;
    json_set_alloc_funcs(json_alloc, f_free);
}

void fault_end(fault *f) {
    emb__sys = real;
    json_set_alloc_funcs(malloc, free);
    f->left_over = blocks + descriptors;
    now = NULL;
}
