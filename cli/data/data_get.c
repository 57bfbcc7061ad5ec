/* Getting a data set. See data_get.h. */
#include "data/data_get.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/message.h"
#include "core/stop.h"
#include "core/strings.h"
#include "data/data_archive.h"
#include "data/data_fetch.h"
#include "data/data_folder.h"

static bool is_there(int folder, const cli_set_file *file) {
    struct stat seen;
    if (file->archive && cli_archive_is_unpacked(folder, file)) return true;
    return !file->archive && fstatat(folder, file->name, &seen, 0) == 0 && S_ISREG(seen.st_mode) &&
           (uint64_t)seen.st_size == file->size;
}

bool cli_data_is_there(const cli_set *set, const char *folder) {
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool there = fd >= 0;
    for (const cli_set_file *file = set->files; file->name && there; file++) {
        there = is_there(fd, file);
    }
    if (fd >= 0) close(fd);
    return there;
}

#ifdef EMB_HAVE_DOWNLOADS

/* How many rounds of all mirrors there are, as long as a round brings bytes: a mirror that breaks
 * off each time is asked to continue, but not for ever. */
enum { ROUNDS = 5, MOST_MIRRORS = CLI_SET_MIRRORS + 1 };

/* One file, and what went wrong with each mirror. */
typedef struct job {
    const cli_set *set;
    const cli_set_file *file;
    cli_fetcher *fetcher;
    const char *mirrors[MOST_MIRRORS + 1];
    cli_text troubles[MOST_MIRRORS];
    bool done_with[MOST_MIRRORS];
    int nth, count;
} job;

static void set_mirrors(job *j, const cli_get_options *options) {
    int count = 0;
    if (options->mirror) j->mirrors[count++] = options->mirror;
    for (int i = 0; !options->mirror_alone && j->set->mirrors[i]; i++) {
        j->mirrors[count++] = j->set->mirrors[i];
    }
    j->mirrors[count] = NULL;
}

/* "https://host/folder/" and "name" */
static char *url_of(const char *mirror, const char *name) {
    return cli_format("%s%s%s", mirror, cli_ends_with(mirror, "/") ? "" : "/", name);
}

/* From one mirror. If a part that came from several mirrors is wrong, it does not show which of
 * them was wrong: this mirror is asked for the whole file before it is given up. */
static cli_fetched from_mirror(job *j, int m, cli_part *part) {
    char *url = url_of(j->mirrors[m], j->file->name);
    cli_text *why = &j->troubles[m];
    cli_fetched end;
    for (bool whole = false;;) {
        cli_text_free(why);
        end = cli_fetch(j->fetcher, url, part, j->nth, j->count, &whole, why);
        if (end != CLI_FETCHED_ALL || cli_part_is_right(part)) break;
        cli_text_tell(why, "sends other bytes than the published ones (SHA-256)");
        end = cli_part_restart(part) ? CLI_FETCHED_REFUSED : CLI_FETCHED_LOCAL;
        if (whole || end == CLI_FETCHED_LOCAL) break;
    }
    free(url);
    return end;
}

/* The mirrors in turn, as long as that helps. A part that is shorter than before was started
 * again. */
static cli_fetched from_all(job *j, cli_part *part) {
    bool leads_on = true;
    for (int round = 0; round < ROUNDS && leads_on; round++) {
        leads_on = false;
        for (int m = 0; j->mirrors[m]; m++) {
            if (j->done_with[m]) continue;
            const uint64_t before = part->length;
            const cli_fetched end = from_mirror(j, m, part);
            if (end != CLI_FETCHED_SOME && end != CLI_FETCHED_REFUSED) return end;
            j->done_with[m] = end == CLI_FETCHED_REFUSED;
            leads_on = leads_on || (end == CLI_FETCHED_SOME && part->length != before);
        }
    }
    return CLI_FETCHED_SOME;
}

static int give_up(const job *j, const cli_part *part) {
    cli_text text = {0};
    for (int m = 0; j->mirrors[m]; m++) {
        char *host = cli_url_host(j->mirrors[m]);
        cli_text_add(&text, "%s%s: %s", m > 0 ? "; " : "", host,
                     j->troubles[m].length ? j->troubles[m].bytes : _("was not asked"));
        free(host);
    }
    cli_fail("%s: no mirror provides it: %s%s", j->file->name,
             text.length ? text.bytes : _("none is known; name one with --mirror"),
             part->length > 0
                 ? _("; what was received is kept, and the same command continues from there")
                 : "");
    cli_text_free(&text);
    return CLI_FAILED;
}

