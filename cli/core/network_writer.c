/* Networks for images of a size, written as notation. See network_writer.h. */
#include "core/network_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <embudo.h>

#include "core/strings.h"
#include "core/told.h"

enum {
    SMALL = 4,      /* a side that is not halved any more */
    PLACES = 8,     /* the same if each place has a code of its own */
    GROWTH = 8,     /* channels are doubled where the sides are halved, up to so many times more */
    LEVELS = 20,    /* more than a side can be halved */
    MANY = 1 << 22, /* numbers that a level makes of an image, if there is a choice */
    CODE = 16,      /* numbers in a code, for images of at least four times as many */
    HIDDEN = 512,   /* the most numbers of a hidden layer of an mlp */
    WEIGHTS = 1 << 27, /* the most weights of an mlp */
    COLUMN = 49        /* of the comments */
};

/* What is asked for, and the text so far. */
typedef struct plan {
    const char *kind;
    const cli_new_network *wanted;
    const int *shape;
    int rank, latent;
    cli_text text;
} plan;

static int numbers_of(const plan *p) { return p->shape[0] * p->shape[1] * p->shape[2]; }

/* A layer's line; `shape` is what it makes, or NULL: what it takes. */
static void add(plan *p, const char *layer, const char *shape) {
    if (shape) {
        cli_text_add(&p->text, "    %-*s # %s\n", COLUMN - 5, layer, shape);
    } else {
        cli_text_add(&p->text, "    %s\n", layer);
    }
}

static void add_made(plan *p, char *layer, char *shape) {
    add(p, layer, shape);
    free(layer);
    free(shape);
}

static char *image(int channels, int height, int width) {
    return cli_format("%d, %d, %d", channels, height, width);
}

/* ---- convolutions ---------------------------------------------------------------------------- */

/* A height and a width, and how many channels there are. */
typedef struct level {
    int channels, height, width;
} level;

static int half(int side, int least) { return side > least ? (side + 1) / 2 : side; }

/* How often both sides can be halved until they are at most `least`, and once more for the start.
 */
static int count_levels(const int shape[3], int least) {
    int count = 1;
    for (int h = shape[1], w = shape[2]; h > least || w > least; count++) {
        h = half(h, least);
        w = half(w, least);
    }
    return count;
}

int cli_network_levels(const int shape[3]) { return count_levels(shape, 1); }

/* The most channels of an area if a layer should make `numbers` at most; but at least as many as
 * the image has. */
static int most_channels(const plan *p, int area, int numbers) {
    const int most = numbers / area;
    return most > p->shape[0] ? most : p->shape[0];
}

/* Of an image so large that its layers would take gigabytes, a level has fewer channels. `large` is
 * the level to which an Upsample enlarges it, or NULL. */
static void limit_channels(const plan *p, level *l, const level *large) {
    const int most = most_channels(p, l->height * l->width, MANY);
    if (l->channels > most) l->channels = most;
    if (!large || p->wanted->transposed) return;
    const int enlarged = most_channels(p, large->height * large->width, 2 * MANY);
    if (l->channels > enlarged) l->channels = enlarged;
}

/* levels[0] is the image's own size; returns how many there are. */
static int find_levels(const plan *p, level *levels) {
    const int width = p->wanted->width ? p->wanted->width : CLI_NETWORK_WIDTH;
    const int small = strcmp(p->kind, "vq") == 0 ? PLACES : SMALL;
    int least = small, count = p->wanted->levels;
    while (least > 1 && count > count_levels(p->shape, least)) least /= 2;
    if (count == 0) count = count_levels(p->shape, small);
    levels[0] = (level){width, p->shape[1], p->shape[2]};
    for (int i = 1; i < count; i++) {
        const level *l = &levels[i - 1];
        levels[i] = (level){l->channels < GROWTH * width ? 2 * l->channels : l->channels,
                            half(l->height, least), half(l->width, least)};
    }
    for (int i = 0; i < count && !p->wanted->width; i++) {
        limit_channels(p, &levels[i], i > 0 ? &levels[i - 1] : NULL);
    }
    return count;
}

/* Batch statistics need more than one number of a channel. */
static bool normalizes(const level *l) { return l->height * l->width > 1; }

