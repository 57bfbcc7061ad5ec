/* What the library asks of the operating system: memory, files, and nothing else.
 *
 * One table of calls, so that a test can replace them: to fail the n-th, to record them, or to end
 * the process inside one. They behave as POSIX says, errno included. A call that takes a path takes
 * first the folder that the path is relative to, AT_FDCWD for the working folder. The libraries
 * that embudo uses take their memory from here if they can be told to (zlib, libpng,
 * libprotobuf-c). */
#ifndef EMB_BASE_SYSTEM_H
#define EMB_BASE_SYSTEM_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

typedef struct emb__system {
    void *(*alloc)(size_t alignment, size_t bytes); /* bytes: a multiple of the alignment */
    void *(*realloc)(void *old, size_t bytes);
    void (*free)(void *block);
    int (*fstat)(int fd, struct stat *seen);
    int (*fstatat)(int folder, const char *path, struct stat *seen, int flags);
    int (*openat)(int folder, const char *path, int flags, mode_t mode);
    ssize_t (*readlinkat)(int folder, const char *path, char *target, size_t room);
    ssize_t (*read)(int fd, void *bytes, size_t count);
    ssize_t (*pread)(int fd, void *bytes, size_t count, off_t at);
    ssize_t (*write)(int fd, const void *bytes, size_t count);
    void *(*map)(int fd, size_t bytes); /* to be read, private; MAP_FAILED */
    int (*unmap)(void *bytes, size_t count);
    DIR *(*fdopendir)(int fd);
    struct dirent *(*readdir)(DIR *folder);
    int (*closedir)(DIR *folder); /* its descriptor, too */
    int (*fsync)(int fd);
    int (*close)(int fd);
    int (*fchmod)(int fd, mode_t mode);
    int (*fchown)(int fd, uid_t owner, gid_t group);
    int (*mkdirat)(int folder, const char *path, mode_t mode);
    int (*linkat)(int old_folder, const char *old, int folder, const char *path, int flags);
    int (*renameat)(int old_folder, const char *old, int folder, const char *path);
    int (*unlinkat)(int folder, const char *path, int flags);
} emb__system;

/* The table in use, at first the C library's calls. Replace it only while no other thread is in
 * embudo. */
extern emb__system emb__sys;

/* The beginning of a small text file in which the system describes itself, as a string. False if it
 * cannot be read: the text is then empty. */
bool emb__sys_text(const char *path, char *text, size_t room);

#endif
