/* Reading runs. See run_entry.h. */
#include "runs/run_entry.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <embudo.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/run_json.h"
#include "core/run_lock.h"
#include "core/system_error.h"
#include "use/findings.h"

bool cli_run_is_record(const json_t *record) {
    return cli_run_json_string(record, NULL, "outcome") && cli_run_json_group(record, "options") &&
           json_is_array(json_object_get(record, "command"));
}

/* ---- one run --------------------------------------------------------------------------------- */

/* Without the folders in front of it; to be freed. */
static char *last_part(const char *kept) {
    char *name = cli_name_back(kept ? kept : ""), *part = cli_scored_set(name);
    free(name);
    return part;
}

/* "head-mlp on codes", to be freed. */
static char *network_of(const json_t *record) {
    char *model = last_part(cli_run_json_string(record, "options", "model"));
    const char *encoder = cli_run_json_string(record, "options", "encoder");
    char *text = encoder ? cli_told("%s on codes", model) : cli_format("%s", model);
    free(model);
    return text;
}

static int whole_of(const json_t *record, const char *group, const char *name) {
    double value;
    const bool good =
        cli_run_json_number(record, group, name, &value) && value >= 0 && value <= INT32_MAX;
    return good ? (int)value : 0;
}

/* A word of "findings" as a bit. */
static unsigned finding_of(const char *word) {
    for (const cli_finding *f = cli_findings; word && f->word; f++) {
        if (strcmp(f->word, word) == 0) return f->finding;
    }
    return 0;
}

static void take_verdict(cli_run_entry *e) {
    const json_t *kept = cli_run_json_group(e->record, "doctor");
    const json_t *findings = json_object_get(kept, "findings");
    for (size_t i = 0; i < json_array_size(findings); i++) {
        e->found |= finding_of(json_string_value(json_array_get(findings, i)));
    }
    e->checked = json_is_array(findings);
}

/* Whether an entry is a folder, where the system says it with the name; else it is looked at. */
#ifdef DT_DIR
static bool is_told_folder(const struct dirent *entry) { return entry->d_type == DT_DIR; }
static bool is_told_file(const struct dirent *entry) { return entry->d_type == DT_REG; }
#else
static bool is_told_folder(const struct dirent *entry) { return (void)entry, false; }
static bool is_told_file(const struct dirent *entry) { return (void)entry, false; }
#endif

/* The bytes of the files in a folder, and in those within it, so deep: of links, the link's own.
 * *locks: it holds a file that may be a lock. */
static uint64_t bytes_in(const char *path, int depth, bool *locks) {
    DIR *folder = opendir(path);
    uint64_t bytes = 0;
    if (!folder) return 0;
    for (const struct dirent *entry; (entry = readdir(folder));) {
        struct stat seen;
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) continue;
        if (strcmp(name, ".lock") == 0) *locks = true;
        bool is_folder = is_told_folder(entry);
        if (!is_folder) {
            if (fstatat(dirfd(folder), name, &seen, AT_SYMLINK_NOFOLLOW) != 0) continue;
            is_folder = S_ISDIR(seen.st_mode);
        }
        if (!is_folder) {
            bytes += (uint64_t)seen.st_size;
        } else if (depth > 0) {
            bool other;
            char *within = cli_format("%s/%s", path, name);
            bytes += bytes_in(within, depth - 1, &other);
            free(within);
        }
    }
    closedir(folder);
    return bytes;
}

static void fill(cli_run_entry *e) {
    const char *started = cli_run_json_string(e->record, NULL, "started");
    e->started = started ? started : "";
    e->outcome = cli_run_json_string(e->record, NULL, "outcome");
    bool locks = false;
    e->bytes = bytes_in(e->path, 2, &locks);
    const bool runs = locks && cli_run_locked(e->path);
    if (runs) {
        e->outcome = "running";
    } else if (strcmp(e->outcome, "running") == 0) {
        e->outcome = "broken off"; /* its process is gone */
    }
    e->network = network_of(e->record);
    e->data = last_part(cli_run_json_string(e->record, "data", "set"));
    e->latent = whole_of(e->record, "options", "latent");
    e->indices = whole_of(e->record, "network", "indices");
    e->entries = whole_of(e->record, "network", "entries");
    e->epochs = whole_of(e->record, "options", "epochs");
    e->done = whole_of(e->record, NULL, "epochs_done");
    e->best = cli_best_epoch_recorded(e->record, e->path);
    e->tested = cli_test_score_recorded(e->record, &e->test);
    take_verdict(e);
}

