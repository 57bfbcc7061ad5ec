/* What a classifier's run says and keeps of how well it does. See classification.h. */
#include <math.h>

#include "core/folders.h"
#include "core/message.h"
#include "data/run_scores.h"
#include "train/answer.h"
#include "train/classification.h"
#include "use/doctor_say.h"
#include "use/eval_text.h"

/* What a classifier's run may have by its end. */
static const char *const written[] = {
    "model.safetensors", "best.safetensors", "checkpoints",   "config.txt",  "history.csv",
    "run.json",          "confusion.csv",    "confusion.png", "tensorboard", NULL};

bool cli_classification_save(const cli_classification *c, cli_verdict *verdict) {
    verdict->dataset = c->dataset;
    verdict->part = c->part;
    verdict->images = c->test;
    const cli_training *t = &c->job.training;
    const cli_test_score score = {.part = c->part,
                                  .images = verdict->score.count,
                                  .steps =
                                      t->subject.run ? (double)emb_run_steps(t->subject.run) : 0,
                                  .mse = NAN,
                                  .psnr = NAN,
                                  .accuracy = verdict->score.accuracy,
                                  .loss = verdict->score.loss};
    if (!cli_verdict_save(verdict, t->folder.path)) return false;
    cli_output_lies_in(t->folder.path);
    if (cli_test_score_put(t->folder.path, &score)) {
        cli_folder_tell(t->folder.path, written);
        return true;
    }
    cli_fail("%s", emb_error());
    return false;
}

void cli_classification_tell(const cli_classification *c, const cli_verdict *verdict) {
    const cli_job *job = &c->job;
    cli_json json = {0};
    cli_answer_folder(c->asked, job->training.folder.path);
    if (!cli_arg(c->asked, "json")->given) {
        cli_verdict_print(verdict);
        return;
    }
    cli_json_open(&json, NULL, '{');
    cli_scored_json(&json, job->training.asked.model, c->dataset, c->part, verdict->score.count);
    cli_answer_training(job, &json);
    cli_verdict_json(verdict, &json);
    cli_doctor_put_json(&json);
}

void cli_classification_tell_unmeasured(const cli_classification *c) {
    const cli_job *job = &c->job;
    const char *folder = job->training.folder.path;
    cli_json json = {0};
    cli_answer_folder(c->asked, folder);
    if (!cli_arg(c->asked, "json")->given) return;
    cli_json_open(&json, NULL, '{');
    if (job->resumed.complete) {
        cli_answer_record(folder, &json);
    } else {
        cli_json_name(&json, "model", job->training.asked.model);
        cli_json_name(&json, "data", c->dataset);
        cli_answer_training(job, &json);
    }
    cli_doctor_put_json(&json);
}
