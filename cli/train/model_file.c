/* The models in a run's folder. See model_file.h. */
#include "train/model_file.h"

#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/label_names.h"
#include "core/message.h"
#include "data/learning.h"

/* The model under this name, after so many steps. */
static bool save(const cli_training *t, const char *name, size_t steps) {
    const emb_net *net = t->subject.net, *encoder = t->asked.encoder;
    char *options = cli_terms_print(&t->terms, net), *taken = cli_format("%zu", steps);
    char *path = cli_run_folder_file(&t->folder, name);
    const bool labelled = emb_net_conditions(net) > 0 || emb_net_classes(net) > 0;
    const emb_images *images = t->asked.encoded ? t->asked.encoded : t->subject.images;
    char *labels = labelled && images ? cli_labels_print(images) : NULL;
    const emb_pair extra[] = {
        {CLI_OPTIONS_KEY, options}, {CLI_STEPS_KEY, taken}, {CLI_LABELS_KEY, labels}};
    const size_t count = labels ? 3 : 2;
    emb_net *whole = encoder ? emb_net_attach(encoder, net) : NULL;
    const bool good =
        (whole || !encoder) && emb_net_save(whole ? whole : net, path, extra, count) == EMB_OK;
    free(labels);
    emb_net_free(whole);
    if (!good) cli_fail("%s", emb_error());
    free(options);
    free(taken);
    free(path);
    return good;
}

bool cli_model_file_best(const cli_training *t) {
    return save(t, "best.safetensors", emb_run_steps(t->subject.run));
}

/* A number of the options replaced, in a new text; `options` itself, which is then freed, if it
 * says so already or has no such number. */
static char *with_number(char *options, const char *name, size_t number) {
    double now;
    size_t length;
    const char *value = emb_text_value(options, name, &length);
    if (!value || !emb_text_number(options, name, &now) || now == (double)number) return options;
    char *text = cli_format("%.*s%zu%s", (int)(value - options), options, number, value + length);
    free(options);
    return text;
}

/* The options that `net` records, with this plan; NULL if they say so already, or nothing. */
static char *replanned(const emb_net *net, const cli_terms *terms) {
    const char *options = emb_net_metadata(net, CLI_OPTIONS_KEY);
    if (!options) return NULL;
    char *text = with_number(cli_format("%s", options), "epochs", (size_t)terms->options.epochs);
    text = with_number(text, "max_steps", terms->max_steps);
    if (strcmp(text, options) != 0) return text;
    free(text);
    return NULL;
}

bool cli_model_file_replan(const cli_training *t) {
    char *path = cli_run_folder_file(&t->folder, "best.safetensors");
    const bool may = !cli_learning_spans(&t->terms.options) && cli_is_file(path);
    emb_net *net = may ? emb_net_open(path, NULL) : NULL; /* what cannot be read stays */
    char *options = net ? replanned(net, &t->terms) : NULL;
    const char *taken = options ? emb_net_metadata(net, CLI_STEPS_KEY) : NULL;
    const char *labels = taken ? emb_net_metadata(net, CLI_LABELS_KEY) : NULL;
    const emb_pair extra[] = {
        {CLI_OPTIONS_KEY, options}, {CLI_STEPS_KEY, taken}, {CLI_LABELS_KEY, labels}};
    const bool good = !taken || emb_net_save(net, path, extra, labels ? 3 : 2) == EMB_OK;
    if (!good) cli_fail("%s", emb_error());
    emb_net_free(net);
    free(options);
    free(path);
    return good;
}

bool cli_model_file_save(cli_model_file *file, const cli_training *t, size_t steps) {
    if (file->saved && file->steps == steps) return true;
    if (!save(t, "model.safetensors", steps)) return false;
    file->saved = true;
    file->steps = steps;
    return true;
}
