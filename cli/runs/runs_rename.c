/* `embudo runs rename`: another name for a run, in the same folder. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/run_json.h"
#include "core/run_lock.h"
#include "core/system_error.h"
#include "runs/run_entry.h"
#include "runs/runs_actions.h"

/* Why it is no name for a run; NULL if it is one. */
static const char *why_not(const char *name) {
    if (strchr(name, '/')) return _("a name without a /; mv moves a run elsewhere");
    if (name[0] == '.') return _("a name that does not begin with a dot");
    if (name[0] == '-') return _("a name that does not begin with a -");
    return NULL;
}

/* The path of a name beside the run, to be freed. NULL with the error printed if it is taken. */
static char *beside(const char *run, const char *name) {
    struct stat seen;
    const char *slash = strrchr(run, '/');
    char *path =
        slash ? cli_format("%.*s/%s", (int)(slash - run), run, name) : cli_format("%s", name);
    if (lstat(path, &seen) != 0 && errno == ENOENT) return path;
    cli_fail("%s: exists already; choose another name", path);
    free(path);
    return NULL;
}

static bool is_link(const char *path) {
    struct stat seen;
    if (lstat(path, &seen) != 0 || !S_ISLNK(seen.st_mode)) return false;
    cli_fail("%s: is a link; name the run's folder itself", path);
    return true;
}

/* With the lock: nobody writes the run while it moves. */
static bool move(const char *from, const char *to) {
    int lock = -1;
    if (is_link(from) || !cli_folder_hold(from) || !cli_run_lock(from, &lock)) return false;
    const bool good = rename(from, to) == 0;
    if (!good) cli_fail("%s: cannot be renamed to %s: %s", from, to, cli_system_error(errno));
    cli_run_unlock(from, &lock);
    return good;
}

static int run_rename(const cli_args *args) {
    const char *name = cli_arg(args, "NAME")->text;
    const char *wrong = why_not(name);
    if (wrong) return cli_usage("runs rename", "expected %s, got '%s'", wrong, name);
    cli_run_entry run;
    if (!cli_run_entry_read(&run, cli_arg(args, "RUN")->text)) return CLI_FAILED;
    char *to = beside(run.path, name);
    const bool good = to && move(run.path, to);
    if (good) cli_line("%s is %s now", run.path, to);
    free(to);
    cli_run_entry_free(&run);
    return good ? CLI_DONE : CLI_FAILED;
}

const cli_command cli_runs_rename = {
    .name = "runs rename",
    .summary = "give a run another name",
    .run = run_rename,
    .about =
        "The run stays in its folder under the new name. A name that is taken is refused, and so "
        "is a run that a process is writing.",
    .examples = {{"embudo runs rename runs/003 latent8", "runs/003 is then runs/latent8"}},
    .positionals = {{"RUN", NULL, "the run's folder"}, {"NAME", NULL, "its new name"}},
};
