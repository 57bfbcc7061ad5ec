/* Loaded before the C library (LD_PRELOAD) into the program embudo: the n-th call that it makes to
 * the system fails, or ends the process.
 *
 * EMBUDO_FAULT=CALL:ERROR:N:MOST: CALL of the table below or "change", any call that changes the
 * disk; ERROR a number of errno, 0: SIGKILL in place of the call; N from 1; MOST failures in all.
 *
 * EMBUDO_FAULT_NEXT=FILE: at SIGUSR1 the fault that FILE then holds, counted from there on.
 *
 * EMBUDO_FAULT_MET=FILE: made when the first one is met.
 *
 * EMBUDO_OPENED=FILE: the path of each file that it opens goes there, a line each.
 *
 * EMBUDO_SIGNAL=NUMBER:TEXT: that signal, once, right after a rename to a path with TEXT in it.
 *
 * Only calls from the program itself count: its libraries' own memory is theirs. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static uintptr_t program_begin, program_end;
static const char *wanted, *met_path;
static int error_number;
static long first, most, seen, met;

/* The first object is the program. */
static int find_program(struct dl_phdr_info *info, size_t size, void *data) {
    (void)size, (void)data;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        if (header->p_type != PT_LOAD || !(header->p_flags & PF_X)) continue;
        program_begin = info->dlpi_addr + header->p_vaddr;
        program_end = program_begin + header->p_memsz;
    }
    return 1;
}

static void want(const char *fault) {
    static char name[16];
    wanted = NULL;
    if (!fault || sscanf(fault, "%15[a-z]:%d:%ld:%ld", name, &error_number, &first, &most) != 4) {
        return;
    }
    seen = met = 0;
    wanted = name;
}

static void next_fault(int number) {
    char fault[64];
    (void)number;
    const long fd = syscall(SYS_openat, AT_FDCWD, getenv("EMBUDO_FAULT_NEXT"), O_RDONLY);
    const long count = syscall(SYS_read, fd, fault, sizeof fault - 1);
    syscall(SYS_close, fd);
    fault[count > 0 ? count : 0] = '\0';
    want(fault);
}

__attribute__((constructor)) static void begin(void) {
    dl_iterate_phdr(find_program, NULL);
    met_path = getenv("EMBUDO_FAULT_MET");
    want(getenv("EMBUDO_FAULT"));
    if (getenv("EMBUDO_FAULT_NEXT")) signal(SIGUSR1, next_fault);
}

/* Whether this call fails, errno set; the process may end here. */
static bool fails(const char *call, bool changes, const void *caller) {
    const uintptr_t at = (uintptr_t)caller;
    if (!wanted || at < program_begin || at >= program_end) return false;
    if (strcmp(wanted, call) != 0 && !(changes && strcmp(wanted, "change") == 0)) return false;
    if (__atomic_add_fetch(&seen, 1, __ATOMIC_RELAXED) < first || met >= most) return false;
    if (met++ == 0 && met_path) {
        syscall(SYS_close, syscall(SYS_openat, AT_FDCWD, met_path, O_CREAT | O_WRONLY, 0666));
    }
    if (error_number == 0) raise(SIGKILL);
    errno = error_number;
    return true;
}

