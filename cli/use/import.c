/* `embudo import`: what others trained, as a model for embudo. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/class_options.h"
#include "core/message.h"
#include "core/network.h"
#include "core/options.h"

/* "theirs.embudo.safetensors" of "folder/theirs.onnx", to be freed. */
static char *default_output(const char *file) {
    const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
    const char *dot = strrchr(name, '.');
    return cli_format("%.*s.embudo.safetensors", (int)(dot ? dot - name : (long)strlen(name)),
                      name);
}

static const char *kind_of(const emb_net *net) {
    if (emb_net_classes(net) > 0) return _("classifier");
    if (!emb_net_has_part(net, "decoder")) return _("encoder");
    return emb_net_has_part(net, "encoder") ? _("autoencoder") : _("decoder");
}

static int check(const cli_args *args, const char *file) {
    const char *name = args->command->name;
    static const char *const of_onnx[] = {"code", "part"};
    const bool onnx = cli_ends_with(file, ".onnx"), state = cli_ends_with(file, ".safetensors");
    for (int i = 0; state && i < 2; i++) {
        if (cli_arg(args, of_onnx[i])->given) {
            return cli_usage(name, "--%s is for ONNX files, which end in .onnx; got '%s'",
                             of_onnx[i], file);
        }
    }
    if (onnx && cli_arg(args, "notation")->given) {
        return cli_usage(name, "--notation is for .safetensors; '%s' defines its layers itself",
                         file);
    }
    const char *output = cli_arg(args, "output")->text;
    if (output && !cli_ends_with(output, ".safetensors")) {
        return cli_usage(name, "--output: expected a name that ends in .safetensors, got '%s'",
                         output);
    }
    return CLI_DONE;
}

static void print_notation(const char *notation) {
    while (*notation) {
        const size_t length = strcspn(notation, "\n");
        cli_line_result("%.*s", (int)length, notation);
        notation += length + (notation[length] == '\n');
    }
}

static size_t numbers(const int shape[3]) {
    return (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
}

static bool is_narrower_between(const emb_net *net, size_t input) {
    for (size_t i = 0; i < emb_net_layer_count(net); i++) {
        emb_layer_info info;
        emb_net_layer(net, i, &info);
        size_t gives = 1;
        for (int k = 0; k < info.rank; k++) gives *= (size_t)info.shape[k];
        if (gives < input) return true;
    }
    return false;
}

/* An ONNX model that gives as many numbers as it takes and was not divided may be an encoder or an
 * autoencoder: the guess is said, not made silently. */
static void say_judged(const emb_net *net, const char *file, const emb_import_options *options) {
    int in[3], out[3];
    emb_net_input_shape(net, in);
    emb_net_output_shape(net, out);
    if (options->notation || options->code || options->part) return;
    if (emb_net_has_part(net, "decoder") || !emb_net_has_part(net, "encoder")) return;
    if (numbers(in) != numbers(out)) return;
    cli_note("%s: taken for an encoder alone: it gives as many numbers as it takes, but %s. If it "
             "is an autoencoder, name the tensor of its code with --code TENSOR; if it is not, "
             "--part encoder says so",
             file,
             is_narrower_between(net, numbers(in)) ? _("not as an image with channels first")
                                                   : _("no layer between gives fewer"));
}

/* How a network reads pixels is part of it, but its file may not say. */
static void say_assumed(const emb_net *net, const char *file) {
    emb_preprocessing p;
    emb_net_preprocessing(net, &p);
    if (p.floats || emb_net_metadata(net, "embudo.preprocessing")) return;
    cli_note("%s: does not say what numbers it was trained on: pictures are given to it as 0 .. 1",
             file);
}

static int run_import(const cli_args *args) {
    const char *file = cli_arg(args, "FILE")->text;
    int usage = check(args, file);
    if (usage == CLI_DONE) usage = cli_class_read(args, NULL);
    if (usage != CLI_DONE) return usage;
    emb_net_options network = {0};
    const char *notation = cli_arg(args, "notation")->text;
    cli_class_fill_for(&network, notation ? notation : "");
    emb_import_options options = {.notation = notation,
                                  .code = cli_arg(args, "code")->text,
                                  .part = cli_arg(args, "part")->text,
                                  .class_name = network.class_name,
                                  .set = network.set};
    memcpy(options.input, network.input, sizeof options.input);
    emb_net *net = emb_net_import(file, &options);
    if (!net) return cli_fail("%s", emb_error());
    cli_notes(emb_net_notes(net));
    const char *output = cli_arg(args, "output")->text;
    char *made = output ? NULL : default_output(file);
    const bool good = emb_net_save(net, output ? output : made, NULL, 0) == EMB_OK;
    if (good) {
        say_judged(net, file, &options);
        say_assumed(net, file);
        char parameters[CLI_NUMBER_SIZE];
        print_notation(emb_net_notation(net));
        cli_line("%s: %s of %s parameters", output ? output : made, kind_of(net),
                 cli_thousands(cli_network_parameters(net), parameters));
    } else {
        cli_fail("%s", emb_error());
    }
    free(made);
    emb_net_free(net);
    return good ? CLI_DONE : CLI_FAILED;
}

const cli_command cli_command_import = {
    .name = "import",
    .summary = "import PyTorch's weights (safetensors) or an ONNX model",
    .run = run_import,
    .about =
        "A state dict needs the notation that it belongs to, by --notation or under the key "
        "embudo.notation of its metadata; its tensors must be exactly the network's. An ONNX model "
        "must be made of operators that embudo's layers cover (docs/FORMAT.md lists them), one "
        "after "
        "the other or in branches that meet again in an Add or a Concat. A last Softmax is left "
        "out, and what the model does to its images first becomes preprocessing where that is the "
        "same for all pixels; notes say so. embudo recognises either by its content, whatever the "
        "file's name. "
        "Prints the notation; the model that is written works with every command.",
    .examples = {{"embudo import theirs.safetensors --notation notebook",
                  "what safetensors.torch.save_file(model.state_dict(), ...) wrote"},
                 {"embudo import theirs.safetensors --notation net.py --input 1x28x28",
                  "the same, of a class in a Python file"},
                 {"embudo import theirs.onnx -o mine.safetensors", "an ONNX model"},
                 {"embudo import theirs.onnx --code /encoder/6/Gemm_output_0",
                  "the encoder ends with that tensor"}},
    .positionals = {{"FILE", NULL, "a state dict (safetensors) or an ONNX model"}},
    .options =
        {
            {"output", 'o', CLI_TEXT, "FILE", NULL, 0, 0, CLI_TO_MODEL,
             "the model to write; default: FILE's name with .embudo.safetensors, in the current "
             "folder"},
            {"notation", 0, CLI_TEXT, "FILE|NAME", NULL, 0, 0, 0,
             "for a state dict: a notation file (.net), a class in a Python file or a notebook "
             "(.py, .ipynb) or the name of a built-in network"},
            CLI_CLASS_OPTIONS CLI_CLASS_INPUT_OPTION{
                "code", 0, CLI_TEXT, "TENSOR", NULL, 0, 0, 0,
                "for ONNX: the tensor where the encoder ends; default: a tensor called code, else "
                "the "
                "narrowest tensor if the output has the input's shape or as many numbers"},
            {"part", 0, CLI_CHOICE, "encoder|decoder|classifier", NULL, 0, 0, 0,
             "for ONNX: what a model is that is not divided into encoder and decoder; default: "
             "what a "
             "file of embudo's says, else decided by its input and output"},
        },
};
