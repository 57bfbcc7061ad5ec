/* --from and --freeze. See weights_from.h. */
#include "train/weights_from.h"

#include <string.h>

#include "core/message.h"

static bool find(const emb_net *net, const char *name, emb_tensor_info *found) {
    for (size_t i = 0; i < emb_net_tensor_count(net); i++) {
        emb_net_tensor(net, i, found);
        if (strcmp(found->name, name) == 0) return true;
    }
    return false;
}

static bool same_shape(const emb_tensor_info *a, const emb_tensor_info *b) {
    return a->rank == b->rank && memcmp(a->shape, b->shape, sizeof a->shape) == 0;
}

static void add_shape(cli_text *text, const emb_tensor_info *tensor) {
    for (int i = 0; i < tensor->rank; i++) {
        cli_text_add(text, "%s%d", i ? "x" : "", tensor->shape[i]);
    }
}

/* Says which of the network's tensors are not the source's, and why. */
static void say_others(const cli_training *t, const emb_net *source, size_t taken) {
    enum { NAMED = 4 };
    const emb_net *net = t->subject.net;
    const size_t all = emb_net_tensor_count(net);
    size_t others = 0;
    cli_text text = {0};
    for (size_t i = 0; i < all; i++) {
        emb_tensor_info own, theirs;
        emb_net_tensor(net, i, &own);
        const bool there = find(source, own.name, &theirs);
        if (there && same_shape(&own, &theirs)) continue;
        if (others++ >= NAMED) continue;
        cli_text_add(&text, "%s%s (", others > 1 ? ", " : "", own.name);
        add_shape(&text, &own);
        cli_text_tell(&text, ", there %s", there ? "" : _("is none"));
        if (there) add_shape(&text, &theirs);
        cli_text_add(&text, ")");
    }
    if (others > NAMED) cli_text_tell(&text, " and %zu more", others - NAMED);
    if (others > 0) {
        cli_note("%zu of %zu tensors are those of %s; these are not: %s", taken, all, t->asked.from,
                 text.bytes);
    }
    cli_text_free(&text);
}

/* As emb_run_new draws them, after the split. */
static bool draw_weights(cli_training *t) {
    emb_run *run = emb_run_new(t->subject.net, t->subject.images, &t->terms.options);
    if (!run) cli_fail("%s", emb_error());
    emb_run_free(run);
    return run != NULL;
}

bool cli_weights_take(cli_training *t, const emb_net *source) {
    if (!t->terms.options.keep_weights && !draw_weights(t)) return false;
    const size_t taken = emb_net_take(t->subject.net, source);
    if (taken == 0) {
        cli_fail("--from %s: none of its tensors has the name and the shape of one of %s's",
                 t->asked.from, t->asked.model);
        return false;
    }
    say_others(t, source, taken);
    t->terms.options.keep_weights = true;
    cli_weights_sum(t->subject.net, t->terms.from);
    return true;
}

int cli_freeze_read(emb_train_options *options, const cli_args *args) {
    const char *text = cli_arg(args, "freeze")->text;
    size_t length = 0;
    for (; text && *text; text++) {
        if (*text == ' ') continue;
        if (length + 1 >= sizeof options->freeze) {
            return cli_usage(args->command->name, "--freeze is longer than %zu characters",
                             sizeof options->freeze - 1);
        }
        options->freeze[length++] = *text;
    }
    options->freeze[length] = '\0';
    return CLI_DONE;
}
