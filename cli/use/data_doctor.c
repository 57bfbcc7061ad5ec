/* See data_doctor.h; what it measures is emb_net_examine_data's and emb_net_examine_shades'. */
#include "use/data_doctor.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "core/message.h"
#include "core/network_writer.h"
#include "data/data_sets.h"
#include "data/held.h"
#include "data/open_data.h"
#include "data/picture_options.h"
#include "use/doctor_say.h"

/* What a line is made of. */
typedef struct visit {
    const cli_subject *subject;
    const emb_train_options *terms;
    const cli_holdout *holdout;
    const char *dataset;
    const emb_data_checkup *checkup;
} visit;

static bool is_folder_of_pictures(const visit *v) {
    emb_pictures pictures;
    return emb_images_pictures(v->subject->images, &pictures);
}

/* ---- what the images show -------------------------------------------------------------------- */

static char *say_alike(const visit *v) {
    return cli_told("%.3g %% of the training images are the same picture: there is nothing to "
                    "learn from them. embudo data preview %s draws some; name the folder or the "
                    "array that has the others",
                    100 * v->checkup->alike, v->dataset);
}

static char *say_channel(const visit *v) {
    int shape[3];
    char number[CLI_NUMBER_SIZE];
    const emb_data_checkup *c = v->checkup;
    emb_images_shape(v->subject->images, shape);
    const bool more = c->channels > 1;
    return cli_told("channel %d%s of %d is %s in every image and teaches nothing. %s",
                    c->channel + 1, more ? _(" and others") : "", shape[0],
                    more ? _("one number") : cli_number(c->constant, number),
                    is_folder_of_pictures(v) ? _("--grey reads the pictures as one channel")
                                             : _("Leave it out of the array"));
}

/* ---- how many there are ---------------------------------------------------------------------- */

/* A network of embudo new's that has as few parameters as the images have numbers: its --width, or
 * 0. It is written and counted to find out. */
static int fitting_width(const visit *v) {
    cli_new_network wanted = {.name = v->dataset, .rank = 3};
    emb_images_shape(v->subject->images, wanted.shape);
    if (wanted.shape[1] * wanted.shape[2] == 1) return 0; /* a row of numbers */
    wanted.kind = emb_net_classes(v->subject->net) > 0 ? "classifier" : "conv";
    for (wanted.width = CLI_NETWORK_WIDTH; wanted.width > 0; wanted.width /= 2) {
        const emb_net_options options = {.classes = emb_net_classes(v->subject->net)};
        char *text = cli_network_write(&wanted);
        emb_trial *trial = emb_trial_new(text, "new", &options, NULL);
        size_t parameters = 0;
        for (size_t i = 0; trial && i < emb_trial_layer_count(trial); i++) {
            emb_layer_info info;
            emb_trial_layer(trial, i, &info);
            parameters += info.parameters;
        }
        const bool fits = trial && !emb_trial_error(trial) && parameters <= v->checkup->numbers;
        emb_trial_free(trial);
        free(text);
        if (fits) break;
    }
    return wanted.width;
}

/* With --augment an image is worth some more. The notebook's network had 3.5 times its error on 20
 * digits on others, with shift=2,rotate=10, where it had 86 times without. */
enum { AUGMENTED = 10 };

/* How many of `count` images are trained on, once test and validation images are held out. */
static size_t trained_of(const visit *v, size_t count) {
    const cli_holdout *h = v->holdout;
    /* Of a single image none could be held out, whatever the share. */
    const bool lone = h->of == 1 && !h->typed;
    const double share = !h->known ? 0 : lone ? EMB_TEST_SPLIT : h->share;
    if (share > 0 && count > 1) {
        const double held = floor((double)count * share + 0.5);
        count -= held < 1 ? 1 : held < (double)count ? (size_t)held : count - 1;
    }
    if (v->terms->val_count > 0) return count; /* these are others */
    uint32_t *order = cli_alloc(count * sizeof *order);
    size_t train = count;
    if (emb_split(count, v->terms, order, &train) != EMB_OK) train = count;
    free(order);
    return train;
}

