/* A file that is being downloaded. See data_part.h. */
#include "data/data_part.h"

#ifdef EMB_HAVE_DOWNLOADS

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "core/message.h"
#include "core/strings.h"
#include "core/system_error.h"

/* ---- SHA-256 --------------------------------------------------------------------------------- */

static void hash_failed(void) {
    cli_fail("libcrypto cannot compute SHA-256 here; nothing can be checked");
    exit(CLI_FAILED);
}

static void hash_begin(EVP_MD_CTX *hash) {
    if (!hash || EVP_DigestInit_ex(hash, EVP_sha256(), NULL) != 1) hash_failed();
}

static void hash_add(EVP_MD_CTX *hash, const void *bytes, size_t count) {
    if (EVP_DigestUpdate(hash, bytes, count) != 1) hash_failed();
}

/* The sum of what was added so far; more may follow. */
static void hash_text(const EVP_MD_CTX *hash, char text[CLI_SHA256_SIZE]) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    EVP_MD_CTX *copy = EVP_MD_CTX_new();
    if (!copy || EVP_MD_CTX_copy_ex(copy, hash) != 1 ||
        EVP_DigestFinal_ex(copy, digest, &length) != 1 || length != 32) {
        hash_failed();
    }
    EVP_MD_CTX_free(copy);
    for (size_t i = 0; i < 32; i++) snprintf(text + 2 * i, 3, "%02x", digest[i]);
}

/* The first `length` bytes of an open file; false, with errno, if they cannot be read. */
static bool hash_file(EVP_MD_CTX *hash, int fd, uint64_t length) {
    enum { BLOCK = 1 << 16 };
    char *block = cli_alloc(BLOCK);
    uint64_t done = 0;
    while (done < length) {
        const size_t want = length - done < BLOCK ? (size_t)(length - done) : BLOCK;
        const ssize_t got = pread(fd, block, want, (off_t)done);
        if (got < 0 && errno == EINTR) continue;
        if (got == 0) errno = EIO; /* it shrank under us */
        if (got <= 0) break;
        hash_add(hash, block, (size_t)got);
        done += (uint64_t)got;
    }
    free(block);
    return done == length;
}

/* ---- the part -------------------------------------------------------------------------------- */

static bool fail(const cli_part *part, const char *what) {
    cli_fail("%s/%s: %s", part->folder->path, part->name, what);
    return false;
}

/* Writing to a hard link would change the other file, as with a symbolic link. */
static bool is_own(const struct stat *seen) {
    return S_ISREG(seen->st_mode) && seen->st_nlink == 1;
}

bool cli_part_open(cli_part *part, const cli_data_folder *folder, const cli_set_file *file) {
    const char *const foreign = _("is a link or not a regular file; remove it");
    *part = (cli_part){.folder = folder, .file = file, .fd = -1};
    part->name = cli_format("%s.part", file->name);
    part->hash = EVP_MD_CTX_new();
    hash_begin(part->hash);
    part->fd = openat(folder->fd, part->name,
                      O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0666);
    if (part->fd < 0) {
        const bool link = errno == ELOOP || errno == EISDIR || errno == ENXIO;
        return fail(part, link ? foreign : cli_system_error(errno));
    }
    struct stat seen;
    if (fstat(part->fd, &seen) != 0 || !is_own(&seen)) return fail(part, foreign);
    if ((uint64_t)seen.st_size > file->size) return cli_part_restart(part);
    part->length = (uint64_t)seen.st_size;
    return hash_file(part->hash, part->fd, part->length) || fail(part, cli_system_error(errno));
}

bool cli_part_restart(cli_part *part) {
    if (ftruncate(part->fd, 0) != 0) return fail(part, cli_system_error(errno));
    part->length = 0;
    hash_begin(part->hash);
    return true;
}

bool cli_part_add(cli_part *part, const void *bytes, size_t count) {
    if (count > part->file->size - part->length) return fail(part, _("more than the file's bytes"));
    const char *rest = bytes;
    for (size_t done = 0; done < count;) {
        const ssize_t put =
            pwrite(part->fd, rest + done, count - done, (off_t)(part->length + done));
        if (put < 0 && errno != EINTR) return fail(part, cli_system_error(errno));
        if (put > 0) done += (size_t)put;
    }
    hash_add(part->hash, bytes, count);
    part->length += count;
    return true;
}

bool cli_part_is_right(const cli_part *part) {
    char text[CLI_SHA256_SIZE];
    if (part->length != part->file->size) return false;
    hash_text(part->hash, text);
    return strcmp(text, part->file->sha256) == 0;
}

bool cli_part_keep(cli_part *part) {
    const int folder = part->folder->fd;
    if (fsync(part->fd) != 0 || renameat(folder, part->name, folder, part->file->name) != 0) {
        return fail(part, cli_system_error(errno));
    }
    /* Some file systems cannot sync a folder, and say EINVAL. */
    if (fsync(folder) != 0 && errno != EINVAL) return fail(part, cli_system_error(errno));
    close(part->fd);
    part->fd = -1;
    return true;
}

void cli_part_close(cli_part *part) {
    struct stat seen;
    if (part->fd >= 0) {
        if (part->length == 0 && fstat(part->fd, &seen) == 0 && seen.st_size == 0 &&
            is_own(&seen)) {
            unlinkat(part->folder->fd, part->name, 0);
        }
        close(part->fd);
    }
    EVP_MD_CTX_free(part->hash);
    free(part->name);
    *part = (cli_part){.fd = -1};
}

bool cli_file_is_right(const cli_data_folder *folder, const cli_set_file *file, bool *differs) {
    struct stat seen;
    bool good = false;
    *differs = fstatat(folder->fd, file->name, &seen, AT_SYMLINK_NOFOLLOW) == 0;
    if (!*differs || !S_ISREG(seen.st_mode) || (uint64_t)seen.st_size != file->size) return false;
    const int fd = openat(folder->fd, file->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    hash_begin(hash);
    if (fd >= 0 && hash_file(hash, fd, file->size)) {
        char text[CLI_SHA256_SIZE];
        hash_text(hash, text);
        good = strcmp(text, file->sha256) == 0;
    }
    EVP_MD_CTX_free(hash);
    if (fd >= 0) close(fd);
    *differs = !good;
    return good;
}

#endif