/* What follows a layer that makes `to`. */
static void add_curve(plan *p, const level *to) {
    if (normalizes(to)) add_made(p, cli_format("BatchNorm2d(%d),", to->channels), NULL);
    add(p, "LeakyReLU(0.1),", NULL);
}

/* `more`: the convolution's arguments besides the usual ones. */
static void add_block(plan *p, int from, const level *to, const char *more) {
    add_made(p,
             cli_format("Conv2d(%d, %d, 3%s, padding=1%s),", from, to->channels, more,
                        normalizes(to) ? ", bias=False" : ""),
             image(to->channels, to->height, to->width));
    add_curve(p, to);
}

static void add_residual(plan *p, const level *l) {
    if (strcmp(p->kind, "residual") != 0 || !normalizes(l)) return;
    const int c = l->channels;
    add(p, "Residual(Sequential(", NULL);
    for (int i = 0; i < 2; i++) {
        add_made(p, cli_format("    Conv2d(%d, %d, 3, padding=1, bias=False),", c, c), NULL);
        add_made(p, cli_format("    BatchNorm2d(%d),", c), NULL);
        if (i == 0) add(p, "    LeakyReLU(0.1),", NULL);
    }
    add(p, ")),", NULL);
    add(p, "LeakyReLU(0.1),", NULL);
}

/* "2", or "(2, 1)" if the two differ. */
static char *pair(int h, int w) {
    return h == w ? cli_format("%d", h) : cli_format("(%d, %d)", h, w);
}

/* By what each side is divided. */
static char *factor(const level *large, const level *small) {
    return pair(large->height > small->height ? 2 : 1, large->width > small->width ? 2 : 1);
}

static void add_strided(plan *p, const level *from, const level *to) {
    char *by = factor(from, to), *more = cli_format(", stride=%s", by);
    add_block(p, from->channels, to, more);
    free(more);
    free(by);
}

/* The way back of add_strided: an even side is one more than the transposed convolution makes. */
static void add_transposed(plan *p, const level *from, const level *to) {
    const int h = to->height > from->height && to->height % 2 == 0;
    const int w = to->width > from->width && to->width % 2 == 0;
    char *by = factor(to, from), *one = pair(h, w);
    char *rest = h || w ? cli_format(", output_padding=%s", one) : cli_format("%s", "");
    add_made(p,
             cli_format("ConvTranspose2d(%d, %d, 3, stride=%s, padding=1%s%s),", from->channels,
                        to->channels, by, rest, normalizes(to) ? ", bias=False" : ""),
             image(to->channels, to->height, to->width));
    add_curve(p, to);
    free(rest);
    free(one);
    free(by);
}

static void add_pool(plan *p, const level *from, const level *to) {
    char *by = factor(from, to);
    const bool odd = (to->height < from->height && from->height % 2) ||
                     (to->width < from->width && from->width % 2);
    add_made(p, cli_format("MaxPool2d(%s%s),", by, odd ? ", ceil_mode=True" : ""),
             image(from->channels, to->height, to->width));
    free(by);
}

static void add_resized(plan *p, const level *from, const level *to) {
    char *size = from->height * 2 == to->height && from->width * 2 == to->width
                     ? cli_format("scale_factor=2")
                     : cli_format("size=(%d, %d)", to->height, to->width);
    add_made(p, cli_format("Upsample(%s),", size), image(from->channels, to->height, to->width));
    free(size);
    add_block(p, from->channels, to, "");
}

static void add_convolutions(plan *p, const level *levels, int count) {
    const bool strided = p->wanted->transposed;
    add_block(p, p->shape[0], &levels[0], "");
    add_residual(p, &levels[0]);
    for (int i = 1; i < count; i++) {
        if (strided) {
            add_strided(p, &levels[i - 1], &levels[i]);
        } else {
            add_pool(p, &levels[i - 1], &levels[i]);
            add_block(p, levels[i - 1].channels, &levels[i], "");
        }
        add_residual(p, &levels[i]);
    }
}

static bool is(const plan *p, const char *kind) { return strcmp(p->kind, kind) == 0; }

/* The end of the encoder, and the beginning of the decoder, of a code that is a row of `flat`
 * numbers before it. */
