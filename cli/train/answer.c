/* See answer.h. */
#include "train/answer.h"

#include <math.h>
#include <stdlib.h>

#include "core/message.h"
#include "core/network.h"
#include "core/run_json.h"

static bool given(const cli_args *args, const char *name) { return cli_arg(args, name)->given; }

bool cli_answer_wanted(const cli_args *args) {
    return given(args, "json") || given(args, "print-folder");
}

int cli_answer_begin(const cli_args *args) {
    if (given(args, "json") && given(args, "print-folder")) {
        return cli_usage(args->command->name,
                         "--json and --print-folder both take standard output; the folder is in "
                         "--json, too");
    }
    return !cli_answer_wanted(args) || cli_output_take() ? CLI_DONE : CLI_FAILED;
}

void cli_answer_folder(const cli_args *args, const char *folder) {
    if (folder && given(args, "print-folder")) cli_output_path(folder);
}

void cli_answer_training(const cli_job *job, cli_json *json) {
    const cli_training *t = &job->training;
    cli_json_name(json, "folder", t->folder.path);
    cli_json_string(json, "outcome", job->outcome);
    cli_json_whole(json, "epochs", t->epochs_done);
    cli_json_whole(json, "steps", t->subject.run ? (int64_t)emb_run_steps(t->subject.run) : 0);
    cli_json_whole(json, "parameters", (int64_t)cli_network_parameters(t->subject.net));
    cli_json_whole(json, "training_images", (int64_t)t->subject.train_count);
    cli_json_whole(json, "validation_images", (int64_t)t->subject.val_count);
    cli_json_real(json, "train_loss", job->has_last ? job->last.mean_loss : NAN);
    cli_json_real(json, "validation_loss", job->has_last ? job->last.validation_loss : NAN);
    cli_json_real(json, "training_seconds", job->seconds);
}

static void add_recorded(cli_json *json, const char *key, const json_t *record, const char *group,
                         const char *name) {
    double number = 0;
    cli_run_json_number(record, group, name, &number);
    cli_json_real(json, key, number);
}

void cli_answer_record(const char *folder, cli_json *json) {
    json_t *record = NULL;
    char *path = cli_format("%s/run.json", folder);
    cli_run_json_read(&record, path);
    cli_json_name(json, "folder", folder);
    cli_json_string(json, "outcome", cli_run_json_string(record, NULL, "outcome"));
    add_recorded(json, "epochs", record, NULL, "epochs_done");
    add_recorded(json, "steps", record, NULL, "steps_done");
    add_recorded(json, "parameters", record, "network", "parameters");
    add_recorded(json, "training_images", record, "data", "training_images");
    add_recorded(json, "validation_images", record, "data", "validation_images");
    cli_json_real(json, "train_loss", NAN);
    cli_json_real(json, "validation_loss", NAN);
    cli_json_real(json, "training_seconds", 0);
    json_decref(record);
    free(path);
}
