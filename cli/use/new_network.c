/* `embudo new`: the notation of a network for images of a size. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/input_size.h"
#include "core/message.h"
#include "core/network.h"
#include "core/network_writer.h"
#include "core/shared_help.h"
#include "data/held.h"
#include "data/picture_options.h"
#include "use/network_wish.h"

/* CLI_DONE, or the exit code with the message printed. */
static int read_input(cli_new_network *p, const cli_args *args) {
    p->name = cli_arg(args, "input")->text;
    return cli_input_size(args, "input", p->shape, &p->rank);
}

/* The size of a data set's images. */
static int read_dataset(cli_new_network *p, const cli_args *args) {
    double low, high;
    p->name = cli_arg(args, "DATASET")->text;
    emb_images *images = cli_held_open(p->name, EMB_TRAIN, NULL);
    if (!images) return CLI_FAILED;
    emb_images_shape(images, p->shape);
    emb_images_range(images, &low, &high);
    const int classes = emb_images_classes(images);
    if (classes > 1) p->classes = classes; /* a classifier has two at least */
    emb_images_free(images);
    p->rank = p->shape[0] > 1 && p->shape[1] * p->shape[2] == 1 ? 1 : 3; /* signals are rows */
    p->ends_open = low < 0 || high > 1;
    if (p->ends_open) {
        char least[CLI_NUMBER_SIZE], most[CLI_NUMBER_SIZE];
        cli_note("%s: its numbers are from %s to %s, so the decoder ends without Sigmoid", p->name,
                 cli_number(low, least), cli_number(high, most));
    }
    return CLI_DONE;
}

/* CLI_DONE, or the exit code with the message printed. */
static int read_args(cli_new_network *p, const cli_args *args) {
    const char *name = args->command->name, *output = cli_arg(args, "output")->text;
    const cli_value *typed = cli_arg(args, "kind");
    const bool sized = cli_arg(args, "input")->given;
    if (sized && cli_arg(args, "DATASET")->given) {
        return cli_usage(name, "--input and a data set each say the size; give one of them");
    }
    const char *unheeded = sized ? cli_pictures_typed(args) : NULL;
    if (unheeded) {
        return cli_usage(name,
                         "--%s is for a data set, and --input says the images' size: give "
                         "one of them",
                         unheeded);
    }
    if (output && !cli_ends_with(output, ".net")) {
        return cli_usage(name, "--output: expected a name that ends in .net, got '%s'", output);
    }
    int code = cli_pictures_read(args);
    if (code == CLI_DONE) code = sized ? read_input(p, args) : read_dataset(p, args);
    if (code != CLI_DONE) return code;
    p->kind = typed->given ? typed->text : p->rank == 1 ? "mlp" : "conv";
    if (p->rank == 1 && cli_network_needs_image(p->kind)) {
        return cli_usage(name,
                         "--kind %s needs images, such as --input 28x28; %s is a row of "
                         "numbers, for --kind mlp",
                         p->kind, p->name);
    }
    return cli_network_wish_read(p, args);
}

/* Writes the text, which describes `net`; `dataset` is what it is for, as far as that is known. */
static int put(const cli_new_network *p, const char *text, const emb_net *net, const char *dataset,
               const char *output) {
    char parameters[CLI_NUMBER_SIZE];
    if (!output) {
        cli_output(text, strlen(text));
        return CLI_DONE;
    }
    if (cli_is_there(output)) {
        return cli_fail("%s exists already; choose another name, or remove it", output);
    }
    if (emb_file_write(output, text, strlen(text)) != EMB_OK) {
        return cli_fail("%s", emb_error());
    }
    cli_line("%s: %s of %s parameters; to train it: embudo train %s --model %s%s", output, p->kind,
             cli_thousands(cli_network_parameters(net), parameters), dataset, output,
             cli_network_training(p));
    return CLI_DONE;
}

static int run_new(const cli_args *args) {
    cli_new_network p = {0};
    int code = read_args(&p, args);
    if (code != CLI_DONE) return code;
    char *text;
    emb_net *net; /* nothing is written that cannot be trained */
    code = cli_network_wish_make(&p, args, &text, &net);
    if (code != CLI_DONE) return code;
    const char *dataset =
        cli_arg(args, "input")->given ? _("DATASET") : cli_arg(args, "DATASET")->text;
    code = put(&p, text, net, dataset, cli_arg(args, "output")->text);
    emb_net_free(net);
    free(text);
    return code;
}

const cli_command cli_command_new = {
    .name = "new",
    .summary = "write a network for images of a size",
    .run = run_new,
    .about = "Prints the network's notation, which embudo train --model takes once it is in a "
             "file, and which may be edited. A convolutional autoencoder halves the images by "
             "blocks of Conv2d, BatchNorm2d, LeakyReLU and MaxPool2d until their sides are at most "
             "4, and enlarges them again by Upsample and the same blocks, to each size on the way "
             "back; any size will do, also odd ones.",
    .examples = {{"embudo new --input 3x64x64 -o photos.net", "for color pictures of 64x64"},
                 {"embudo new --input 3x100x75 --width 8 --depth 3 --upsample transposed",
                  "half as wide, halved three times, with a decoder of ConvTranspose2d"},
                 {"embudo new fashion-mnist --latent 8 --kind residual",
                  "residual blocks for that data set's images, eight numbers in a code"},
                 {"embudo new mnist --kind variational --latent 8 -o vae.net",
                  "a variational autoencoder, whose samples are new images"}},
    .positionals = {{"DATASET", "mnist", CLI_DATASET_HELP "; its images say the size"}},
    .options =
        {
            {"input", 0, CLI_TEXT, "CxHxW", NULL, 0, 0, 0,
             "the size instead of a data set: " CLI_INPUT_SIZE_HELP},
            {"kind", 0, CLI_CHOICE, CLI_NETWORK_KINDS, NULL, 0, 0, 0,
             "a convolutional autoencoder, one with residual blocks, one of Linear layers, a "
             "convolutional classifier; or a kind of autoencoder, convolutional as the first: "
             "denoising, sparse, variational, conditional (it knows the label), wasserstein, "
             "vector-quantised (vq); default: conv for images, mlp for a row of numbers"},
            {"latent", 0, CLI_INT, "N", NULL, 1, EMB_MAX_SIZE, 0,
             "numbers in a code; default: 16, or a quarter of an image's numbers if that is less"},
            {"width", 0, CLI_INT, "N", NULL, 1, 4096, 0,
             "channels of the convolutions at the images' size, doubled with each halving up to "
             "eight times as many; default: 16"},
            {"depth", 0, CLI_INT, "N", NULL, 0, 16, 0,
             "how often the convolutions halve the images; default: until their sides are at most "
             "4"},
            {"upsample", 0, CLI_CHOICE, "transposed|resize", "resize", 0, 0, 0,
             "how the decoder enlarges: by ConvTranspose2d, as the encoder's Conv2d with stride=2 "
             "made smaller; or by Upsample and Conv2d, which leave no chequerboard"},
            CLI_PICTURE_OPTIONS{
                "output", 'o', CLI_TEXT, "FILE", NULL, 0, 0, CLI_TO_NET,
                "the notation file to write (.net), which must not exist yet; default: standard "
                "output"},
        },
};