static void add_code(plan *p, int flat) {
    const bool drawn = is(p, "variational") || is(p, "conditional"), knows = is(p, "conditional");
    if (knows) add(p, "Condition(classes),", _("the label's number is 1"));
    add_made(
        p,
        cli_format("Linear(%d%s, %slatent),", flat, knows ? " + classes" : "", drawn ? "2 * " : ""),
        cli_format("%s", drawn                  ? _("means, then logarithms of variances")
                         : is(p, "sparse")      ? _("not yet the code")
                         : is(p, "wasserstein") ? _("to be normal")
                                                : _("the code")));
    if (drawn) add(p, "Variational(),", _("the code"));
    if (is(p, "sparse")) add(p, "ReLU(),", NULL);
    if (is(p, "sparse")) add(p, "Sparse(l1=0.05),", _("the code"));
    if (is(p, "wasserstein")) add(p, "Wasserstein(),", _("the code"));
    cli_text_add(&p->text, ")\n\ndecoder = Sequential(\n");
    if (knows) add(p, "Condition(classes),", NULL);
    add_made(p, cli_format("Linear(latent%s, %d),", knows ? " + classes" : "", flat),
             cli_format("%d", flat));
}

/* The same of a code that is entries of a book, a place each. */
static void add_book(plan *p, const level *last) {
    add_made(p, cli_format("Conv2d(%d, latent, 1),", last->channels),
             image(p->latent, last->height, last->width));
    add_made(p, cli_format("VectorQuantizer(64, latent),"), cli_told("the code"));
    cli_text_add(&p->text, ")\n\ndecoder = Sequential(\n");
    add_made(p, cli_format("Conv2d(latent, %d, 3, padding=1),", last->channels),
             image(last->channels, last->height, last->width));
    add_curve(p, last);
}

static void write_convolutional(plan *p) {
    level levels[LEVELS];
    const int count = find_levels(p, levels);
    const level *last = &levels[count - 1];
    const int flat = last->channels * last->height * last->width;
    add_convolutions(p, levels, count);
    if (!is(p, "vq")) add_made(p, cli_format("Flatten(),"), cli_format("%d", flat));
    if (is(p, "classifier")) {
        add_made(p, cli_format("Linear(%d, classes),", flat), cli_told("the logits"));
        return;
    }
    if (is(p, "vq")) {
        add_book(p, last);
    } else {
        add_code(p, flat);
    }
    if (!is(p, "vq")) {
        add_made(
            p, cli_format("Unflatten(1, (%d, %d, %d)),", last->channels, last->height, last->width),
            image(last->channels, last->height, last->width));
    }
    for (int i = count - 1; i > 0; i--) {
        (p->wanted->transposed ? add_transposed : add_resized)(p, &levels[i], &levels[i - 1]);
        add_residual(p, &levels[i - 1]);
    }
    add_made(p, cli_format("Conv2d(%d, %d, 3, padding=1),", levels[0].channels, p->shape[0]),
             image(p->shape[0], p->shape[1], p->shape[2]));
}

/* ---- rows of numbers ------------------------------------------------------------------------- */

static void add_linear(plan *p, int from, int to) {
    add_made(p, cli_format("Linear(%d, %d),", from, to), cli_format("%d", to));
    add(p, "LeakyReLU(0.1),", NULL);
}