/* Reads the record in a folder. Without one, *e is empty, and nothing is printed. */
static bool read_record(cli_run_entry *e, const char *path) {
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') length--;
    *e = (cli_run_entry){.path = cli_format("%.*s", (int)length, path)};
    char *file = cli_format("%s/run.json", e->path);
    bool good = cli_run_json_read(&e->record, file);
    if (good && e->record && !cli_run_is_record(e->record)) {
        cli_fail("%s: is not the record of a run", file);
        good = false;
    }
    free(file);
    if (good && e->record) {
        fill(e);
    } else {
        cli_run_entry_free(e);
    }
    return good;
}

bool cli_run_entry_read(cli_run_entry *e, const char *path) {
    if (!cli_is_folder(path)) {
        *e = (cli_run_entry){0};
        cli_fail(cli_is_there(path) ? E_("%s: is not a folder; expected a run's folder")
                                    : E_("%s: no such run"),
                 path);
        return false;
    }
    const bool good = read_record(e, path);
    if (good && !e->record) cli_fail("%s: is not a run: it has no run.json", path);
    return good && e->record;
}

void cli_run_entry_free(cli_run_entry *e) {
    json_decref(e->record);
    free(e->path);
    free(e->network);
    free(e->data);
    *e = (cli_run_entry){0};
}

/* ---- many ------------------------------------------------------------------------------------ */

int cli_run_name_order(const char *a, const char *b) {
    while (*a && *b) {
        const size_t one = strspn(a, "0123456789"), other = strspn(b, "0123456789");
        if (one > 0 && other > 0) {
            const size_t zeros = strspn(a, "0"), others = strspn(b, "0");
            const size_t digits = zeros < one ? one - zeros : 0;
            const size_t others_digits = others < other ? other - others : 0;
            if (digits != others_digits) return digits < others_digits ? -1 : 1;
            const int order = strncmp(a + one - digits, b + other - others_digits, digits);
            if (order != 0) return order;
            a += one;
            b += other;
        } else if (*a != *b) {
            return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
        } else {
            a++;
            b++;
        }
    }
    return (unsigned char)*a - (unsigned char)*b;
}

static int by_name(const void *a, const void *b) {
    const cli_run_entry *one = a, *other = b;
    const int order = cli_run_name_order(one->path, other->path);
    return order != 0 ? order : strcmp(one->path, other->path);
}

static bool has_record(const char *folder) {
    char *file = cli_format("%s/run.json", folder);
    const bool there = cli_is_file(file);
    free(file);
    return there;
}

static void add(cli_run_list *list, size_t *room, const char *path, bool told) {
    if (list->count == *room) {
        *room = *room > 0 ? 2 * *room : 64;
        cli_run_entry *more = cli_alloc(*room * sizeof *more);
        if (list->count > 0) memcpy(more, list->runs, list->count * sizeof *more);
        free(list->runs);
        list->runs = more;
    }
    cli_text why = {0}, *before = cli_fail_into(&why);
    const bool good = read_record(&list->runs[list->count], path);
    cli_fail_into(before);
    if (good && list->runs[list->count].record) list->count++;
    if (!good && told) cli_note("left out: %s", why.bytes ? why.bytes : path);
    cli_text_free(&why);
}

static bool read_list(cli_run_list *list, const char *folder, bool told) {
    size_t room = 0;
    *list = (cli_run_list){0};
    if (has_record(folder)) {
        list->runs = cli_alloc(sizeof *list->runs);
        list->count = cli_run_entry_read(list->runs, folder);
        if (list->count == 0) cli_run_list_free(list);
        return list->count > 0;
    }
    DIR *all = opendir(folder);
    if (!all) {
        cli_fail("%s: cannot open: %s", folder, cli_system_error(errno));
        return false;
    }
    const bool here = strcmp(folder, ".") == 0;
    size_t length = strlen(folder);
    while (length > 1 && folder[length - 1] == '/') length--;
    for (const struct dirent *entry; (entry = readdir(all));) {
        if (entry->d_name[0] == '.' || is_told_file(entry)) continue;
        char *path = here ? cli_format("%s", entry->d_name)
                          : cli_format("%.*s/%s", (int)length, folder, entry->d_name);
        add(list, &room, path, told);
        free(path);
    }
    closedir(all);
    if (list->count > 0) qsort(list->runs, list->count, sizeof *list->runs, by_name);
    return true;
}

bool cli_run_list_read(cli_run_list *list, const char *folder) {
    return read_list(list, folder, true);
}

bool cli_run_list_look(cli_run_list *list, const char *folder) {
    cli_text why = {0}, *before = cli_fail_into(&why);
    const bool read = read_list(list, folder, false);
    cli_fail_into(before);
    cli_text_free(&why);
    return read;
}

void cli_run_list_free(cli_run_list *list) {
    for (size_t i = 0; i < list->count; i++) cli_run_entry_free(&list->runs[i]);
    free(list->runs);
    *list = (cli_run_list){0};
}