/* How many images there must be so that `wanted` are trained on. One more image is one more of them
 * at most, so that what is still short never leads too far. */
static size_t images_for(const visit *v, size_t wanted) {
    size_t count = wanted;
    for (size_t train; (train = trained_of(v, count)) < wanted;) count += wanted - train;
    return count;
}

static char *say_few(const visit *v) {
    const emb_data_checkup *c = v->checkup;
    const size_t images = v->subject->train_count, size = c->numbers / (images ? images : 1);
    char some[CLI_NUMBER_SIZE], parameters[CLI_NUMBER_SIZE], need[CLI_NUMBER_SIZE];
    char all[CLI_NUMBER_SIZE];
    const size_t wanted = (c->parameters + size - 1) / size, total = images_for(v, wanted);
    const bool helps = c->parameters <= AUGMENTED * c->numbers;
    if (v->terms->keep_weights) return NULL; /* it has learned from others before */
    if (*v->terms->augment && helps) return NULL;
    const int width = fitting_width(v);
    cli_text text = {0};
    cli_text_tell(&text,
                  cli_plural((unsigned long)images,
                             "%s training image is far too few for %s parameters, which can learn "
                             "them by heart. Take %s or more",
                             "%s training images are far too few for %s parameters, which can "
                             "learn them by heart. Take %s or more"),
                  cli_thousands(images, some), cli_thousands(c->parameters, parameters),
                  cli_thousands(total, all));
    if (total > wanted) {
        cli_text_tell(&text, " (%s of them are then trained on)", cli_thousands(wanted, need));
    }
    if (helps) cli_text_tell(&text, ", or --augment shift=2,rotate=10");
    if (width > 0) {
        cli_text_tell(&text, ", or a smaller network (embudo new %s%s%s --width %d -o small.net)",
                      v->dataset, cli_pictures_typed_shape(),
                      emb_net_classes(v->subject->net) > 0 ? " --kind classifier" : "", width);
    }
    return text.bytes;
}

/* Whether a split with these options gives both shares every class that there is. */
static bool shares_all(const visit *v, const emb_train_options *options) {
    const emb_images *images = v->subject->images;
    const size_t count = emb_images_count(images);
    uint32_t *order = cli_alloc(count * sizeof *order);
    bool seen[2][EMB_MAX_CLASSES] = {{false}};
    size_t train;
    bool good = emb_split(count, options, order, &train) == EMB_OK && train < count;
    for (size_t i = 0; i < count && good; i++) {
        const int label = emb_images_label(images, order[i]);
        if (label >= 0) seen[i >= train][label] = true;
    }
    free(order);
    for (int k = 0; k < EMB_MAX_CLASSES; k++) good = good && seen[0][k] == seen[1][k];
    return good;
}

/* What to do about a class that one of the shares lacks: the next seed or another share that has
 * been tried. To be freed. */
static char *classes_remedy(const visit *v) {
    enum { SEEDS = 20, SHARES = 5 };
    emb_train_options options = *v->terms;
    char share[CLI_NUMBER_SIZE];
    if (v->checkup->label_count == 1) return cli_told("It is the only one: add more of them");
    if (options.val_count > 0) return cli_told("Move some there");
    for (int i = 0; i < SEEDS * (SHARES + 1); i++) {
        options.seed = v->terms->seed + (uint64_t)(i % SEEDS);
        if (i >= SEEDS) options.val_split = 0.1 * (double)(int)(i / SEEDS);
        if (!shares_all(v, &options)) continue;
        char *seed =
            i % SEEDS ? cli_format(" --seed %" PRIu64, options.seed) : cli_format("%s", "");
        char *remedy = i < SEEDS ? cli_told("%s has all", seed + 1)
                                 : cli_told("--val-split %s%s has all",
                                            cli_shortest(options.val_split, share), seed);
        free(seed);
        return remedy;
    }
    return cli_told("Add more of them, or take another --val-split");
}

