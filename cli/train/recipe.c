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

void cli_recipe_use(cli_training *t, const cli_args *args) {
    t->recipe = cli_arg(args, "recipe")->text;
    if (strcmp(t->recipe, "best") != 0) return;
    if (!given(args, "epochs")) t->epochs = best.epochs;
    if (!given(args, "batch-size")) t->options.batch_size = best.batch_size;
    if (!given(args, "lr")) t->options.learning_rate = best.learning_rate;
    if (!given(args, "schedule")) t->options.schedule = best.schedule;
    if (!given(args, "warmup")) t->options.warmup = best.warmup;
    t->options.shuffle = true;
    t->options.epochs = t->epochs;
}
