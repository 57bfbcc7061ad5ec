/* See picture_options.h. */
#include "data/picture_options.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bar.h"
#include "core/message.h"
#include "core/progress.h"
#include "core/run_json.h"
#include "core/say.h"
#include "core/stop.h"
#include "core/strings.h"

/* What holds for the command: typed first, and then, where it is 0, the network's. */
static emb_open_options typed;
static emb_pictures net_wishes;
static bool follows, trains;
static cli_wish like_mnist; /* as was typed */
static cli_wish laid_out;   /* as the command settled */
/* And of the cache, where nothing was typed: what the run was told. */
static bool run_no_cache;
static uint64_t run_memory;

/* ---- what was typed -------------------------------------------------------------------------- */

static bool read_size(const char *text, int *width, int *height) {
    char *end;
    const long w = strtol(text, &end, 10);
    const bool cross = *end == 'x' || *end == 'X';
    const char *second = end + 1;
    const long h = cross ? strtol(second, &end, 10) : 0;
    if (!cross || end == second || *end || w < 1 || h < 1) return false;
    if (w > EMB_MAX_SIZE || h > EMB_MAX_SIZE) return false;
    *width = (int)w;
    *height = (int)h;
    return true;
}

static bool read_colour(const char *text, int *colour) {
    static const struct {
        const char *name;
        int colour;
    } names[] = {{"black", EMB_BACKGROUND(0, 0, 0)},
                 {"white", EMB_BACKGROUND(255, 255, 255)},
                 {"grey", EMB_BACKGROUND(128, 128, 128)},
                 {"gray", EMB_BACKGROUND(128, 128, 128)}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(text, names[i].name) != 0) continue;
        *colour = names[i].colour;
        return true;
    }
    if (*text == '#') text++;
    if (strlen(text) != 6 || strspn(text, "0123456789abcdefABCDEF") != 6) return false;
    *colour = 1 << 24 | (int)strtol(text, NULL, 16);
    return true;
}

static emb_picture_fit fit_of(const char *word) {
    return strcmp(word, "pad") == 0       ? EMB_FIT_PAD
           : strcmp(word, "stretch") == 0 ? EMB_FIT_STRETCH
           : strcmp(word, "mnist") == 0   ? EMB_FIT_MNIST
                                          : EMB_FIT_CROP;
}

static int read_like_mnist(const cli_args *args) {
    bool on = false, off = false, inverted = false;
    for (int i = 0; args->command->options[i].name; i++) {
        const char *name = args->command->options[i].name;
        const bool given = args->options[i].given;
        on = on || (given && strcmp(name, "like-mnist") == 0);
        off = off || (given && strcmp(name, "no-like-mnist") == 0);
        inverted = inverted || (given && strcmp(name, "invert") == 0);
    }
    like_mnist = on ? CLI_WISHED : off ? CLI_UNWISHED : CLI_UNSAID;
    if (on && off) {
        return cli_usage(args->command->name,
                         "--like-mnist and --no-like-mnist: expected one of them");
    }
    if (on && inverted) {
        return cli_usage(args->command->name,
                         "--like-mnist and --invert: expected one of them; --like-mnist finds out "
                         "by itself whether ink is dark or light");
    }
    return CLI_DONE;
}

cli_wish cli_pictures_like_mnist(void) { return like_mnist; }

int cli_pictures_read_reading(const cli_args *args) {
    const int code = read_like_mnist(args);
    if (code != CLI_DONE) return code;
    typed.no_cache = false;
    typed.memory = 0;
    for (int i = 0; args->command->options[i].name; i++) {
        const char *name = args->command->options[i].name;
        const cli_value *value = &args->options[i];
        if (!value->given) continue;
        if (strcmp(name, "bad") == 0) {
            typed.bad = strcmp(value->text, "skip") == 0 ? EMB_BAD_SKIP : EMB_BAD_STOP;
        }
        if (strcmp(name, "no-cache") == 0) typed.no_cache = true;
        if (strcmp(name, "memory") == 0) typed.memory = (uint64_t)value->whole << 20;
    }
    if (!typed.no_cache || !typed.memory) return CLI_DONE;
    return cli_usage(args->command->name,
                     "--memory and --no-cache: expected one of them: what --memory has no room for "
                     "is read from the cache");
}

const char *cli_pictures_typed(const cli_args *args) {
#define NAME(name, type, value, least, most, help) name,
    static const char *const names[] = {CLI_PICTURE_TABLE(NAME)};
#undef NAME
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (cli_arg(args, names[i])->given) return names[i];
    }
    return NULL;
}

int cli_pictures_read(const cli_args *args) {
    const cli_value *size = cli_arg(args, "size"), *background = cli_arg(args, "background");
    const cli_value *fit = cli_arg(args, "fit");
    const bool grey = cli_arg(args, "grey")->given, colour = cli_arg(args, "colour")->given;
    emb_pictures *p = &typed.pictures;
    const char *command = args->command->name;
    if (size->given && !read_size(size->text, &p->width, &p->height)) {
        return cli_usage(command,
                         "--size: expected WxH, two whole numbers from 1 to %d such as 64x48, got "
                         "'%s'",
                         EMB_MAX_SIZE, size->text);
    }
    if (grey && colour) return cli_usage(command, "--grey and --colour: expected one of them");
    if (grey || colour) p->channels = grey ? 1 : 3;
    if (background->given && !read_colour(background->text, &p->background)) {
        return cli_usage(command, "--background: expected black, white, grey or RRGGBB, got '%s'",
                         background->text);
    }
    if (fit->given) p->fit = fit_of(fit->text);
    return cli_pictures_read_reading(args);
}

