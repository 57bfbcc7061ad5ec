/* See data_archive.h. */
#include "data/data_archive.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <embudo.h>

#include "core/message.h"
#include "core/stop.h"
#include "core/strings.h"
#include "data/data_part.h"

static const char ending[] = ".unpacked";

bool cli_archive_is_unpacked(int fd, const cli_set_file *file) {
    char sum[CLI_SHA256_SIZE] = "";
    char *name = cli_format("%s%s", file->name, ending);
    const int mark = openat(fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    free(name);
    if (mark < 0) return false;
    const ssize_t got = read(mark, sum, sizeof sum - 1);
    close(mark);
    return got == CLI_SHA256_SIZE - 1 && strcmp(sum, file->sha256) == 0;
}

#ifdef EMB_HAVE_DOWNLOADS

/* A file under its name, or not at all. False with the error printed. */
static bool put(const cli_data_folder *folder, const char *name, const void *bytes, size_t count) {
    const cli_set_file file = {.name = name, .size = count, .sha256 = ""};
    cli_part part;
    const bool good = cli_part_open(&part, folder, &file) && cli_part_restart(&part) &&
                      cli_part_add(&part, bytes, count) && cli_part_keep(&part);
    cli_part_close(&part);
    return good;
}

typedef struct unpacking {
    const cli_data_folder *folder;
    int count;
    bool said; /* why it ended, or that a signal came */
} unpacking;

/* Files in folders within the archive, and those of unusual names, belong to no known form. */
static emb_status take(void *data, const char *name, const void *bytes, size_t count) {
    unpacking *u = data;
    if (!cli_set_name_is_safe(name)) return EMB_OK;
    u->said = cli_stop_signal() || !put(u->folder, name, bytes, count);
    u->count += !u->said;
    return u->said ? EMB_ERR_IO : EMB_OK;
}

bool cli_archive_unpack(const cli_data_folder *folder, const cli_set_file *file) {
    unpacking u = {.folder = folder};
    char *path = cli_format("%s/%s", folder->path, file->name);
    char *mark = cli_format("%s%s", file->name, ending);
    bool good = emb_archive_read(path, take, &u) == EMB_OK;
    if (!good && !u.said) cli_fail("%s", emb_error());
    good = good && put(folder, mark, file->sha256, strlen(file->sha256));
    if (good) {
        unlinkat(folder->fd, file->name, 0);
        cli_note(
            cli_plural((unsigned long)u.count, "%s: unpacked, %d file", "%s: unpacked, %d files"),
            file->name, u.count);
    }
    free(mark);
    free(path);
    return good;
}

#endif