static char *say_classes(const visit *v) {
    const emb_data_checkup *c = v->checkup;
    const bool learns = c->untaught == 0;
    const int count = learns ? c->unmeasured : c->untaught;
    char number[CLI_NUMBER_SIZE], images[CLI_NUMBER_SIZE], *remedy = classes_remedy(v);
    char *line = cli_told(
        cli_plural((unsigned long)c->label_count,
                   "class %s%s has %s %s image and no %s image: it cannot be %s. %s",
                   "class %s%s has %s %s images and no %s image: it cannot be %s. %s"),
        cli_class_name(v->subject->images, c->label, number), count > 1 ? _(", like others,") : "",
        cli_thousands(c->label_count, images), learns ? _("training") : _("validation"),
        learns ? _("validation") : _("training"), learns ? _("measured") : _("learned"), remedy);
    free(remedy);
    return line;
}

void cli_data_doctor_start(const cli_subject *s, const cli_terms *terms, const char *dataset) {
    static const struct {
        emb_data_finding finding;
        const char *word; /* docs/JSON.md */
        char *(*say)(const visit *v);
    } lines[] = {
        {EMB_DATA_ALIKE, "images alike", say_alike},
        {EMB_DATA_CHANNEL, "empty channel", say_channel},
        {EMB_DATA_CLASSES, "lacking class", say_classes},
        {EMB_DATA_FEW, "few images", say_few},
    };
    emb_data_checkup checkup;
    size_t train_count, val_count;
    const uint32_t *train = emb_run_train_indices(s->run, &train_count);
    const uint32_t *val = emb_run_val_indices(s->run, &val_count);
    if (emb_net_examine_data(s->net, s->images, train, train_count, val, val_count, &checkup) !=
        EMB_OK) {
        return;
    }
    const visit v = {.subject = s,
                     .terms = &terms->options,
                     .holdout = &terms->holdout,
                     .dataset = dataset,
                     .checkup = &checkup};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char *line = checkup.findings & lines[i].finding ? lines[i].say(&v) : NULL;
        cli_doctor_say(lines[i].word, line);
    }
}

/* ---- the data set's own parts -----------------------------------------------------------------
 */

/* Images of each class that a training learns from, is watched on and is scored on. */
typedef struct parts {
    const emb_images *images, *test;
    size_t train[EMB_MAX_CLASSES], val[EMB_MAX_CLASSES], scored[EMB_MAX_CLASSES];
    bool watched, tested; /* these parts should have every class */
    bool classifies;
} parts;

static void count_labels(const emb_images *images, const uint32_t *indices, size_t count,
                         size_t counts[EMB_MAX_CLASSES]) {
    for (size_t i = 0; i < count; i++) {
        const int label = emb_images_label(images, indices ? indices[i] : i);
        if (label >= 0) counts[label]++;
    }
}

/* What validation images have is said of these. */
static bool is_untaught(const parts *p, int k) {
    return p->train[k] == 0 && p->scored[k] > 0 && (!p->classifies || p->val[k] == 0);
}

static bool is_unmeasured(const parts *p, int k) {
    return p->train[k] > 0 && ((p->watched && p->val[k] == 0) || (p->tested && p->scored[k] == 0));
}

/* The line about the classes that are so, or NULL. */
static char *say_parts(const parts *p, bool (*is_so)(const parts *p, int k)) {
    const bool learns = is_so == is_unmeasured;
    int first = -1, count = 0;
    char number[CLI_NUMBER_SIZE], images[CLI_NUMBER_SIZE];
    for (int k = EMB_MAX_CLASSES - 1; k >= 0; k--) {
        if (!is_so(p, k)) continue;
        first = k;
        count++;
    }
    if (count == 0) return NULL;
    const bool no_val = p->watched && p->val[first] == 0;
    const bool no_test = p->tested && p->scored[first] == 0;
    const char *lacking = !learns             ? _("training")
                          : no_val && no_test ? _("validation or test")
                          : no_val            ? _("validation")
                                              : _("test");
    const size_t some = learns ? p->train[first] : p->scored[first];
    return cli_told(cli_plural((unsigned long)some,
                               "class %s%s has %s %s image and no %s image: it cannot be %s. Add "
                               "some to the %s images",
                               "class %s%s has %s %s images and no %s image: it cannot be %s. Add "
                               "some to the %s images"),
                    cli_class_name(learns ? p->images : p->test, first, number),
                    count > 1 ? _(", like others,") : "", cli_thousands(some, images),
                    learns ? _("training") : _("test"), lacking,
                    learns ? _("measured") : _("learned"), lacking);
}

