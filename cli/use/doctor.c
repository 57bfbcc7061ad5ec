/* What the doctor says, and when. See doctor.h; what it measures is emb_net_examine's. */
#include "use/doctor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "data/range.h"
#include "data/recorded.h"
#include "use/data_doctor.h"
#include "use/doctor_say.h"
#include "use/findings.h"

/* ---- a network ------------------------------------------------------------------------------- */

/* What a line is made of. */
typedef struct visit {
    const emb_net *net;
    const emb_checkup *checkup;
    const char *when; /* "after epoch 1" */
    int warmup;       /* steps that might free it; 0: it has no Tanh, or there were too few */
    char lower[64];   /* "a lower learning rate (--lr 0.001)" */
    char still[128];  /* the same for a network that stands still: with Tanh, --warmup first */
} visit;

/* ", because encoder.8 Tanh() is saturated", if one is. */
static const char *cause(const visit *v, char text[256]) {
    emb_layer_info layer;
    text[0] = '\0';
    if (!v->checkup->has_layer) return text;
    emb_net_layer(v->net, v->checkup->layer, &layer);
    snprintf(text, 256, _(", because %s.%s %s is saturated"), layer.part, layer.path, layer.layer);
    return text;
}

/* An error as it is written elsewhere, unless that takes many digits. */
static const char *error_text(double mse, char text[CLI_NUMBER_SIZE]) {
    if (mse < 1000) return cli_error_text(mse, 4, text);
    snprintf(text, CLI_NUMBER_SIZE, "%.3g", mse);
    return cli_decimals(text);
}

/* "encoder.8 Variational(beta=30)"; "" if there is no such layer. */
static const char *bottleneck(const visit *v, char text[256]) {
    emb_layer_info layer;
    text[0] = '\0';
    for (size_t i = 0; i < emb_net_layer_count(v->net); i++) {
        emb_net_layer(v->net, i, &layer);
        if (layer.family != EMB_LAYER_BOTTLENECK) continue;
        snprintf(text, 256, "%s.%s %s", layer.part, layer.path, layer.layer);
    }
    return text;
}

static char *say_mean_image(const visit *v) {
    const emb_checkup *c = v->checkup;
    char why[256], own[CLI_NUMBER_SIZE], mean[CLI_NUMBER_SIZE];
    /* A network far above the mean image's error is not stuck there: it has not come that far. */
    const bool stuck = c->has_layer || c->mse < 1.05 * c->mean_mse;
    const bool silent = stuck && (c->has_layer || c->findings & EMB_FINDING_CONSTANT);
    char layer[256], first[320] = "";
    if (*bottleneck(v, layer) && c->entries == 0) {
        snprintf(first, sizeof first, _("a smaller factor in %s, "), layer);
    }
    const char *other = _("more --epochs, another --lr");
    char *tries = c->has_layer             ? cli_format("%s", v->still)
                  : stuck && v->warmup > 0 ? cli_format("--warmup %d, %s", v->warmup, other)
                                           : cli_format("%s", other);
    char *line =
        cli_told(c->mse < c->mean_mse
                     ? N_("%s the reconstructions are hardly better than the mean image (MSE %s, "
                          "the mean image has %s)%s%s. Try %s%s or another --seed")
                     : N_("%s the reconstructions are no better than the mean image (MSE %s, the "
                          "mean image has %s)%s%s. Try %s%s or another --seed"),
                 v->when, error_text(c->mse, own), error_text(c->mean_mse, mean),
                 silent ? _(": the code carries no information") : "", cause(v, why), first, tries);
    free(tries);
    return line;
}

static char *say_range(const visit *v) {
    return cli_range_beyond(v->net, v->checkup->low, v->checkup->high);
}

static char *say_constant(const visit *v) {
    char why[256];
    return cli_told("%s every image has the same code%s. Try %s or another --seed", v->when,
                    cause(v, why), v->still);
}

static char *say_pca(const visit *v) {
    char own[CLI_NUMBER_SIZE], pca[CLI_NUMBER_SIZE];
    return cli_told(
        cli_plural((unsigned long)v->checkup->components,
                   "%s the reconstructions are worse than those of %d principal component (MSE %s, "
                   "PCA has %s), which needs no training. Try more --epochs or %s",
                   "%s the reconstructions are worse than those of %d principal components (MSE "
                   "%s, PCA has %s), which needs no training. Try more --epochs or %s"),
        v->when, v->checkup->components, error_text(v->checkup->mse, own),
        error_text(v->checkup->pca_mse, pca), v->lower);
}

