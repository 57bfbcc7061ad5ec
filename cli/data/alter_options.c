/* See alter_options.h. */
#include "data/alter_options.h"

#include <string.h>

#include "core/message.h"

/* Has the library look at one option's text, in `alone`, and puts it into its spelling. */
static int take(const cli_args *args, const char *name, emb_train_options *alone, char *to) {
    const cli_value *value = cli_arg(args, name);
    emb_train_options filled;
    if (!value->given) return CLI_DONE;
    if (strlen(value->text) >= EMB_LOSS_TEXT) {
        return cli_usage(args->command->name, "--%s is longer than %d characters", name,
                         EMB_LOSS_TEXT - 1);
    }
    memcpy(to, value->text, strlen(value->text) + 1);
    const emb_status status = emb_train_fill(alone, &filled);
    if (status == EMB_ERR_ARGUMENT) return cli_usage(args->command->name, "--%s", emb_error());
    if (status != EMB_OK) return cli_fail("%s", emb_error());
    *alone = filled;
    return CLI_DONE;
}

int cli_denoise_read(emb_train_options *options, const cli_args *args) {
    emb_train_options alone = {0};
    const int code = take(args, "denoise", &alone, alone.denoise);
    memcpy(options->denoise, alone.denoise, sizeof options->denoise);
    return code;
}

int cli_alter_read(emb_train_options *options, const cli_args *args) {
    emb_train_options alone = {0};
    const int code = take(args, "augment", &alone, alone.augment);
    memcpy(options->augment, alone.augment, sizeof options->augment);
    return code == CLI_DONE ? cli_denoise_read(options, args) : code;
}
