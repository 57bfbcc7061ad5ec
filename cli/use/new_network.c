/* `embudo new`: the notation of a network for images of a size. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "core/shared_help.h"
#include "data/held.h"

enum {
    SMALL = 4,    /* a side that is not halved any more */
    NARROW = 16,  /* channels at the full size, doubled where the sides are halved ... */
    WIDE = 128,   /* ... up to these */
    LEVELS = 20,  /* more than a side can be halved */
    CODE = 16,    /* numbers in a code, for images of at least four times as many */
    HIDDEN = 512, /* the most numbers of a hidden layer of an mlp */
    COLUMN = 49   /* of the comments */
};

/* What is asked for, and the text so far. */
typedef struct plan {
    const char *kind, *name; /* the name: of the data set, or the size as typed */
    int rank, shape[3];      /* rank 1: shape[0] numbers in a row */
    int latent;
    bool ends_open; /* the images' numbers are not all from 0 to 1 */
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

static int half(int side) { return side > SMALL ? (side + 1) / 2 : side; }

/* levels[0] is the image's own size; returns how many there are. */
static int find_levels(const plan *p, level *levels) {
    int count = 1;
    levels[0] = (level){NARROW, p->shape[1], p->shape[2]};
    while (count < LEVELS) {
        const level *l = &levels[count - 1];
        const level next = {l->channels < WIDE ? 2 * l->channels : WIDE, half(l->height),
                            half(l->width)};
        if (next.height == l->height && next.width == l->width) break;
        levels[count++] = next;
    }
    return count;
}

/* Batch statistics need more than one number of a channel. */
static bool normalizes(const level *l) { return l->height * l->width > 1; }

static void add_block(plan *p, int from, const level *to) {
    const bool norm = normalizes(to);
    add_made(p,
             cli_format("Conv2d(%d, %d, 3, padding=1%s),", from, to->channels,
                        norm ? ", bias=False" : ""),
             image(to->channels, to->height, to->width));
    if (norm) add_made(p, cli_format("BatchNorm2d(%d),", to->channels), NULL);
    add(p, "LeakyReLU(0.1),", NULL);
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

/* "2", or "(2, 1)" if only one side is halved. */
static char *factor(const level *large, const level *small) {
    const int h = large->height > small->height ? 2 : 1, w = large->width > small->width ? 2 : 1;
    return h == w ? cli_format("%d", h) : cli_format("(%d, %d)", h, w);
}

static void add_pool(plan *p, const level *from, const level *to) {
    char *by = factor(from, to);
    const bool odd = (to->height < from->height && from->height % 2) ||
                     (to->width < from->width && from->width % 2);
    add_made(p, cli_format("MaxPool2d(%s%s),", by, odd ? ", ceil_mode=True" : ""),
             image(from->channels, to->height, to->width));
    free(by);
}

static void add_upsample(plan *p, const level *from, const level *to) {
    char *size = from->height * 2 == to->height && from->width * 2 == to->width
                     ? cli_format("scale_factor=2")
                     : cli_format("size=(%d, %d)", to->height, to->width);
    add_made(p, cli_format("Upsample(%s),", size), image(from->channels, to->height, to->width));
    free(size);
}

static void add_convolutions(plan *p, const level *levels, int count) {
    int channels = p->shape[0];
    for (int i = 0; i < count; i++) {
        add_block(p, channels, &levels[i]);
        add_residual(p, &levels[i]);
        channels = levels[i].channels;
        if (i + 1 < count) add_pool(p, &levels[i], &levels[i + 1]);
    }
}

static void write_convolutional(plan *p) {
    level levels[LEVELS];
    const int count = find_levels(p, levels);
    const level *last = &levels[count - 1];
    const int flat = last->channels * last->height * last->width;
    add_convolutions(p, levels, count);
    add_made(p, cli_format("Flatten(),"), cli_format("%d", flat));
    if (strcmp(p->kind, "classifier") == 0) {
        add_made(p, cli_format("Linear(%d, classes),", flat), cli_format("the logits"));
        return;
    }
    add_made(p, cli_format("Linear(%d, latent),", flat), cli_format("the code"));
    cli_text_add(&p->text, ")\n\ndecoder = Sequential(\n");
    add_made(p, cli_format("Linear(latent, %d),", flat), cli_format("%d", flat));
    add_made(p,
             cli_format("Unflatten(1, (%d, %d, %d)),", last->channels, last->height, last->width),
             image(last->channels, last->height, last->width));
    for (int i = count - 1; i > 0; i--) {
        const level to = {levels[i - 1].channels, levels[i - 1].height, levels[i - 1].width};
        add_upsample(p, &levels[i], &to);
        add_block(p, levels[i].channels, &to);
        add_residual(p, &to);
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
    const int second = first > 32 ? first / 4 : first;
    if (p->rank == 3) add_made(p, cli_format("Flatten(),"), cli_format("%d", n));
    add_linear(p, n, first);
    add_linear(p, first, second);
    add_made(p, cli_format("Linear(%d, latent),", second), cli_format("the code"));
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
} kinds[] = {
    {"conv", "A convolutional autoencoder", write_convolutional, true},
    {"residual", "A convolutional autoencoder of residual blocks", write_convolutional, true},
    {"mlp", "An autoencoder of Linear layers", write_mlp, false},
    {"classifier", "A convolutional classifier", write_convolutional, true},
};

static void write_network(plan *p, size_t kind) {
    const bool classifies = strcmp(p->kind, "classifier") == 0;
    cli_text_add(&p->text, "# %s for %s.\n\n", kinds[kind].what, p->name);
    if (classifies) {
        cli_text_add(&p->text, "%-*s # the data set's number replaces it\n", COLUMN - 1,
                     "classes = 10");
    } else {
        char *latent = cli_format("latent = %d", p->latent);
        cli_text_add(&p->text, "%-*s # numbers in a code; --latent overrides\n", COLUMN - 1,
                     latent);
        free(latent);
    }
    char *input = p->rank == 1
                      ? cli_format("input = %d", p->shape[0])
                      : cli_format("input = %d, %d, %d", p->shape[0], p->shape[1], p->shape[2]);
    cli_text_add(&p->text, "%-*s # %s\n\n%s = Sequential(\n", COLUMN - 1, input,
                 p->rank == 1 ? "numbers in a row" : "channels, height, width",
                 classifies ? "classifier" : "encoder");
    free(input);
    kinds[kind].write(p);
    if (!classifies && !p->ends_open) add(p, "Sigmoid(),", NULL);
    cli_text_add(&p->text, ")\n");
}

/* "3x64x64", "28x28" or "784". CLI_DONE, or the exit code with the message printed. */
static int read_input(plan *p, const cli_args *args) {
    const char *text = cli_arg(args, "input")->text, *at = text;
    int sides[3], count = 0;
    while (count < 3) {
        char *end;
        if (*at < '0' || *at > '9') break;
        const long side = strtol(at, &end, 10);
        if (side < 1 || side > EMB_MAX_SIZE) break;
        sides[count++] = (int)side;
        at = end;
        if (*at != 'x') break;
        at++;
    }
    if (count == 0 || *at || at[-1] == 'x') {
        return cli_usage(args->command->name,
                         "--input: expected CxHxW, HxW or a number of numbers, each 1 to %d, such "
                         "as 3x64x64, 28x28 or 784, got '%s'",
                         EMB_MAX_SIZE, text);
    }
    p->rank = count == 1 ? 1 : 3;
    p->shape[0] = count == 2 ? 1 : sides[0];
    p->shape[1] = count == 1 ? 1 : sides[count - 2];
    p->shape[2] = count == 1 ? 1 : sides[count - 1];
    if ((double)p->shape[0] * p->shape[1] * p->shape[2] > EMB_MAX_ELEMENTS) {
        return cli_usage(args->command->name, "--input: expected at most %d numbers, got %s",
                         EMB_MAX_ELEMENTS, text);
    }
    p->name = text;
    return CLI_DONE;
}

/* The size of a data set's images. */
static int read_dataset(plan *p, const cli_args *args) {
    double low, high;
    p->name = cli_arg(args, "DATASET")->text;
    emb_images *images = cli_held_open(p->name, EMB_TRAIN, NULL);
    if (!images) return CLI_FAILED;
    emb_images_shape(images, p->shape);
    emb_images_range(images, &low, &high);
    emb_images_free(images);
    p->rank = p->shape[0] > 1 && p->shape[1] * p->shape[2] == 1 ? 1 : 3; /* signals are rows */
    p->ends_open = low < 0 || high > 1;
    if (p->ends_open) {
        char least[CLI_NUMBER_SIZE], most[CLI_NUMBER_SIZE];
        cli_note("%s: its numbers are from %s to %s, so the decoder ends without Sigmoid", p->name,
                 cli_shortest(low, least), cli_shortest(high, most));
    }
    return CLI_DONE;
}

/* CLI_DONE, or the exit code with the message printed. */
static int read_args(plan *p, size_t *kind, const cli_args *args) {
    const char *name = args->command->name, *output = cli_arg(args, "output")->text;
    const cli_value *typed = cli_arg(args, "kind");
    const bool sized = cli_arg(args, "input")->given;
    if (sized && cli_arg(args, "DATASET")->given) {
        return cli_usage(name, "--input and a data set each say the size; give one of them");
    }
    if (output && !cli_ends_with(output, ".net")) {
        return cli_usage(name, "--output: expected a name that ends in .net, got '%s'", output);
    }
    const int code = sized ? read_input(p, args) : read_dataset(p, args);
    if (code != CLI_DONE) return code;
    p->kind = typed->given ? typed->text : p->rank == 1 ? "mlp" : "conv";
    while (strcmp(kinds[*kind].kind, p->kind) != 0) ++*kind;
    if (p->rank == 1 && kinds[*kind].needs_image) {
        return cli_usage(name,
                         "--kind %s needs images, such as --input 28x28; %s is a row of "
                         "numbers, for --kind mlp",
                         p->kind, p->name);
    }
    const cli_value *latent = cli_arg(args, "latent");
    if (latent->given && strcmp(p->kind, "classifier") == 0) {
        return cli_usage(name, "--latent is for autoencoders; a classifier has no code");
    }
    const int fourth = (numbers_of(p) + 3) / 4;
    p->latent = latent->given ? (int)latent->whole : fourth < CODE ? fourth : CODE;
    return CLI_DONE;
}

/* Writes the text, which describes `net`. */
static int put(const plan *p, const emb_net *net, const char *output) {
    char parameters[CLI_NUMBER_SIZE];
    if (!output) {
        cli_output(p->text.bytes, p->text.length);
        return CLI_DONE;
    }
    if (cli_is_there(output)) {
        return cli_fail("%s exists already; choose another name, or remove it", output);
    }
    if (emb_file_write(output, p->text.bytes, p->text.length) != EMB_OK) {
        return cli_fail("%s", emb_error());
    }
    cli_line("%s: %s of %s parameters; to train it: embudo train --model %s", output, p->kind,
             cli_thousands(cli_network_parameters(net), parameters), output);
    return CLI_DONE;
}

static int run_new(const cli_args *args) {
    plan p = {.kind = kinds[0].kind};
    size_t kind = 0;
    int code = read_args(&p, &kind, args);
    if (code != CLI_DONE) return code;
    write_network(&p, kind);
    /* Nothing is written that cannot be trained. */
    emb_net *net = emb_net_parse(p.text.bytes, "the network", NULL);
    code = net ? put(&p, net, cli_arg(args, "output")->text) : cli_fail("%s", emb_error());
    emb_net_free(net);
    cli_text_free(&p.text);
    return code;
}

const cli_command cli_command_new = {
    .name = "new",
    .summary = "write a network for images of a size",
    .run = run_new,
    .about = "Prints the network's notation, which embudo train --model takes once it is in a "
             "file, and which may be edited. A convolutional autoencoder halves the images by "
             "blocks of Conv2d, BatchNorm2d, LeakyReLU and MaxPool2d until their sides are at most "
             "4, and enlarges them again by Upsample and the same blocks; any size will do, also "
             "odd ones.",
    .examples = {{"embudo new --input 3x64x64 -o photos.net", "for color pictures of 64x64"},
                 {"embudo new fashion-mnist --latent 8 --kind residual",
                  "residual blocks for that data set's images, eight numbers in a code"}},
    .positionals = {{"DATASET", "mnist", CLI_DATASET_HELP "; its images say the size"}},
    .options =
        {
            {"input", 0, CLI_TEXT, "CxHxW", NULL, 0, 0, 0,
             "the size instead of a data set: channels, height and width (3x64x64), height and "
             "width of one channel (28x28), or numbers in a row (784)"},
            {"latent", 0, CLI_INT, "N", NULL, 1, EMB_MAX_SIZE, 0,
             "numbers in a code; default: 16, or a quarter of an image's numbers if that is less"},
            {"kind", 0, CLI_CHOICE, "conv|residual|mlp|classifier", NULL, 0, 0, 0,
             "a convolutional autoencoder, one with residual blocks, one of Linear layers, or a "
             "convolutional classifier; default: conv for images, mlp for a row of numbers"},
            {"output", 'o', CLI_TEXT, "FILE", NULL, 0, 0, 0,
             "the notation file to write (.net), which must not exist yet; default: standard "
             "output"},
        },
};