static char *say_saturated(const visit *v) {
    return cli_told("%s %d of the code's %d numbers are saturated for nearly every image. Try "
                    "%s, or a network whose encoder ends in Linear",
                    v->when, v->checkup->saturated, v->checkup->latent, v->still);
}

static char *say_dead(const visit *v) {
    char layer[256];
    if (*bottleneck(v, layer)) {
        return cli_told("%s %d of the code's %d numbers are never on, for any image. Try, in %s, "
                        "a smaller penalty, or %s",
                        v->when, v->checkup->dead, v->checkup->latent, layer, v->lower);
    }
    return cli_told(cli_plural((unsigned long)v->checkup->dead,
                               "%s %d of the code's %d numbers is the same for every image. Try "
                               "%s, a smaller --latent or another --seed",
                               "%s %d of the code's %d numbers are the same for every image. Try "
                               "%s, a smaller --latent or another --seed"),
                    v->when, v->checkup->dead, v->checkup->latent, v->lower);
}

static double measure_of(const visit *v, const char *name) {
    for (int i = 0; i < v->checkup->measure_count; i++) {
        if (strcmp(v->checkup->measures[i].name, name) == 0) return v->checkup->measures[i].value;
    }
    return NAN;
}

static char *say_collapse(const visit *v) {
    char layer[256];
    return cli_told(
        "%s the code says nothing of an image (KL %.2g nats, active numbers: %d of %d): "
        "posterior collapse. Try, in %s, a smaller beta, a warmup or "
        "free_bits, or %s",
        v->when, measure_of(v, "kl"), v->checkup->active, v->checkup->latent, bottleneck(v, layer),
        v->lower);
}

static char *say_divergence(const visit *v) {
    const emb_checkup *c = v->checkup;
    char layer[256], own[CLI_NUMBER_SIZE], mean[CLI_NUMBER_SIZE];
    return cli_told("%s the reconstructions are %s better than the mean image (MSE %s, the "
                    "mean image has %s), though the code costs %.3g nats an image: the KL eats "
                    "the reconstruction. Try, in %s, a smaller beta or a warmup, more --epochs, "
                    "or %s",
                    v->when, c->mse < c->mean_mse ? _("hardly") : _("no"), error_text(c->mse, own),
                    error_text(c->mean_mse, mean), measure_of(v, "kl"), bottleneck(v, layer),
                    v->lower);
}

static char *say_unused(const visit *v) {
    char layer[256];
    return cli_told("%s %.0f of the codebook's %d entries were never taken. Try more --epochs, "
                    "fewer entries in %s, or %s",
                    v->when, measure_of(v, "unused"), v->checkup->entries, bottleneck(v, layer),
                    v->lower);
}

/* The gravest first: the first that applies is said. */
static const struct {
    emb_finding finding;
    char *(*say)(const visit *v);
} lines[] = {
    {EMB_FINDING_RANGE, say_range},
    {EMB_FINDING_COLLAPSE, say_collapse},
    {EMB_FINDING_DIVERGENCE, say_divergence},
    {EMB_FINDING_UNUSED, say_unused},
    {EMB_FINDING_MEAN_IMAGE, say_mean_image},
    {EMB_FINDING_CONSTANT, say_constant},
    {EMB_FINDING_PCA, say_pca},
    {EMB_FINDING_SATURATED, say_saturated},
    {EMB_FINDING_DEAD, say_dead},
};

static const char *word_of(emb_finding finding) {
    const cli_finding *row = cli_findings;
    while (row->word && row->finding != finding) row++;
    return row->word;
}

/* To be freed, and its word; NULL if nothing is wrong. */
static char *verdict(const visit *v, const char **word) {
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (!(v->checkup->findings & lines[i].finding)) continue;
        *word = word_of(lines[i].finding);
        return lines[i].say(v);
    }
    return NULL;
}

/* A fraction of the rate, rounded to one digit, and not above Adam's usual 0.001. */
static double lower_rate(double rate, double share) {
    char text[CLI_NUMBER_SIZE];
    snprintf(text, sizeof text, "%.0e", rate * share);
    return fmin(strtod(text, NULL), 0.001);
}

static bool has_tanh(const emb_net *net) {
    emb_layer_info layer;
    for (size_t i = 0; i < emb_net_layer_count(net); i++) {
        emb_net_layer(net, i, &layer);
        if (strncmp(layer.layer, "Tanh(", 5) == 0) return true;
    }
    return false;
}