const char *cli_pictures_typed_shape(void) {
    static char text[64];
    const emb_pictures *p = &typed.pictures;
    int used = 0;
    text[0] = '\0';
    if (p->height) used = snprintf(text, sizeof text, " --size %dx%d", p->width, p->height);
    if (p->channels) {
        snprintf(text + used, sizeof text - (size_t)used, " %s",
                 p->channels == 1 ? "--grey" : "--colour");
    }
    return text;
}

/* ---- what the network has -------------------------------------------------------------------- */

void cli_pictures_train(void) { trains = true; }

void cli_pictures_follow(const emb_net *net) {
    int shape[3];
    follows = true;
    if (emb_net_pictures(net, &net_wishes)) return;
    emb_net_input_shape(net, shape);
    if (shape[0] != 1 && shape[0] != 3) return;
    net_wishes = (emb_pictures){.channels = shape[0], .height = shape[1], .width = shape[2]};
}

void cli_pictures_follow_mnist(bool like) { laid_out = like ? CLI_WISHED : CLI_UNWISHED; }

/* What was typed, then how the ink is laid out, then what the network has. */
static emb_picture_fit fit_for_all(void) {
    const bool own = net_wishes.fit == EMB_FIT_MNIST;
    if (typed.pictures.fit) return typed.pictures.fit;
    if (laid_out == CLI_WISHED) return EMB_FIT_MNIST;
    return own && laid_out == CLI_UNWISHED ? EMB_FIT_CROP : net_wishes.fit;
}

static bool no_cache(void) { return typed.no_cache || (run_no_cache && !typed.memory); }

static uint64_t memory(void) { return typed.memory || no_cache() ? typed.memory : run_memory; }

void cli_pictures_record(cli_json *json) {
    if (no_cache()) cli_json_bool(json, "no_cache", true);
    if (memory()) cli_json_whole(json, "memory", (int64_t)(memory() >> 20));
}

void cli_pictures_recall(const json_t *record) {
    const json_t *options = record && !trains ? cli_run_json_group(record, "options") : NULL;
    double megabytes;
    if (!options) return;
    run_no_cache = json_is_true(json_object_get(options, "no_cache"));
    const bool has = cli_run_json_number(record, "options", "memory", &megabytes) &&
                     megabytes >= 1 && megabytes <= 1 << 30;
    run_memory = has ? (uint64_t)megabytes << 20 : 0;
}

static void show_progress(void *data, size_t done, size_t count) {
    cli_bar *bar = data;
    cli_bar_text text = {.share = (double)done / (double)count};
    char here[CLI_NUMBER_SIZE], all[CLI_NUMBER_SIZE];
    if (!bar->on || !cli_bar_due(bar, cli_clock())) return;
    snprintf(text.label, sizeof text.label, _("decoding pictures %s of %s"),
             cli_thousands(done, here), cli_thousands(count, all));
    snprintf(text.short_label, sizeof text.short_label, _("decoding"));
    cli_bar_draw(bar, &text);
}

void cli_pictures_into(emb_open_options *options) {
    static cli_bar bar;
    const emb_pictures *t = &typed.pictures, *n = &net_wishes;
    cli_bar_start(&bar);
    options->pictures = (emb_pictures){
        .channels = t->channels ? t->channels : n->channels,
        .height = t->height ? t->height : n->height,
        .width = t->width ? t->width : n->width,
        .fit = fit_for_all(),
        .background = t->background ? t->background : n->background,
    };
    options->bad = typed.bad || trains || !follows ? typed.bad : EMB_BAD_SKIP;
    options->no_cache = no_cache();
    options->memory = memory();
    options->progress = show_progress;
    options->progress_data = &bar;
}

/* ---- what came of it ------------------------------------------------------------------------- */

bool cli_pictures_heeded(const char *where, const emb_images *images) {
    const emb_pictures *t = &typed.pictures;
    const char *unheeded = t->fit                     ? "fit"
                           : t->background            ? "background"
                           : typed.bad                ? "bad"
                           : like_mnist == CLI_WISHED ? "like-mnist"
                                                      : NULL;
    emb_pictures own;
    int shape[3];
    if (emb_images_pictures(images, &own)) return true;
    emb_images_shape(images, shape);
    if (t->height && shape[0] > 4 && shape[1] == 1 && shape[2] == 1) {
        cli_fail("%s: its rows of %d numbers are no images of --size %dx%d", where, shape[0],
                 t->width, t->height);
    } else if (t->height && (shape[1] != t->height || shape[2] != t->width)) {
        cli_fail("%s: --size is for pictures and rows of numbers; these images are %dx%d, not "
                 "%dx%d",
                 where, shape[2], shape[1], t->width, t->height);
    } else if (t->channels && shape[0] != t->channels) {
        cli_fail(shape[0] == 1 ? E_("%s: --%s is for pictures; these images have %d channel")
                               : E_("%s: --%s is for pictures; these images have %d channels"),
                 where, t->channels == 1 ? "grey" : "colour", shape[0]);
    } else if (unheeded) {
        cli_fail("%s: --%s is for pictures, and these images are no picture files", where,
                 unheeded);
    } else {
        return true;
    }
    return false;
}

emb_images *cli_pictures_open(const char *where, emb_part part, const emb_open_options *options) {
    const bool listening = cli_stop_listens();
    if (!listening) cli_stop_listen();
    emb_images *images = emb_images_open_part(where, part, options);
    if (!listening) cli_stop_default();
    /* It came when all was done: nothing is lost by ending now. */
    if (images && !listening && cli_stop_signal()) raise(cli_stop_signal());
    return images;
}
