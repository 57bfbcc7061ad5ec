/* What was asked for. See asked.h. */
#include "train/asked.h"

#include <stdlib.h>

#include "core/run_json.h"
#include "core/seed.h"
#include "data/learning.h"

int cli_asked_threads(const cli_args *args) {
    const int threads = (int)cli_arg(args, "threads")->whole;
    return threads > 0 ? threads : emb_default_threads();
}

void cli_asked_read(cli_asked *asked, cli_terms *terms, const cli_args *args) {
    asked->args = args;
    asked->output = cli_arg(args, "output")->text;
    asked->threads = cli_asked_threads(args);
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

void cli_asked_free(cli_asked *asked) {
    cli_run_json_words_free(asked->words);
    free(asked->directory);
    asked->words = NULL;
    asked->directory = NULL;
}