static int stopped(void) {
    cli_note("interrupted; the same command continues from there");
    return 128 + cli_stop_signal();
}

/* What is there already may be whole: a process may die between the last byte and the name. */
static int get_part(job *j, cli_part *part) {
    char size[CLI_NUMBER_SIZE];
    if (part->length == j->file->size && !cli_part_is_right(part) && !cli_part_restart(part)) {
        return CLI_FAILED;
    }
    if (part->length < j->file->size) {
        switch (from_all(j, part)) {
        case CLI_FETCHED_LOCAL:
            return CLI_FAILED;
        case CLI_FETCHED_STOPPED:
            return stopped();
        case CLI_FETCHED_SOME:
        case CLI_FETCHED_REFUSED:
            return give_up(j, part);
        case CLI_FETCHED_ALL:
            break;
        }
    }
    if (!cli_part_keep(part)) return CLI_FAILED;
    cli_note("%s: %s, SHA-256 is right", j->file->name, cli_size((size_t)j->file->size, size));
    return CLI_DONE;
}

static int get_file(job *j, const cli_data_folder *folder) {
    cli_part part;
    const int code = cli_part_open(&part, folder, j->file) ? get_part(j, &part) : CLI_FAILED;
    cli_live_clear();
    cli_part_close(&part);
    for (int m = 0; m < MOST_MIRRORS; m++) cli_text_free(&j->troubles[m]);
    return code;
}

static int finish(const cli_data_folder *folder, const cli_set_file *file, int *done) {
    if (!file->archive || cli_archive_is_unpacked(folder->fd, file)) return CLI_DONE;
    ++*done;
    if (cli_archive_unpack(folder, file)) return CLI_DONE;
    return cli_stop_signal() ? stopped() : CLI_FAILED;
}

/* A file that need not be fetched; an archive may have been left before it was unpacked. */
static bool is_had(const cli_data_folder *folder, const cli_set_file *file, bool *differs) {
    *differs = false;
    return (file->archive && cli_archive_is_unpacked(folder->fd, file)) ||
           cli_file_is_right(folder, file, differs);
}

static int get_files(const cli_set *set, const cli_get_options *options,
                     const cli_data_folder *folder) {
    cli_fetcher fetcher = {0};
    int count = 0, code = CLI_DONE, fetched = 0, done = 0;
    while (set->files[count].name) count++;
    for (int i = 0; i < count && code == CLI_DONE; i++) {
        const cli_set_file *file = &set->files[i];
        bool differs;
        if (cli_stop_signal()) code = stopped();
        if (code != CLI_DONE) continue;
        if (is_had(folder, file, &differs)) {
            code = finish(folder, file, &done);
            continue;
        }
        if (differs) {
            cli_note("%s/%s: is not what was published; getting it again", folder->path,
                     file->name);
        }
        if (fetched++ == 0 && !cli_fetcher_open(&fetcher, options->timeout)) return CLI_FAILED;
        job j = {.set = set, .file = file, .fetcher = &fetcher, .nth = i + 1, .count = count};
        set_mirrors(&j, options);
        code = get_file(&j, folder);
        if (code == CLI_DONE) code = finish(folder, file, &done);
    }
    if (fetched > 0) cli_fetcher_close(&fetcher);
    if (code == CLI_DONE && fetched == 0 && done == 0) {
        cli_note("%s is there already, and its SHA-256 sums are right", set->name);
    }
    return code;
}

int cli_data_get(const cli_set *set, const cli_get_options *options) {
    cli_data_folder folder;
    char size[CLI_NUMBER_SIZE];
    int code = CLI_FAILED;
    cli_stop_listen();
    if (cli_data_folder_open(&folder, set->name)) {
        if (*set->licence && !cli_data_is_there(set, folder.path)) {
            cli_note("%s, %s: %s", set->name, cli_size((size_t)cli_set_size(set), size),
                     _(set->licence));
        }
        code = get_files(set, options, &folder);
        if (code == CLI_DONE) cli_line_path(folder.path);
    } else if (cli_stop_signal()) {
        code = stopped();
    }
    cli_data_folder_close(&folder);
    return code;
}

#else

int cli_data_get(const cli_set *set, const cli_get_options *options) {
    (void)options;
    return cli_fail("%s: this build cannot download; a build with libcurl and libcrypto (Debian: "
                    "libcurl4-openssl-dev, libssl-dev) can. By hand: put its files in one folder, "
                    "and give that folder's path as the data set",
                    set->name);
}

#endif
