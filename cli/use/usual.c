/* See usual.h. */
#include "use/usual.h"

#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/progress.h"
#include "core/strings.h"
#include "data/open_data.h"
#include "data/split.h"

/* The folder of a run, named itself or by a model in it, to be freed; NULL if it is none. */
static char *run_of(const char *model_name) {
    if (cli_is_folder(model_name)) return cli_format("%s", model_name);
    const char *slash = strrchr(model_name, '/');
    char *run =
        slash ? cli_format("%.*s", slash == model_name ? 1 : (int)(slash - model_name), model_name)
              : cli_format(".");
    char *record = cli_format("%s/run.json", run);
    const bool is_run = cli_is_file(record);
    free(record);
    if (is_run) return run;
    free(run);
    return NULL;
}

char *cli_usual_place(const char *model_name) {
    static const char ending[] = ".safetensors";
    const char *slash = strrchr(model_name, '/');
    const bool main_model = strcmp(slash ? slash + 1 : model_name, "model.safetensors") == 0;
    char *run = main_model || cli_is_folder(model_name) ? run_of(model_name) : NULL;
    char *beside = run ? cli_format("%s/unusual.safetensors", run) : NULL;
    free(run);
    if (beside) return beside;
    size_t length = strlen(model_name);
    if (cli_ends_with(model_name, ending)) length -= strlen(ending);
    return cli_format("%.*s-unusual.safetensors", (int)length, model_name);
}

static emb_unusual *learn_from(emb_net *net, const char *model_name, const char *dataset,
                               int threads) {
    cli_split train;
    if (!cli_split_open(&train, net, model_name, dataset, "train")) return NULL;
    cli_doing("measuring usual errors");
    const size_t left = emb_images_count(train.images) - train.count;
    emb_unusual *usual = emb_unusual_new(net, train.images, train.indices, train.count,
                                         train.indices + train.count, left, threads);
    const bool named = strncmp(emb_error(), dataset, strlen(dataset)) == 0;
    if (!usual) cli_fail("%s%s%s", named ? "" : dataset, named ? "" : ": ", emb_error());
    cli_split_close(&train);
    return usual;
}

char *cli_usual_dataset(const char *model_name, const char *trained_on) {
    if (trained_on) return cli_format("%s", trained_on);
    char *run = run_of(model_name);
    char *dataset = run ? cli_dataset_recorded(run) : NULL;
    free(run);
    return dataset;
}

static emb_unusual *learn(emb_net *net, const char *model_name, const char *trained_on,
                          int threads) {
    char *dataset = cli_usual_dataset(model_name, trained_on);
    emb_unusual *usual = NULL;
    if (dataset) {
        usual = learn_from(net, model_name, dataset, threads);
    } else {
        cli_fail("%s does not say what it was trained on, and usual errors are learned from that; "
                 "name the data set: --trained-on DATASET",
                 model_name);
    }
    free(dataset);
    return usual;
}

static void tell(const emb_unusual *usual, const char *model_name) {
    if (!emb_unusual_uses_net(usual)) {
        cli_note("%s reconstructs no better than the mean image, so it is not scored with: scores "
                 "are from principal components of the training images alone; embudo eval %s says "
                 "what may help",
                 model_name, model_name);
    }
    if (!emb_unusual_is_validated(usual)) {
        cli_note("%s kept no images for validation; every fifth image that it learned from stands "
                 "for them, so the threshold is too low",
                 model_name);
    }
}

emb_unusual *cli_usual_open(emb_net *net, const char *model_name, const char *trained_on,
                            int threads) {
    char *path = cli_usual_place(model_name);
    emb_unusual *usual = cli_is_there(path) ? emb_unusual_open(path, net) : NULL;
    if (usual && trained_on) {
        cli_note("--trained-on %s is not read: %s keeps what is usual; without that file it is "
                 "learned again",
                 trained_on, path);
    }
    if (!usual) {
        if (cli_is_there(path)) cli_note("%s; it is made again", emb_error());
        usual = learn(net, model_name, trained_on, threads);
        if (usual && emb_unusual_save(usual, path) != EMB_OK) {
            cli_note("%s: usual errors are learned again each time", emb_error());
        }
    }
    if (usual) tell(usual, model_name);
    free(path);
    return usual;
}
