/* `embudo data preview`: a picture of what training sees. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <embudo.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "core/open_file.h"
#include "core/room.h"
#include "core/run_json.h"
#include "core/seed.h"
#include "core/shown.h"
#include "data/alter_options.h"
#include "data/data_actions.h"
#include "data/held.h"
#include "data/known_data.h"
#include "data/picture_options.h"
#include "data/range.h"

/* What is drawn: images, and how a training changes them. */
typedef struct subject {
    emb_images *images;
    emb_train_options options;
    char *dataset; /* of a run; NULL: it was typed */
} subject;

/* ---- a run ----------------------------------------------------------------------------------- */

static bool is_run(const char *where) {
    char *record = cli_format("%s/run.json", where);
    const bool is = cli_is_folder(where) && cli_is_file(record);
    free(record);
    return is;
}

static void take_recorded(const emb_net *net, const char *name, char *to, size_t size) {
    size_t length;
    const char *text = emb_text_value(emb_net_metadata(net, CLI_OPTIONS_KEY), name, &length);
    if (text && length < size) snprintf(to, size, "%.*s", (int)length, text);
}

/* The images that the run learned from, and its options, unless others are typed. */
static bool open_run(subject *s, const char *where) {
    char *file = cli_format("%s/run.json", where);
    json_t *record = NULL;
    emb_net *net = cli_network_open_trained(where);
    uint64_t seed = 42;
    double share = 0.2;
    if (net && cli_run_json_read(&record, file))
        s->dataset = cli_known_data_take(file, record, NULL);
    if (net && !s->dataset) cli_fail("%s: does not say what it was trained on", file);
    if (s->dataset) {
        emb_train_options *o = &s->options;
        cli_holdout holdout = cli_holdout_of(net, where, s->dataset);
        if (!*o->augment && !*o->denoise) {
            take_recorded(net, "augment", o->augment, sizeof o->augment);
            take_recorded(net, "denoise", o->denoise, sizeof o->denoise);
        }
        cli_recorded_seed(net, &seed);
        cli_recorded_val_split(net, &share);
        o->seed = cli_seed_option(seed);
        o->val_split = cli_val_split_option(share);
        o->val_count = cli_recorded_val_count(net);
        cli_pictures_follow(net);
        s->images = cli_held_learn_again(s->dataset, &holdout, o->val_count);
    }
    json_decref(record);
    emb_net_free(net);
    free(file);
    return s->images != NULL;
}

static bool open_set(subject *s, const char *where, const cli_args *args) {
    const cli_value *seed = cli_arg(args, "seed");
    cli_holdout holdout = cli_holdout_typed(args);
    s->options.seed = cli_seed_option(seed->seed);
    s->images = cli_held_learn(where, &holdout, &s->options.val_count);
    return s->images && cli_range_tell(s->images, args, where);
}

/* ---- the picture ----------------------------------------------------------------------------- */

/* A column: an epoch's inputs or targets, or the images as they are. */
typedef struct column {
    int epoch; /* -1: as they are */
    bool target;
} column;

enum { MOST_COLUMNS = 2 * 16 + 1 };

static int columns_of(const emb_train_options *options, int epochs, column *columns) {
    int count = 0;
    columns[count++] = (column){-1, true};
    for (int i = 0; i < epochs; i++) {
        columns[count++] = (column){i, false};
        if (*options->denoise && *options->augment) columns[count++] = (column){i, true};
    }
    return count;
}

/* Numbers of floats to 0..1. */
static void shade(const emb_images *images, float *pixels, size_t count) {
    double low, high;
    emb_images_range(images, &low, &high);
    if ((low >= 0 && high <= 1) || !(high > low)) return;
    for (size_t i = 0; i < count; i++) {
        pixels[i] = (float)(((double)pixels[i] - low) / (high - low));
    }
}

/* Column c of pixels[rows][columns][size]. */
static bool fill(const subject *s, const column *c, const uint32_t *indices, size_t rows,
                 size_t size, float *pixels, size_t stride) {
    const emb_train_options plain = {0};
    float *inputs = cli_alloc(2 * rows * size * sizeof *inputs), *targets = inputs + rows * size;
    const emb_status status =
        emb_train_images(s->images, c->epoch < 0 ? &plain : &s->options,
                         (size_t)(c->epoch < 0 ? 0 : c->epoch), indices, rows, inputs, targets);
    if (status != EMB_OK) cli_fail("%s", emb_error());
    shade(s->images, inputs, status == EMB_OK ? 2 * rows * size : 0);
    for (size_t i = 0; i < rows && status == EMB_OK; i++) {
        memcpy(pixels + i * stride, (c->target ? targets : inputs) + i * size,
               size * sizeof *pixels);
    }
    free(inputs);
    return status == EMB_OK;
}

