/* Settings that belong together. See recipe.h. */
#include "train/recipe.h"

#include <string.h>

/* The notebook's are the options' own defaults. */
static const struct {
    int epochs, batch_size;
    double learning_rate;
    emb_schedule schedule;
    int warmup;
} best = {120, 32, 0.002, EMB_SCHEDULE_LINEAR, 1500};

/* Whether the line gives the option itself. A command need not have it. */
static bool given(const cli_args *args, const char *name) {
    for (const cli_option *option = args->command->options; option->name; option++) {
        if (strcmp(option->name, name) == 0) return cli_arg(args, name)->given;
    }
    return false;
}

const char *cli_recipe_use(emb_train_options *options, const cli_args *args) {
    const char *recipe = cli_arg(args, "recipe")->text;
    if (strcmp(recipe, "best") != 0) return recipe;
    if (!given(args, "epochs")) options->epochs = best.epochs;
    if (!given(args, "batch-size")) options->batch_size = best.batch_size;
    if (!given(args, "lr")) options->learning_rate = best.learning_rate;
    if (!given(args, "schedule")) options->schedule = best.schedule;
    if (!given(args, "warmup")) options->warmup = best.warmup;
    options->shuffle = true;
    return recipe;
}
