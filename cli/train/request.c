/* What was asked for. See request.h. */
#include "train/request.h"

#include <stdlib.h>

#include "core/run_json.h"
#include "core/seed.h"
#include "data/learning.h"

int cli_request_threads(const cli_args *args) {
    const int threads = (int)cli_arg(args, "threads")->whole;
    return threads > 0 ? threads : emb_default_threads();
}

void cli_request_read(cli_request *request, cli_terms *terms, const cli_args *args) {
    request->args = args;
    request->output = cli_arg(args, "output")->text;
    request->threads = cli_request_threads(args);
    terms->seed = cli_arg(args, "seed")->seed;
    terms->options = (emb_train_options){
        .seed = cli_seed_option(terms->seed),
        .learning_rate = cli_arg(args, "lr")->real,
        .val_split = cli_val_split_option(cli_arg(args, "val-split")->real),
        .batch_size = (int)cli_arg(args, "batch-size")->whole,
        .schedule = cli_schedule_of(cli_arg(args, "schedule")->text),
        .epochs = (int)cli_arg(args, "epochs")->whole,
        .warmup = (int)cli_arg(args, "warmup")->whole,
        .threads = (int)cli_arg(args, "threads")->whole, /* 0: the library finds what is fastest */
    };
}

void cli_request_free(cli_request *request) {
    cli_run_json_words_free(request->words);
    free(request->directory);
    request->words = NULL;
    request->directory = NULL;
}