/* A --warmup for a training of so many steps that had `had` of it; 0: none. Where the notebook's
 * network of 8 numbers stood still in two epochs of batches of 32 (--lr 0.0025), 200 steps did not
 * free it; 500, 1000 and 1500 did, with errors within 1 % of each other, and a lower rate was
 * behind these. */
static int warmup_for(const emb_net *net, double steps, int had) {
    enum { USUAL = 1000, LEAST = 500 };
    double wanted = had > 0 ? 2.0 * had : USUAL;
    if (wanted > steps / 2 && had == 0) wanted = LEAST;
    return has_tanh(net) && wanted <= steps / 2 ? (int)wanted : 0;
}

/* ---- a training ------------------------------------------------------------------------------ */

/* The number of losses in the recent mean. */
enum { FEW = 50 };
/* A loss this many times the best, and above the first, has exploded. Comparing with the best alone
 * would be wrong: from a hundredth of the first loss, a harmless one may rise threefold. */
static const double exploded = 3;

/* Examines the training's network on the images that it is watched on. */
static emb_status examine(const cli_subject *s, const emb_examine_options *options,
                          emb_checkup *checkup) {
    size_t train_count, count;
    const uint32_t *train = emb_run_train_indices(s->run, &train_count);
    const uint32_t *measured = cli_subject_watched(s, &count);
    return emb_net_examine(s->net, s->images, train, train_count, s->images, measured, count,
                           options, checkup);
}

/* What is certain before the first step. */
void cli_doctor_start(cli_doctor *d, const cli_subject *s, const cli_terms *terms,
                      const char *dataset) {
    emb_preprocessing p;
    if (cli_doctor_is_off()) return;
    emb_net_preprocessing(s->net, &p);
    char *line = cli_range_beyond(s->net, p.low, p.high);
    if (!line && !p.floats) line = cli_range_dark(s->images);
    if (line) d->said |= EMB_FINDING_RANGE;
    cli_doctor_say("range", line);
    if (dataset) cli_data_doctor_start(s, terms, dataset);
}

void cli_doctor_step(cli_doctor *d, const cli_subject *s, float loss) {
    const double x = (double)loss;
    d->losses++;
    if (d->losses == 1) d->first = d->best = x;
    d->recent += (x - d->recent) / (double)(d->losses < FEW ? d->losses : FEW);
    if (d->losses != emb_run_steps_per_epoch(s->run) / 2 || cli_doctor_is_off()) return;
    const emb_examine_options options = {.quick = true};
    emb_checkup checkup;
    if (examine(s, &options, &checkup) == EMB_OK) d->freedom = checkup.freedom;
}

/* Says so if the loss is far above what it was. */
static bool explodes(cli_doctor *d, double learning_rate, int epoch) {
    const bool bad = d->recent > exploded * d->best && d->recent > d->first;
    if (bad && !d->exploded) {
        char rate[CLI_NUMBER_SIZE];
        cli_doctor_say("exploding",
                       cli_told("after epoch %d the loss is %.4g, up from %.4g: it is exploding. "
                                "Try a lower learning rate (--lr %s)",
                                epoch, d->recent, d->best,
                                cli_shortest(lower_rate(learning_rate, 0.1), rate)));
    }
    d->exploded |= bad;
    d->best = fmin(d->best, d->recent);
    return bad;
}

/* A network at the mean image is getting free if what still moves has grown by this much since the
 * last look, or is as free as it should be. Of the notebook's networks that stood at the mean image
 * after an epoch, those that came off it within three more had grown by 1.5 to 250 in half an
 * epoch, and those that did not by 0.8 to 1.05. */
static const double growing = 1.2, free_enough = 0.1;

static bool recovers(const cli_doctor *d, const emb_checkup *c) {
    return c->freedom > growing * d->freedom || (c->has_layer && c->freedom > free_enough);
}

/* Before the end, and after epochs up to MILD, the network need not beat principal components:
 * networks of the notebook's that end at 0.4 to 0.6 of their error had 0.65 to 1.35 of it after one
 * epoch, those that came late off the mean image up to 1.4 after three and 0.86 after four. */
enum { MILD = 4 };

/* The steps of the whole training, as it was asked for. */
static double all_steps(const cli_subject *s, const cli_terms *asked) {
    const double steps = (double)emb_run_steps_per_epoch(s->run) * asked->options.epochs;
    return asked->max_steps > 0 ? fmin(steps, (double)asked->max_steps) : steps;
}