static void write_mlp(plan *p) {
    const int n = numbers_of(p);
    int first = 8;
    while (2 * first <= n / 2 && first < HIDDEN) first *= 2;
    while ((long long)first * n > WEIGHTS / 2) first /= 2; /* there and back */
    const int second = first > 32 ? first / 4 : first;
    if (p->rank == 3) add_made(p, cli_format("Flatten(),"), cli_format("%d", n));
    add_linear(p, n, first);
    add_linear(p, first, second);
    add_made(p, cli_format("Linear(%d, latent),", second), cli_told("the code"));
    cli_text_add(&p->text, ")\n\ndecoder = Sequential(\n");
    add_made(p, cli_format("Linear(latent, %d),", second), cli_format("%d", second));
    add(p, "LeakyReLU(0.1),", NULL);
    add_linear(p, second, first);
    add_made(p, cli_format("Linear(%d, %d),", first, n), cli_format("%d", n));
    if (p->rank == 3) {
        add_made(p,
                 cli_format("Unflatten(1, (%d, %d, %d)),", p->shape[0], p->shape[1], p->shape[2]),
                 image(p->shape[0], p->shape[1], p->shape[2]));
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* `write` in the order in which --kind lists them. */
static const struct {
    const char *kind, *what;
    void (*write)(plan *p);
    bool needs_image;
    const char *training; /* of images whose numbers are all from 0 to 1 */
} kinds[] = {
    {"conv", N_("A convolutional autoencoder"), write_convolutional, true, ""},
    {"residual", N_("A convolutional autoencoder of residual blocks"), write_convolutional, true,
     ""},
    {"mlp", N_("An autoencoder of Linear layers"), write_mlp, false, ""},
    {"classifier", N_("A convolutional classifier"), write_convolutional, true, ""},
    {"denoising", N_("A convolutional autoencoder, to be trained with --denoise gaussian=0.3,"),
     write_convolutional, true, " --denoise gaussian=0.3"},
    {"sparse", N_("A sparse autoencoder"), write_convolutional, true, ""},
    {"variational", N_("A variational autoencoder"), write_convolutional, true, " --loss bce"},
    {"conditional", N_("A conditional variational autoencoder"), write_convolutional, true,
     " --loss bce"},
    {"wasserstein", N_("A Wasserstein autoencoder"), write_convolutional, true, ""},
    {"vq", N_("A vector-quantised autoencoder"), write_convolutional, true, ""},
};

static void write_network(plan *p, size_t kind) {
    const bool classifies = strcmp(p->kind, "classifier") == 0;
    cli_text_tell(&p->text, "# %s for %s.\n\n", _(kinds[kind].what), p->wanted->name);
    if (!classifies) {
        char *latent = cli_format("latent = %d", p->latent);
        cli_text_add(&p->text, "%-*s # %s\n", COLUMN - 1, latent,
                     is(p, "vq") ? _("numbers in an entry; --latent overrides")
                                 : _("numbers in a code; --latent overrides"));
        free(latent);
    }
    if (classifies || is(p, "conditional")) {
        char *classes = cli_format("classes = %d", p->wanted->classes ? p->wanted->classes : 10);
        cli_text_add(&p->text, "%-*s # %s\n", COLUMN - 1, classes,
                     _("the data set's number replaces it"));
        free(classes);
    }
    char *input = p->rank == 1
                      ? cli_format("input = %d", p->shape[0])
                      : cli_format("input = %d, %d, %d", p->shape[0], p->shape[1], p->shape[2]);
    cli_text_add(&p->text, "%-*s # %s\n\n%s = Sequential(\n", COLUMN - 1, input,
                 p->rank == 1 ? _("numbers in a row") : _("channels, height, width"),
                 classifies ? "classifier" : "encoder");
    free(input);
    kinds[kind].write(p);
    if (!classifies && !p->wanted->ends_open) add(p, "Sigmoid(),", NULL);
    cli_text_add(&p->text, ")\n");
}

/* The kind's place in the table; that of "conv" for NULL. */
static size_t find_kind(const char *kind) {
    size_t i = 0;
    while (kind && i + 1 < sizeof kinds / sizeof *kinds && strcmp(kinds[i].kind, kind) != 0) i++;
    return i;
}

const char *cli_network_training(const cli_new_network *network) {
    const char *training = kinds[find_kind(network->kind)].training;
    return network->ends_open && strcmp(training, " --loss bce") == 0 ? "" : training;
}

bool cli_network_needs_image(const char *kind) { return kinds[find_kind(kind)].needs_image; }

int cli_network_usual_latent(const int shape[3]) {
    const int fourth = (shape[0] * shape[1] * shape[2] + 3) / 4;
    return fourth < CODE ? fourth : CODE;
}

char *cli_network_write(const cli_new_network *wanted) {
    const char *kind = wanted->kind ? wanted->kind : wanted->rank == 1 ? "mlp" : "conv";
    plan p = {.kind = kind,
              .wanted = wanted,
              .shape = wanted->shape,
              .rank = wanted->rank,
              .latent = wanted->latent ? wanted->latent : cli_network_usual_latent(wanted->shape)};
    write_network(&p, find_kind(kind));
    return p.text.bytes;
}
