/* `embudo runs remove`: takes runs off the disk, and nothing else. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/run_lock.h"
#include "core/system_error.h"
#include "runs/run_entry.h"
#include "runs/run_files.h"
#include "runs/runs_actions.h"

/* A run that is about to be removed. */
typedef struct doomed {
    char *folder; /* its full path, held and locked; NULL: it is not */
    int lock;
    size_t files;
    uint64_t bytes;
} doomed;

/* Where it is, to be freed: not the one that a link leads to. NULL with the error printed. */
static char *place_of(const char *path) {
    struct stat seen;
    if (lstat(path, &seen) == 0 && S_ISLNK(seen.st_mode)) {
        cli_fail("%s: is a link; name the run's folder itself", path);
        return NULL;
    }
    char *full = realpath(path, NULL);
    if (!full) cli_fail("%s: cannot open: %s", path, cli_system_error(errno));
    return full;
}

/* Takes the run for this process, so that no training can begin in it, and looks at all that it
 * holds. */
static bool take(doomed *d, const char *path, bool all) {
    cli_run_entry run;
    *d = (doomed){.lock = -1};
    if (!cli_run_entry_read(&run, path)) return false;
    char *folder = place_of(run.path);
    bool good = folder && cli_folder_hold(folder) && cli_run_lock(folder, &d->lock);
    if (good) d->folder = folder;
    good = good && cli_run_files_known(folder, all, &d->files);
    d->bytes = run.bytes;
    if (folder != d->folder) free(folder);
    cli_run_entry_free(&run);
    return good;
}

static bool named_twice(const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (!cli_is_same(words[i], words[k])) continue;
            cli_fail("%s: is named twice", words[i]);
            return true;
        }
    }
    return false;
}

static bool remove_one(const doomed *d, const char *path, bool dry) {
    char size[CLI_NUMBER_SIZE];
    cli_size((size_t)d->bytes, size);
    if (!dry && !cli_run_files_remove(d->folder)) return false;
    const unsigned long files = (unsigned long)d->files;
    cli_line(
        dry ? cli_plural(files, "would remove %s: %lu file, %s", "would remove %s: %lu files, %s")
            : cli_plural(files, "removed %s: %lu file, %s", "removed %s: %lu files, %s"),
        path, files, size);
    return true;
}

static int run_remove(const cli_args *args) {
    const bool all = cli_arg(args, "all")->given, dry = cli_arg(args, "dry-run")->given;
    doomed *runs = cli_alloc(args->word_count * sizeof *runs);
    size_t taken = 0;
    bool good = !named_twice(args->words, args->word_count);
    /* All are looked at before one is removed. */
    for (; good && taken < args->word_count; taken++) {
        good = take(&runs[taken], args->words[taken], all);
    }
    for (size_t i = 0; i < args->word_count && good; i++) {
        good = remove_one(&runs[i], args->words[i], dry);
    }
    for (size_t i = 0; i < taken; i++) {
        if (runs[i].folder) cli_run_unlock(runs[i].folder, &runs[i].lock);
        free(runs[i].folder);
    }
    free(runs);
    return good ? CLI_DONE : CLI_FAILED;
}

const cli_command cli_runs_remove = {
    .name = "runs remove",
    .summary = "remove runs, with all their files",
    .run = run_remove,
    .about =
        "Removes the folders of runs. What is no run is refused, and so is a run that a process "
        "is writing, one that holds files or folders that embudo did not put there, and a "
        "link; nothing is removed unless all that are named can be.",
    .examples = {{"embudo runs remove runs/003 runs/004", "two runs"},
                 {"embudo runs remove --dry-run runs/*", "what that would remove"}},
    .positionals = {{"RUN", NULL, "a run's folder, one or several"}},
    .many = true,
    .options =
        {{"all", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
          "remove files of a run's folder that embudo did not put there, too; folders never"},
         {"dry-run", 0, CLI_FLAG, NULL, NULL, 0, 0, 0, "remove nothing, and say what would be"}},
};
