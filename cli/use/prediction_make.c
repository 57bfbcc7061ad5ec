/* See prediction_make.h. */
#include "use/prediction_make.h"

#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "data/held.h"
#include "data/range.h"
#include "use/input_photos.h"
#include "use/prediction_classes.h"
#include "use/threshold.h"
#include "use/usual.h"
#include "use/verdict.h"

static bool good(emb_status status) {
    if (status != EMB_OK) cli_fail("%s", emb_error());
    return status == EMB_OK;
}

/* ---- codes and reconstructions --------------------------------------------------------------- */

static bool encode(cli_predictions *p, emb_net *net, int threads) {
    p->length = emb_net_latent(net);
    p->codes = cli_alloc(p->count * (size_t)p->length * sizeof *p->codes);
    return good(emb_net_encode(net, p->shown, p->count, p->codes, threads));
}

/* Of a codebook, which of its entries the codes are. */
static bool find_entries(cli_predictions *p, const emb_net *net) {
    if (emb_net_entries(net) == 0) return true;
    const size_t count = p->count * (size_t)emb_net_places(net);
    uint32_t *indices = cli_alloc(count * sizeof *indices);
    const bool done = good(emb_net_to_indices(net, p->codes, p->count, indices));
    p->length = emb_net_places(net);
    p->indices = true;
    for (size_t i = 0; done && i < count; i++) p->codes[i] = (float)indices[i];
    free(indices);
    return done;
}

static bool reconstruct(cli_predictions *p, emb_net *net, const emb_images *images, int threads) {
    const size_t size = cli_network_pixels(net);
    if (!emb_net_has_part(net, "decoder") || cli_network_outputs(net) != size) return true;
    p->made = cli_alloc(p->count * size * sizeof *p->made);
    if (!good(emb_net_reconstruct_images(net, images, NULL, p->count, p->made, threads)))
        return false;
    p->errors = cli_alloc(p->count * sizeof *p->errors);
    for (size_t i = 0; i < p->count; i++) {
        double sum = 0;
        for (size_t k = i * size; k < (i + 1) * size; k++) {
            const double off = (double)p->shown[k] - (double)p->made[k];
            sum += off * off;
        }
        p->errors[i] = sum / (double)size;
    }
    return true;
}

/* ---- what is unusual ------------------------------------------------------------------------- */

static bool judge(cli_predictions *p, emb_net *net, const emb_images *images,
                  const emb_unusual *usual, const char *model_name, int threads) {
    emb_verdict verdict;
    if (!cli_threshold_own(usual, net, model_name, &verdict)) return false;
    double *numbers = cli_alloc(p->count * EMB_UNUSUAL_KINDS * sizeof *numbers);
    p->judgements = cli_alloc(p->count * sizeof *p->judgements);
    p->judged = good(emb_unusual_score(usual, net, images, NULL, p->count, threads, numbers));
    p->by = verdict.by;
    p->threshold = verdict.threshold;
    for (size_t i = 0; p->judged && i < p->count; i++) {
        p->judgements[i] = numbers[i * EMB_UNUSUAL_KINDS + (size_t)verdict.by];
    }
    free(numbers);
    return p->judged;
}

/* As score does. Where the images of the training cannot be had, nothing is called unusual, and a
 * note says so. */
static bool judge_if_known(cli_predictions *p, emb_net *net, const emb_images *images,
                           const cli_args *args, int threads) {
    const char *name = cli_arg(args, "RUN|MODEL")->text;
    const char *trained_on = cli_arg(args, "trained-on")->text;
    cli_text why = {0}, *before = trained_on ? NULL : cli_fail_into(&why);
    emb_unusual *usual = cli_usual_open(net, name, trained_on, threads);
    if (!trained_on) cli_fail_into(before);
    bool done = !trained_on;
    if (usual) {
        done = judge(p, net, images, usual, name, threads);
    } else if (!trained_on) {
        cli_note("whether an error is unusual is not known: %s", why.bytes ? why.bytes : "");
    }
    emb_unusual_free(usual);
    cli_text_free(&why);
    return done;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static bool answer(cli_predictions *p, emb_net *net, const emb_images *images,
                   const cli_args *args) {
    const int threads = (int)cli_arg(args, "threads")->whole;
    const char *name = cli_arg(args, "RUN|MODEL")->text;
    const int neighbours = cli_verdict_neighbours(net);
    if (emb_net_classes(net) > 0 && cli_arg(args, "trained-on")->given) {
        cli_fail("--trained-on says by which images errors are judged, and %s is a classifier, "
                 "which has none",
                 name);
        return false;
    }
    if (!reconstruct(p, net, images, threads)) return false;
    if (emb_net_classes(net) > 0) {
        if (!cli_predict_classes(p, net, threads)) return false;
    } else if (!encode(p, net, threads)) {
        return false;
    }
    if (emb_net_classes(net) == 0 && neighbours > 0) {
        char *set = cli_usual_dataset(name, cli_arg(args, "trained-on")->text);
        if (!set) {
            cli_fail("%s does not say what it was trained on, and its neighbours are those images; "
                     "name the data set: --trained-on DATASET",
                     name);
        }
        const bool voted = set && cli_predict_votes(p, net, name, set, neighbours, threads);
        free(set);
        if (!voted) return false;
    }
    if (p->classes > 0) {
        cli_predict_names(p, name);
        return true;
    }
    return (!p->made || judge_if_known(p, net, images, args, threads)) && find_entries(p, net);
}

/* Whoever names a folder or a data set means another command. */
static bool is_picture(const char *path, const emb_net *net, const cli_args *args) {
    if (cli_is_folder(path)) {
        cli_fail("%s: is a folder; expected picture files, one to a word: %s/*.png", path, path);
        return false;
    }
    if (!cli_is_there(path)) {
        cli_fail("%s: no such file; expected a picture", path);
        return false;
    }
    return cli_photo_check(path, net, args);
}

/* All of them, or else those that can be read, and what is wrong with each of the others is said.
 * NULL with the error printed. */
static emb_images *read_files(cli_predictions *p, emb_net *net, const cli_args *args) {
    cli_text why = {0}, *before = cli_fail_into(&why);
    emb_images *images = cli_photos_read(p->files, p->count, net, args);
    cli_fail_into(before);
    cli_text_free(&why);
    if (images) return images;
    size_t good = 0;
    for (size_t i = 0; i < p->count; i++) {
        if (is_picture(p->files[i], net, args)) p->files[good++] = p->files[i];
    }
    p->count = good;
    return good > 0 ? cli_photos_read(p->files, good, net, args) : NULL;
}

bool cli_predictions_make(cli_predictions *p, emb_net *net, const cli_args *args) {
    *p = (cli_predictions){.count = args->word_count};
    p->files = cli_alloc(p->count * sizeof *p->files);
    memcpy(p->files, args->words, p->count * sizeof *p->files);
    emb_net_input_shape(net, p->shape);
    emb_images *images = read_files(p, net, args);
    if (!images) return false;
    p->shown = cli_alloc(p->count * cli_network_pixels(net) * sizeof *p->shown);
    const bool done = cli_network_label_images(net, args, images) &&
                      good(emb_images_fetch(images, NULL, p->count, p->shown, NULL)) &&
                      answer(p, net, images, args);
    emb_images_free(images);
    return done;
}
