/* The data set of a run. See open_data.h. */
#include "data/open_data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/message_code.h"
#include "core/remedies.h"
#include "core/run_json.h"
#include "data/data_sets.h"
#include "data/known_data.h"

/* The place of a positional whose name begins like this; -1. */
static int find(const cli_command *command, const char *name) {
    for (int i = 0; command->positionals[i].name; i++) {
        if (strncmp(command->positionals[i].name, name, strlen(name)) == 0) return i;
    }
    return -1;
}

/* *name to be freed; NULL if the run does not say. False if there is a record that cannot be
 * read. */
static bool recorded(const char *run, char **name) {
    char *path = cli_format("%s/run.json", run);
    cli_text why = {0}, *before = cli_fail_into(&why);
    json_t *record = NULL;
    const bool read = cli_run_json_read(&record, path);
    *name = read && record ? cli_known_data_take(path, record, NULL) : NULL;
    cli_fail_into(before);
    if (!read) cli_fail("%s; name the data set", why.length > 0 ? why.bytes : path);
    cli_text_free(&why);
    json_decref(record);
    free(path);
    return read;
}

char *cli_dataset_recorded(const char *run) {
    char *name = NULL;
    return recorded(run, &name) ? name : NULL;
}

bool cli_dataset_fit(emb_images *images, const emb_net *net, const char *where) {
    if (emb_images_fit(images, net) != EMB_OK) {
        int shape[3];
        char *why = cli_error_kept();
        emb_images_shape(images, shape);
        char *remedy = cli_remedies_short(net, shape, where);
        cli_fail("%s: %s%s", where, why, remedy);
        free(remedy);
        free(why);
        return false;
    }
    cli_notes(emb_images_notes(images));
    return true;
}

const char *cli_class_name(const emb_images *images, int label, char text[CLI_NUMBER_SIZE]) {
    const char *name = images ? emb_images_class_name(images, label) : NULL;
    snprintf(text, CLI_NUMBER_SIZE, "%d", label);
    return name ? name : text;
}

bool cli_dataset_is_array(const char *where) {
    return cli_ends_with(where, ".npy") || cli_ends_with(where, ".npz");
}

/* The run of a command that takes one, RUN, --run or --from; NULL. */
static const char *run_of(const cli_args *args) {
    const int run = find(args->command, "RUN");
    if (run >= 0) return args->positionals[run].given ? args->positionals[run].text : NULL;
    for (int i = 0; args->command->options[i].name; i++) {
        const char *name = args->command->options[i].name;
        if (strcmp(name, "run") == 0 || strcmp(name, "from") == 0) return args->options[i].text;
    }
    return NULL;
}

/* Whether a built-in network's name stands in a data set's place; then with the error printed. */
static bool is_network(const char *where) {
    if (cli_is_file(where) || cli_is_folder(where)) return false;
    for (size_t i = 0; emb_net_builtin(i); i++) {
        if (strcmp(emb_net_builtin(i), where) != 0) continue;
        cli_fail("%s: is a network that is built in, not a data set", where);
        return true;
    }
    return false;
}

/* Whether the run has a record, in which no data set is; then with the error printed. Another data
 * set would be taken for the run's own. */
static bool names_none(const char *run) {
    char *path = cli_format("%s/run.json", run);
    const bool is = cli_is_file(path);
    if (is) cli_fail("%s: does not say of which data set the run is; name the data set", path);
    free(path);
    return is;
}

/* Whether it is nearly the name of a set that embudo knows; then with the error printed. Of a set's
 * own name, or how several begin (emnist), the library says how it is had. */
static bool is_mistyped(const char *where) {
    if (strpbrk(where, "./") || cli_is_there(where) || cli_is_folder(where)) return false;
    for (const cli_set *set = cli_sets; set->name; set++) {
        if (strncmp(set->name, where, strlen(where)) == 0) return false;
    }
    const char *near = cli_set_nearest(cli_sets, where);
    if (!near || strcmp(near, where) == 0) return false;
    cli_fail("%s: no such file, folder or data set; did you mean '%s'?", where, near);
    return true;
}

int cli_dataset_default(cli_args *args) {
    const int set = find(args->command, "DATASET");
    const bool given = !args->wants_help && set >= 0 && args->positionals[set].given;
    const char *typed = given ? args->positionals[set].text : NULL;
    if (typed && (is_network(typed) || is_mistyped(typed))) return CLI_FAILED;
    const char *run = args->wants_help || set < 0 ? NULL : run_of(args);
    if (!run || args->positionals[set].given || !cli_is_folder(run)) return CLI_DONE;
    if (!recorded(run, &args->dataset)) return CLI_FAILED;
    if (!args->dataset) return names_none(run) ? CLI_FAILED : CLI_DONE;
    args->positionals[set].text = args->dataset;
    if (args->command->many) args->words[0] = args->dataset;
    return CLI_DONE;
}