#define CALLER __builtin_return_address(0)
/* The C library's function of that name. */
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* dlsym allocates: these may be called from within it. */
extern void *__libc_malloc(size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_memalign(size_t, size_t);

void *malloc(size_t bytes) { return fails("alloc", false, CALLER) ? NULL : __libc_malloc(bytes); }

void *calloc(size_t count, size_t bytes) {
    return fails("alloc", false, CALLER) ? NULL : __libc_calloc(count, bytes);
}

void *realloc(void *old, size_t bytes) {
    return fails("alloc", false, CALLER) ? NULL : __libc_realloc(old, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes) {
    return fails("alloc", false, CALLER) ? NULL : __libc_memalign(alignment, bytes);
}

int open(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    const mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
    va_end(more);
    return fails("open", flags & O_CREAT, CALLER) ? -1 : REAL(open)(path, flags, mode);
}

FILE *fopen(const char *path, const char *mode) {
    return fails("open", *mode != 'r', CALLER) ? NULL : REAL(fopen)(path, mode);
}

ssize_t read(int fd, void *bytes, size_t count) {
    return fails("read", false, CALLER) ? -1 : REAL(read)(fd, bytes, count);
}

ssize_t pread(int fd, void *bytes, size_t count, off_t at) {
    return fails("read", false, CALLER) ? -1 : REAL(pread)(fd, bytes, count, at);
}

/* What is told to a person is not what is kept. */
ssize_t write(int fd, const void *bytes, size_t count) {
    return fd > 2 && fails("write", true, CALLER) ? -1 : REAL(write)(fd, bytes, count);
}

/* No test pulls a plug: what would be waited for is left out. */
int fsync(int fd) {
    (void)fd;
    return fails("fsync", true, CALLER) ? -1 : 0;
}

int close(int fd) {
    const int result = REAL(close)(fd);
    return fails("close", true, CALLER) ? -1 : result;
}

/* After a rename to `to`. */
static void signal_after(const char *to) {
    static bool sent;
    const char *wish = getenv("EMBUDO_SIGNAL");
    int number, text = 0;
    if (sent || !wish || sscanf(wish, "%d:%n", &number, &text) != 1 || text == 0) return;
    if (!strstr(to, wish + text)) return;
    sent = true;
    raise(number);
}

int rename(const char *from, const char *to) {
    if (fails("rename", true, CALLER)) return -1;
    const int result = REAL(rename)(from, to);
    if (result == 0) signal_after(to);
    return result;
}

/* "FOLDER/name" of what lies below a descriptor. */
static const char *whole_path(int folder, const char *path, char *room, size_t size) {
    char link[64];
    if (folder == AT_FDCWD || *path == '/') return path;
    snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    const ssize_t length = readlink(link, room, size - 1);
    if (length < 0) return path;
    snprintf(room + length, size - (size_t)length, "/%s", path);
    return room;
}

int renameat(int old_folder, const char *from, int folder, const char *to) {
    char room[4096];
    if (fails("rename", true, CALLER)) return -1;
    const int result = REAL(renameat)(old_folder, from, folder, to);
    if (result == 0) signal_after(whole_path(folder, to, room, sizeof room));
    return result;
}

int unlinkat(int folder, const char *path, int flags) {
    return fails("unlink", true, CALLER) ? -1 : REAL(unlinkat)(folder, path, flags);
}

int linkat(int old_folder, const char *old, int folder, const char *path, int flags) {
    return fails("link", true, CALLER) ? -1 : REAL(linkat)(old_folder, old, folder, path, flags);
}

int mkdirat(int folder, const char *path, mode_t mode) {
    return fails("mkdir", true, CALLER) ? -1 : REAL(mkdirat)(folder, path, mode);
}

static void note_opened(int folder, const char *path, const void *caller) {
    const char *list = getenv("EMBUDO_OPENED");
    const uintptr_t at = (uintptr_t)caller;
    char room[4096], line[4096];
    if (!list || at < program_begin || at >= program_end) return;
    const int length =
        snprintf(line, sizeof line, "%s\n", whole_path(folder, path, room, sizeof room));
    const long fd = syscall(SYS_openat, AT_FDCWD, list, O_CREAT | O_WRONLY | O_APPEND, 0666);
    if (length > 0 && length < (int)sizeof line) syscall(SYS_write, fd, line, (size_t)length);
    syscall(SYS_close, fd);
}

int openat(int folder, const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    const mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
    va_end(more);
    note_opened(folder, path, CALLER);
    return fails("open", flags & O_CREAT, CALLER) ? -1 : REAL(openat)(folder, path, flags, mode);
}

int fchmod(int fd, mode_t mode) {
    return fails("mode", true, CALLER) ? -1 : REAL(fchmod)(fd, mode);
}

int unlink(const char *path) { return fails("unlink", true, CALLER) ? -1 : REAL(unlink)(path); }

int mkdir(const char *path, mode_t mode) {
    return fails("mkdir", true, CALLER) ? -1 : REAL(mkdir)(path, mode);
}