void cli_doctor_epoch(cli_doctor *doctor, const cli_subject *subject, const cli_terms *terms,
                      int threads, int epoch) {
    const cli_subject *s = subject;
    const emb_train_options *o = &terms->options;
    cli_doctor *d = doctor;
    /* Before so many steps even a healthy network may be at the mean image: the notebook's with
     * batches of 128 has 1.06 of its error after 375. */
    enum { STEPS = 1000 };
    const bool last = epoch == o->epochs;
    const size_t ready = STEPS + (size_t)o->warmup; /* until then the rate is lower */
    const bool bad = explodes(d, o->learning_rate, epoch);
    if (cli_doctor_is_off()) return;
    if (bad || !(last || (!d->looked && emb_run_steps(s->run) >= ready))) return;
    const emb_examine_options options = {.young = !last || epoch <= MILD, .threads = threads};
    emb_checkup checkup;
    if (examine(s, &options, &checkup) != EMB_OK) return;
    d->checked = epoch;
    d->found = checkup.findings;
    /* A network that recovers is looked at again after the next epoch. */
    d->looked = last || !(checkup.findings & EMB_FINDING_MEAN_IMAGE) || !recovers(d, &checkup);
    d->freedom = checkup.freedom;
    if (!d->looked) return;
    char when[32], rate[CLI_NUMBER_SIZE];
    visit v = {.net = s->net, .checkup = &checkup, .when = when};
    snprintf(when, sizeof when, _("after epoch %d"), epoch);
    snprintf(v.lower, sizeof v.lower, _("a lower learning rate (--lr %s)"),
             cli_shortest(lower_rate(o->learning_rate, 0.4), rate));
    v.warmup = warmup_for(s->net, all_steps(s, terms), o->warmup);
    if (v.warmup > 0) {
        snprintf(v.still, sizeof v.still, "--warmup %d, %s", v.warmup, v.lower);
    } else {
        snprintf(v.still, sizeof v.still, "%s", v.lower);
    }
    const char *word = NULL;
    if (checkup.findings & ~d->said) {
        char *line = verdict(&v, &word);
        cli_doctor_say(word, line);
    }
    d->said |= checkup.findings;
}

void cli_doctor_settle(cli_doctor *d, const cli_subject *s, int threads, int epoch) {
    const emb_examine_options options = {.young = epoch <= MILD, .threads = threads};
    emb_checkup checkup;
    if (cli_doctor_is_off() || epoch < 1 || d->checked == epoch ||
        examine(s, &options, &checkup) != EMB_OK)
        return;
    d->checked = epoch;
    d->found = checkup.findings;
}

/* ---- a trained network ----------------------------------------------------------------------- */

/* Every other image makes the mean image and the components, the rest are measured: the training
 * images need not be there, and are not read. */
static char *judge(emb_net *net, const emb_images *images, int threads, const char **word) {
    const size_t half = emb_images_count(images) / 2;
    if (cli_doctor_is_off()) return NULL;
    *word = "exchanged shades";
    char *shades = cli_data_doctor_shades(
        net, images, _("Exchange them in the data, or train a network on such images"));
    if (shades || half < 1) return shades;
    uint32_t *indices = cli_alloc(2 * half * sizeof *indices);
    for (size_t i = 0; i < half; i++) {
        indices[i] = (uint32_t)(2 * i);
        indices[half + i] = (uint32_t)(2 * i + 1);
    }
    const emb_examine_options options = {.threads = threads};
    emb_checkup checkup;
    char *line = NULL;
    if (emb_net_examine(net, images, indices, half, images, indices + half, half, &options,
                        &checkup) == EMB_OK) {
        visit v = {
            .net = net, .checkup = &checkup, .when = _("on every other one of these images")};
        double had = 0;
        const char *steps = emb_net_metadata(net, CLI_STEPS_KEY);
        cli_recorded_option(net, "warmup", &had);
        v.warmup = warmup_for(net, steps ? strtod(steps, NULL) : 0,
                              had >= 0 && had <= EMB_MAX_WARMUP ? (int)had : 0);
        snprintf(v.lower, sizeof v.lower, "%s", _("training with a lower --lr"));
        if (v.warmup > 0) {
            snprintf(v.still, sizeof v.still, _("training with --warmup %d, with a lower --lr"),
                     v.warmup);
        } else {
            snprintf(v.still, sizeof v.still, "%s", v.lower);
        }
        line = verdict(&v, word);
    }
    free(indices);
    return line;
}

char *cli_doctor_judge(emb_net *net, const emb_images *images, int threads) {
    const char *word;
    return judge(net, images, threads, &word);
}

void cli_doctor_eval(emb_net *net, const emb_images *images, int threads) {
    const char *word = NULL;
    char *line = judge(net, images, threads, &word);
    cli_doctor_say(word, line);
}
