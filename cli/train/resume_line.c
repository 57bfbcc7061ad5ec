/* The recorded line of a run. See resume_line.h. */
#include "train/resume_line.h"

#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/run_json.h"
#include "core/way.h"
#include "data/known_data.h"

/* ---- its words ------------------------------------------------------------------------------- */

/* The epochs that the run has by now; 0: those of its record. */
static int epochs_now(const cli_filling *f) {
    const cli_value *typed = cli_arg(f->args, "epochs");
    if (f->training->subject.run) return f->training->terms.options.epochs;
    return typed->given ? (int)typed->whole : 0;
}

/* An option of the plan behind the words, of which there are `count`, if it is not as recorded;
 * below 0: it is not known. */
static void add_plan(char **words, int count, const json_t *record, const char *name,
                     const char *option, double now) {
    double recorded = 0;
    if (!cli_run_json_number(record, "options", name, &recorded) || now < 0 || now == recorded)
        return;
    words[count] = cli_format("%s", option);
    words[count + 1] = cli_format("%.0f", now);
    words[count + 2] = NULL;
}

void cli_resume_words(const cli_filling *f, const json_t *record) {
    cli_training *t = f->training;
    const int epochs = epochs_now(f);
    int count = 0;
    if (t->asked.words) { /* of a classifier, whose plan is known only now */
        while (t->asked.words[count]) count++;
        const bool typed = cli_arg(f->args, "epochs")->given;
        if (!typed) add_plan(t->asked.words, count, record, "epochs", "--epochs", epochs);
        return;
    }
    char **words = cli_run_json_words(record, &count);
    bool resumed = false;
    for (int i = 0; i < count; i++) resumed |= strncmp(words[i], "--resume", 8) == 0;
    if (resumed || !words) { /* a record of an older version */
        cli_run_json_words_free(words);
        return;
    }
    t->asked.words = cli_alloc(((size_t)count + 5) * sizeof *t->asked.words);
    memcpy(t->asked.words, words, ((size_t)count + 1) * sizeof *words);
    free(words);
    add_plan(t->asked.words, count, record, "epochs", "--epochs", epochs > 0 ? epochs : -1);
    count = 0;
    while (t->asked.words[count]) count++;
    const bool known = t->subject.run != NULL;
    add_plan(t->asked.words, count, record, "max_steps", "--max-steps",
             known ? (double)t->terms.max_steps : -1);
}

/* ---- what it names --------------------------------------------------------------------------- */

/* The data set where it is now. With `here` it keeps the name that it was typed by. */
static void take_dataset(const cli_filling *f, const json_t *record, cli_value *set, bool here) {
    cli_resumed *own = f->resumed;
    char *file = cli_run_folder_file(&f->training->folder, "run.json");
    own->dataset = cli_known_data_take(file, record, NULL);
    free(file);
    const cli_value *typed = cli_arg(f->args, "DATASET");
    if (typed->given) {
        *set = *typed;
    } else if (own->dataset && here && cli_is_same(set->text, own->dataset)) {
        cli_known_data_call(set->text);
    } else if (own->dataset) {
        set->text = own->dataset;
    }
}

/* A file or run that an option names, which may have been from another folder. */
static void take_option(const cli_filling *f, const char *name, char **kept) {
    const cli_args *args = f->args;
    const char *directory = f->training->asked.directory;
    for (int i = 0; args->command->options[i].name; i++) {
        cli_value *value = &f->resumed->line.options[i];
        if (strcmp(args->command->options[i].name, name) != 0 || !value->given) continue;
        *kept = *value->text == '/' ? cli_format("%s", value->text)
                                    : cli_format("%s/%s", directory, value->text);
        if (cli_place_exists(*kept)) value->text = *kept;
    }
}

/* The run whose codes are classified. */
static void take_encoder(const cli_filling *f, const json_t *record, cli_value *run, bool here) {
    cli_resumed *own = f->resumed;
    const char *full = cli_run_json_string(record, "options", "encoder_path");
    if (!full || (here && cli_place_exists(run->text))) return;
    own->encoder = cli_name_back(full);
    if (!cli_place_exists(own->encoder)) {
        const char *kept = cli_run_json_string(record, "options", "encoder_from_run");
        char *way = kept ? cli_name_back(kept) : NULL;
        char *moved = cli_way_to(f->training->folder.path, way);
        free(way);
        if (moved) {
            free(own->encoder);
            own->encoder = moved;
        }
    }
    run->text = own->encoder;
}

static void take_places(const cli_filling *f, const json_t *record) {
    static const char *const of_train[] = {"model", "from"}, *const of_classify[] = {"head", "net"};
    cli_resumed *own = f->resumed;
    const char *directory = f->training->asked.directory;
    const bool here = !directory || cli_is_here(directory);
    const bool classifies = strcmp(f->args->command->name, "classify") == 0;
    const char *const *names = classifies ? of_classify : of_train;
    cli_value *first = &own->line.positionals[0], *second = &own->line.positionals[1];
    const bool on_codes = classifies && cli_run_json_string(record, "options", "encoder");
    if (on_codes) take_encoder(f, record, first, here);
    take_dataset(f, record, on_codes ? second : first, here && classifies);
    if (here) return;
    take_option(f, names[0], &own->model);
    take_option(f, names[1], &own->from);
}

/* ---- its options ----------------------------------------------------------------------------- */

void cli_resume_drop(cli_args *line, const char *name) {
    for (int i = 0; line->command->options[i].name; i++) {
        if (strcmp(line->command->options[i].name, name) == 0) line->options[i] = (cli_value){0};
    }
}

/* What is typed with --resume replaces what is recorded. */
static void take_typed(const cli_filling *f) {
    cli_args *line = &f->resumed->line;
    const cli_args *args = f->args;
    for (int i = 0; args->command->options[i].name; i++) {
        const char *name = args->command->options[i].name;
        if (strcmp(name, "resume") == 0 || !args->options[i].given) continue;
        line->options[i] = args->options[i];
        /* Of these two, what is typed now takes the other's place. */
        const char *other = strcmp(name, "memory") == 0     ? "no-cache"
                            : strcmp(name, "no-cache") == 0 ? "memory"
                                                            : NULL;
        if (other) cli_resume_drop(line, other);
    }
}

/* False with the error printed: there is a record, and what is wrong with it. */
static bool is_readable(const cli_filling *f) {
    json_t *record = NULL;
    char *path = cli_run_folder_file(&f->training->folder, "run.json");
    const bool good = cli_run_json_read(&record, path);
    json_decref(record);
    free(path);
    return good;
}

bool cli_resume_line(const cli_filling *f, const json_t *record) {
    cli_args *line = &f->resumed->line;
    const cli_command *command = f->args->command;
    char **words = f->training->asked.words;
    int count = 0;
    while (words && words[count]) count++;
    if (count < 2 || strcmp(words[1], command->name) != 0 ||
        cli_parse(command, count, words, line) != CLI_DONE) {
        if (!record && !is_readable(f)) return false;
        cli_fail("%s: has no checkpoints to resume from, and no record of a training (run.json) to "
                 "start again",
                 f->training->folder.path);
        return false;
    }
    /* What is said and shown now is not what was then. */
    static const char *const shown[] = {"json", "print-folder", "open", "serve",
                                        "stay", "port",         "host"};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) cli_resume_drop(line, shown[i]);
    take_typed(f);
    take_places(f, record);
    return true;
}
