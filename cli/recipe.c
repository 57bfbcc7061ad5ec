/* Settings that belong together. See recipe.h. */
#include "recipe.h"

#include <string.h>

/* The notebook's are the options' own defaults. */
static const struct {
    int epochs, batch_size;
    double learning_rate;
    emb_schedule schedule;
} best = {60, 64, 0.002, EMB_SCHEDULE_LINEAR};

void cli_recipe_use(cli_training *t, const cli_args *args) {
    t->recipe = cli_arg(args, "recipe")->text;
    if (strcmp(t->recipe, "best") != 0) return;
    if (!cli_arg(args, "epochs")->given) t->epochs = best.epochs;
    if (!cli_arg(args, "batch-size")->given) t->options.batch_size = best.batch_size;
    if (!cli_arg(args, "lr")->given) t->options.learning_rate = best.learning_rate;
    if (!cli_arg(args, "schedule")->given) t->options.schedule = best.schedule;
    t->options.shuffle = true;
    t->options.epochs = t->epochs;
}