static bool draw(const subject *s, const uint32_t *indices, size_t rows, int epochs,
                 const char *path) {
    column columns[MOST_COLUMNS] = {{0}};
    char words[MOST_COLUMNS][32];
    const char *titles[MOST_COLUMNS];
    emb_figure figure = {.rows = (int)rows, .column_titles = titles};
    figure.columns = columns_of(&s->options, epochs, columns);
    emb_images_shape(s->images, figure.shape);
    const size_t size = (size_t)figure.shape[0] * (size_t)figure.shape[1] * (size_t)figure.shape[2];
    const size_t stride = (size_t)figure.columns * size;
    if (!cli_room_for(rows * (size_t)figure.columns, size, CLI_ROOM_PICTURE,
                      E_("%s images of %s numbers are more than one picture holds, at most %s "
                         "images; a smaller %s takes fewer"),
                      "--count")) {
        return false;
    }
    float *pixels = cli_alloc(rows * stride * sizeof *pixels);
    bool good = true;
    for (int c = 0; c < figure.columns && good; c++) {
        const column *of = &columns[c];
        snprintf(words[c], sizeof words[c], of->target ? _("goal %d") : _("epoch %d"),
                 of->epoch + 1);
        titles[c] = of->epoch < 0 ? _("image") : words[c];
        good = fill(s, of, indices, rows, size, pixels + (size_t)c * size, stride);
    }
    figure.pixels = pixels;
    emb_picture *picture = NULL;
    if (good) {
        emb_format format;
        good = emb_format_of(path, &format) == EMB_OK;
        picture = good ? cli_shown_figure(&figure, format) : NULL;
        good = picture && emb_picture_save(picture, path) == EMB_OK;
        if (!good) cli_fail("%s", emb_error());
    }
    emb_picture_free(picture);
    free(pixels);
    return good;
}

/* The first images that are trained on, in the split's order. */
static bool draw_first(const subject *s, const cli_args *args) {
    const size_t all = emb_images_count(s->images), asked = (size_t)cli_arg(args, "count")->whole;
    const char *path = cli_arg(args, "output")->text;
    uint32_t *order = cli_alloc(all * sizeof *order);
    size_t train = 0;
    bool good = emb_split(all, &s->options, order, &train) == EMB_OK;
    if (!good) cli_fail("%s", emb_error());
    good = good &&
           draw(s, order, asked < train ? asked : train, (int)cli_arg(args, "epochs")->whole, path);
    free(order);
    return good;
}

static int run_preview(const cli_args *args) {
    const char *where = cli_arg(args, "SET|RUN")->text;
    subject s = {0};
    double black, white;
    int code = cli_range_option(args, &black, &white);
    if (code == CLI_DONE) code = cli_pictures_read(args);
    if (code == CLI_DONE) code = cli_alter_read(&s.options, args);
    if (code != CLI_DONE) return code;
    bool good = is_run(where) ? open_run(&s, where) : open_set(&s, where, args);
    if (good && !*s.options.augment && !*s.options.denoise) {
        cli_note("nothing changes the images: --augment or --denoise would");
    }
    cli_shown_begin(args);
    good = good && draw_first(&s, args);
    if (good) cli_line("the picture is in %s", cli_arg(args, "output")->text);
    if (good) cli_open_file(args, cli_arg(args, "output")->text);
    emb_images_free(s.images);
    free(s.dataset);
    return good ? CLI_DONE : CLI_FAILED;
}

const cli_command cli_action_preview = {
    .name = "data preview",
    .summary = "draw what training sees: images as --augment and --denoise change them",
    .run = run_preview,
    .about =
        "Each row is an image that is trained on: as it is, and then what the network reads in the "
        "first epochs. With --augment and --denoise together, each epoch has a second column, "
        "goal: "
        "what the output is compared with there. With --denoise alone that is the image as it is, "
        "with --augment alone what the network reads. A run's own seed and options apply unless "
        "others are given.",
    .examples = {{"embudo data preview mnist --augment shift=2,rotate=10 --denoise gaussian=0.3",
                  "preview.png"},
                 {"embudo data preview runs/denoiser", "what that run saw"}},
    .positionals = {{"SET|RUN", NULL, "a run's folder, or a data set as for embudo train"}},
    .options = {CLI_AUGMENT_OPTION,
                CLI_DENOISE_OPTION,
                {"seed", 0, CLI_SEED, "N", "42", 0, 0, 0, "the training's, for a data set"},
                {"count", 0, CLI_INT, "N", "8", 1, 64, 0, "images"},
                {"epochs", 0, CLI_INT, "N", "4", 1, 16, 0, "epochs"},
                {"output", 'o', CLI_TEXT, "FILE", "preview.png", 0, 0, CLI_TO_PICTURE,
                 "the picture: PNG, SVG or PDF, by its ending"},
                CLI_SHOWN_OPTIONS,
                CLI_TEST_SPLIT_OPTION,
                CLI_TEST_SEED_OPTION,
                CLI_PIXEL_RANGE_OPTION,
                CLI_PICTURE_OPTIONS},
};