void cli_data_doctor_parts(const cli_subject *s, const cli_terms *terms, const char *dataset) {
    size_t train_count, val_count;
    const uint32_t *train = emb_run_train_indices(s->run, &train_count);
    const uint32_t *val = emb_run_val_indices(s->run, &val_count);
    const bool own_val = terms->options.val_count > 0, own_test = emb_images_parts(dataset) != 1;
    if (cli_doctor_is_off()) return;
    if (emb_images_label(s->images, 0) < 0 || cli_set_find(cli_sets, dataset)) return;
    emb_images *test = cli_held_peek(dataset, EMB_TEST, own_test ? NULL : &terms->holdout);
    parts p = {.images = s->images, .test = test, .classifies = emb_net_classes(s->net) > 0};
    count_labels(s->images, train, train_count, p.train);
    count_labels(s->images, val, val_count, p.val);
    if (test) count_labels(test, NULL, emb_images_count(test), p.scored);
    const bool labelled = test && emb_images_label(test, 0) >= 0;
    p.tested = own_test && labelled;
    /* A classifier's validation images are looked at with all else. */
    p.watched = own_val && !p.classifies;
    char *line = say_parts(&p, is_untaught);
    if (!line) line = say_parts(&p, is_unmeasured);
    cli_doctor_say("lacking class", line);
    emb_images_free(test);
}

/* ---- what a trained network is given --------------------------------------------------------- */

char *cli_data_doctor_shades(emb_net *net, const emb_images *images, const char *remedy) {
    emb_shades s;
    if (cli_doctor_is_off()) return NULL;
    char own[CLI_NUMBER_SIZE], other[CLI_NUMBER_SIZE];
    if (!emb_net_has_part(net, "encoder") || !emb_net_has_part(net, "decoder")) return NULL;
    if (emb_net_examine_shades(net, images, &s) != EMB_OK || !s.is_negative) return NULL;
    return cli_told("black and white are exchanged, against what the network learned (MSE %s; %s "
                    "once they are exchanged again). %s",
                    cli_error_text(s.mse, 4, own), cli_error_text(s.negative_mse, 4, other),
                    remedy);
}

void cli_data_doctor_given(emb_net *net, const emb_images *images) {
    char *line = cli_data_doctor_shades(
        net, images, _("Exchange them in the data, or train a network on such images"));
    cli_doctor_say("exchanged shades", line);
}

void cli_data_doctor_classes(const emb_net *net, const emb_images *images, const char *remedy) {
    bool seen[EMB_MAX_CLASSES] = {false};
    const int classes = emb_net_classes(net);
    char name[CLI_NUMBER_SIZE];
    int missing = 0, first = -1;
    for (size_t i = 0; i < emb_images_count(images); i++) {
        const int label = emb_images_label(images, i);
        if (label >= 0 && label < classes) seen[label] = true;
    }
    for (int k = classes - 1; k >= 0; k--) {
        if (seen[k]) continue;
        missing++;
        first = k;
    }
    if (missing == 0 || missing == classes) return;
    cli_doctor_say(
        "lacking class",
        cli_told(cli_plural((unsigned long)missing,
                            "%d of the %d classes has no image here, first %s: nothing is "
                            "measured of %s. %s",
                            "%d of the %d classes have no image here, first %s: nothing is "
                            "measured of %s. %s"),
                 missing, classes, cli_class_name(images, first, name),
                 missing == 1 ? _("it") : _("them"), remedy));
}
