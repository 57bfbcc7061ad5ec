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
#include "core/way.h"
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

/* ---- runs that name it ----------------------------------------------------------------------- */

/* Whether a run classifies the codes of the one that was at this full path. */
static bool reads_codes_of(const cli_run_entry *run, const char *full) {
    const char *kept = cli_run_json_string(run->record, "options", "encoder_path");
    const char *way = cli_run_json_string(run->record, "options", "encoder_from_run");
    char *path = kept ? cli_name_back(kept) : NULL, *plain = way ? cli_name_back(way) : NULL;
    char *end = plain ? cli_way_end(run->path, plain) : NULL; /* both may have been moved */
    const bool same = (path && strcmp(path, full) == 0) || (end && strcmp(end, full) == 0);
    free(path);
    free(plain);
    free(end);
    return same;
}

static void set_name(json_t *options, const char *key, const char *name) {
    char *kept = name ? cli_name_kept(name) : NULL;
    if (kept) json_object_set_new(options, key, json_string(kept));
    free(kept);
}

/* Writes the new place into its record; one that is being written, or that cannot be, stays. */
static bool follow(cli_run_entry *run, const char *to) {
    int lock = -1;
    if (cli_run_locked(run->path) || !cli_folder_hold(run->path) ||
        !cli_run_lock(run->path, &lock)) {
        return false;
    }
    char *full = realpath(to, NULL), *way = cli_way_from(run->path, to);
    char *file = cli_format("%s/run.json", run->path);
    json_t *options = cli_run_json_group(run->record, "options");
    set_name(options, "encoder_path", full);
    set_name(options, "encoder_from_run", way);
    const bool written = cli_run_json_write(run->record, file);
    cli_run_unlock(run->path, &lock);
    free(file);
    free(way);
    free(full);
    return written;
}

/* The classifiers beside a run that was renamed go on finding it. */
static void follow_all(const char *to, const char *before) {
    const char *slash = strrchr(to, '/');
    char *folder =
        slash ? cli_format("%.*s", slash == to ? 1 : (int)(slash - to), to) : cli_format(".");
    cli_run_list beside = {0};
    cli_text why = {0}, *sink = cli_fail_into(&why);
    if (cli_run_list_read(&beside, folder)) {
        for (size_t i = 0; i < beside.count; i++) {
            cli_run_entry *run = &beside.runs[i];
            if (!reads_codes_of(run, before)) continue;
            if (follow(run, to))
                cli_note("%s classifies its codes, and knows its new name", run->path);
        }
    }
    cli_run_list_free(&beside);
    cli_fail_into(sink);
    cli_text_free(&why);
    free(folder);
}

static int run_rename(const cli_args *args) {
    const char *name = cli_arg(args, "NAME")->text;
    const char *wrong = why_not(name);
    if (wrong) return cli_usage("runs rename", "expected %s, got '%s'", wrong, name);
    cli_run_entry run;
    if (!cli_run_entry_read(&run, cli_arg(args, "RUN")->text)) return CLI_FAILED;
    char *to = beside(run.path, name);
    char *before = realpath(run.path, NULL);
    const bool good = to && move(run.path, to);
    if (good) cli_line("%s is %s now", run.path, to);
    if (good && before) follow_all(to, before);
    free(before);
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
