/* Removing a run. See run_files.h. */
#include "runs/run_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/run_lock.h"
#include "core/system_error.h"

static const char *const parts[] = {"checkpoints", "tensorboard"};
enum { PARTS = sizeof parts / sizeof *parts };

static bool is_part(const char *name) {
    return strcmp(name, parts[0]) == 0 || strcmp(name, parts[1]) == 0;
}

static bool is_dot(const char *name) { return strcmp(name, ".") == 0 || strcmp(name, "..") == 0; }

/* The files besides those of a training that commands write into a run's folder by themselves, and
 * the exports. What is written with -o has the user's name, and is the user's. */
static bool is_made(const char *name) {
    static const char *const made[] = {"unusual.safetensors", "reconstruct.png", "sample.png",
                                       "decode.png",          "loss.png",        "codes.png",
                                       "manifold.png",        "filters.png",     "network.png",
                                       "errors.png",          "walk.png",        "traversal.png",
                                       "prior.png",           "samples.png",     "transposed.png",
                                       "encoder.onnx",        "decoder.onnx",    "classifier.onnx",
                                       "autoencoder.onnx",    "score.onnx",      "compare.csv",
                                       "compare.png"};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        if (strcmp(made[i], name) == 0) return true;
    }
    return strstr(name, ".tmp.") != NULL; /* half-written */
}

static bool refuse_folder(const char *folder, const char *name) {
    cli_fail("%s: holds the folder %s, which is not the run's; move it away first", folder, name);
    return false;
}

/* One entry of the folder itself. */
static bool is_known(const char *folder, int at, const char *name, bool all) {
    struct stat seen;
    if (fstatat(at, name, &seen, AT_SYMLINK_NOFOLLOW) != 0) return true;
    if (S_ISDIR(seen.st_mode)) return is_part(name) || refuse_folder(folder, name);
    char *path = cli_format("%s/%s", folder, name);
    const bool own = cli_run_owns(folder, path) || is_made(name);
    free(path);
    if (own || all) return true;
    cli_fail("%s: holds %s, which embudo did not put there; --all removes such files, too", folder,
             name);
    return false;
}

/* Folders within checkpoints/ or tensorboard/ are not a run's. */
static bool is_flat(const char *folder, const char *part, size_t *count) {
    DIR *dir = cli_folder_list(folder, part);
    bool good = true;
    if (!dir) return errno == ENOENT || refuse_folder(folder, part);
    for (const struct dirent *entry; good && (entry = readdir(dir));) {
        struct stat seen;
        if (is_dot(entry->d_name)) continue;
        if (fstatat(dirfd(dir), entry->d_name, &seen, AT_SYMLINK_NOFOLLOW) != 0) continue;
        *count += 1;
        if (!S_ISDIR(seen.st_mode)) continue;
        char *name = cli_format("%s/%s", part, entry->d_name);
        good = refuse_folder(folder, name);
        free(name);
    }
    closedir(dir);
    return good;
}

bool cli_run_files_known(const char *folder, bool all, size_t *count) {
    DIR *dir = cli_folder_list(folder, ".");
    bool good = dir != NULL;
    *count = 0;
    if (!dir) cli_fail("%s: cannot open: %s", folder, cli_system_error(errno));
    for (const struct dirent *entry; good && (entry = readdir(dir));) {
        if (is_dot(entry->d_name) || strcmp(entry->d_name, ".lock") == 0) continue;
        *count += !is_part(entry->d_name);
        good = is_known(folder, dirfd(dir), entry->d_name, all);
    }
    if (dir) closedir(dir);
    for (int i = 0; i < PARTS && good; i++) good = is_flat(folder, parts[i], count);
    return good;
}

static bool failed(const char *folder, const char *name) {
    cli_fail("%s/%s: cannot be removed: %s", folder, name, cli_system_error(errno));
    return false;
}

/* Removes the files of a part, "." for the folder itself, but for those that are kept to the end.
 */
static bool empty(const char *folder, const char *part) {
    DIR *dir = cli_folder_list(folder, part);
    bool good = true;
    if (!dir) return errno == ENOENT || failed(folder, part);
    for (const struct dirent *entry; good && (entry = readdir(dir));) {
        const char *name = entry->d_name;
        const bool last = strcmp(name, "run.json") == 0 || strcmp(name, ".lock") == 0;
        if (is_dot(name) || (strcmp(part, ".") == 0 && (last || is_part(name)))) continue;
        if (unlinkat(dirfd(dir), name, 0) != 0 && errno != ENOENT) good = failed(folder, name);
    }
    closedir(dir);
    return good;
}

bool cli_run_files_remove(const char *folder) {
    const int at = cli_folder_descriptor(folder);
    for (int i = 0; i < PARTS; i++) {
        if (!empty(folder, parts[i])) return false;
        if (unlinkat(at, parts[i], AT_REMOVEDIR) != 0 && errno != ENOENT)
            return failed(folder, parts[i]);
    }
    if (!empty(folder, ".")) return false;
    if (unlinkat(at, "run.json", 0) != 0 && errno != ENOENT) return failed(folder, "run.json");
    if (unlinkat(at, ".lock", 0) != 0 && errno != ENOENT) return failed(folder, ".lock");
    if (rmdir(folder) == 0) return true;
    cli_fail("%s: its files are removed, but not the folder: %s", folder, cli_system_error(errno));
    return false;
}
