/* The checkpoints in a run's folder. See checkpoint_folder.h. */
#include "train/checkpoint_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <embudo.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/strings.h"

/* The steps in the name of a checkpoint, -1 for any other name. */
static long long steps_of(const char *name) {
    const size_t digits = strspn(name, "0123456789");
    if (digits < CLI_CHECKPOINT_DIGITS || digits > 18 || strcmp(name + digits, ".safetensors") != 0)
        return -1;
    return strtoll(name, NULL, 10);
}

char *cli_checkpoint_path(const char *run, long long steps) {
    return cli_format("%s/checkpoints/%0*lld.safetensors", run, CLI_CHECKPOINT_DIGITS, steps);
}

/* A folder, or anything else that only has a checkpoint's name, is not one. */
static bool is_regular(DIR *dir, const char *name) {
    struct stat seen;
    return fstatat(dirfd(dir), name, &seen, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(seen.st_mode);
}

long long cli_checkpoint_before(const char *run, long long steps) {
    long long newest = -1;
    DIR *dir = cli_folder_list(run, "checkpoints");
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        const long long found = steps_of(entry->d_name);
        if (found < steps && found > newest && is_regular(dir, entry->d_name)) newest = found;
    }
    if (dir) closedir(dir);
    return newest;
}

int cli_checkpoint_count(const char *run, int most) {
    int count = 0;
    for (long long at = LLONG_MAX; count < most; count++) {
        at = cli_checkpoint_before(run, at);
        if (at < 0) break;
    }
    return count;
}

char *cli_checkpoint_in_the_way(const char *run, bool (*is_due)(const void *data, long long steps),
                                const void *data) {
    char *name = NULL;
    DIR *dir = cli_folder_list(run, "checkpoints");
    for (struct dirent *entry; !name && dir && (entry = readdir(dir));) {
        const long long steps = steps_of(entry->d_name);
        if (steps < 0 || is_regular(dir, entry->d_name) || !is_due(data, steps)) continue;
        name = cli_format("%s", entry->d_name);
    }
    if (dir) closedir(dir);
    return name;
}

static bool remove_one(const char *run, long long steps) {
    char *path = cli_checkpoint_path(run, steps);
    const bool gone = emb_file_remove(path) == EMB_OK;
    if (!gone) cli_fail("%s", emb_error());
    free(path);
    return gone;
}

bool cli_checkpoint_remove_between(const char *run, long long from, long long to) {
    for (long long at = to; (at = cli_checkpoint_before(run, at)) > from;) {
        if (!remove_one(run, at)) return false;
    }
    return true;
}

bool cli_checkpoint_remove_old(const char *run, int keep, long long newest) {
    long long at = newest + 1;
    for (int i = 0; i < keep && at >= 0; i++) at = cli_checkpoint_before(run, at);
    while (at >= 0 && (at = cli_checkpoint_before(run, at)) >= 0) {
        if (!remove_one(run, at)) return false;
    }
    return true;
}
