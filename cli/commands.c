/* The table of commands: names, arguments, options, ranges, defaults and help. See options.h. */
#include "commands.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "message.h"

/* Help that several commands share. */
#define DATASET_HELP                                                                               \
    "\"mnist\", which comes with embudo, or a folder with MNIST's four files (gzipped or not), "   \
    "or one that torchvision filled"
#define RUN_HELP     "a run's folder (runs/001) or a model file (model.safetensors)"
#define THREADS_HELP "threads to compute with; 0: what is fastest here. Never changes a result"

const cli_command cli_commands[] = {
    {
        .name = "train",
        .summary = "train a network on a data set; the run is kept in a folder",
        .run = cli_train,
        .about = "Prints one line for each epoch: the loss of its last batch and the loss on the "
                 "validation images. The run's folder gets the model (model.safetensors, which "
                 "PyTorch opens too), the history (history.csv), a picture for each epoch "
                 "(epoch-01.png: an image beside its reconstruction) and a record of the command "
                 "and the machine (run.json). Ctrl-C finishes the step, saves the model and "
                 "stops. The same seed gives the same model, bit for bit.",
        .examples = {{"embudo train", "10 epochs of the notebook's network on MNIST"},
                     {"embudo train --latent 8 --epochs 20 -o runs/latent8",
                      "eight numbers in a code, twice as long, in a folder of that name"}},
        .positionals = {{"DATASET", "mnist", DATASET_HELP}},
        .options =
            {
                {"model", 0, CLI_TEXT, "FILE|NAME", "notebook", 0, 0, 0,
                 "the network: a notation file (.net), a model file (its network, not its "
                 "weights), or a "
                 "name that is built in"},
                {"latent", 0, CLI_INT, "N", NULL, 1, 65536, 0,
                 "numbers in a code, in place of what the network says"},
                {"epochs", 0, CLI_INT, "N", "10", 1, 1000000, 0,
                 "times to go through the training images"},
                {"batch-size", 0, CLI_INT, "N", "16", 1, 65536, 0, "images in a step"},
                {"lr", 0, CLI_REAL, "X", "0.001", 0, INFINITY, CLI_ABOVE_LEAST,
                 "Adam's learning rate"},
                {"seed", 0, CLI_INT, "N", "42", 0, 4294967295, 0,
                 "of the split, the initial weights and the order, as torch.manual_seed"},
                {"val-split", 0, CLI_REAL, "X", "0.2", 0, 1, CLI_BELOW_MOST,
                 "share of the images kept for validation; 0: none"},
                {"shuffle", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
                 "shuffle the training images anew in each epoch"},
                {"threads", 0, CLI_INT, "N", "0", 0, 256, 0, THREADS_HELP},
                {"device", 0, CLI_CHOICE, "auto|cpu", "auto", 0, 0, 0,
                 "what computes; auto: the best device present, today the processor"},
                {"output", 'o', CLI_TEXT, "DIR", NULL, 0, 0, 0,
                 "the run's folder; default: the next free one of runs/001, runs/002, ..."},
                {"max-steps", 0, CLI_INT, "N", "0", 0, 1e12, 0,
                 "stop after that many steps in all; 0: no limit"},
                {"step-log", 0, CLI_TEXT, "FILE", NULL, 0, 0, 0,
                 "write each step's loss as CSV (step,loss; the first step is 0)"},
            },
    },
    {
        .name = "eval",
        .summary = "measure a trained model on a data set's test images",
        .run = cli_eval,
        .about = "Prints the mean squared error of the reconstructions over every pixel, the same "
                 "as a peak signal-to-noise ratio in decibels, and the number of images.",
        .examples = {{"embudo eval runs/001", "the model of a run, on MNIST's 10,000 test images"}},
        .positionals = {{"RUN|MODEL", NULL, RUN_HELP}, {"DATASET", "mnist", DATASET_HELP}},
        .options = {{"threads", 0, CLI_INT, "N", "0", 0, 256, 0, THREADS_HELP}},
    },
    {
        .name = "reconstruct",
        .summary = "draw images above their reconstructions, as PNG",
        .run = cli_reconstruct,
        .about =
            "The first images of the split, in its order, ten to a row, each above what the "
            "model makes of it. \"train\" and \"val\" are DATASET's two shares by the run's own "
            "seed and split: give the data set that it was trained on.",
        .examples = {{"embudo reconstruct runs/001",
                      "ten test images, in runs/001/reconstruct.png"},
                     {"embudo reconstruct runs/001 --split val --count 30 -o val.png",
                      "thirty images that validated the run"}},
        .positionals = {{"RUN|MODEL", NULL, RUN_HELP}, {"DATASET", "mnist", DATASET_HELP}},
        .options =
            {
                {"output", 'o', CLI_TEXT, "FILE", NULL, 0, 0, 0,
                 "the picture; default: reconstruct.png in the run's folder, or here for a model "
                 "file"},
                {"count", 0, CLI_INT, "N", "10", 1, 1000, 0, "images to draw"},
                {"split", 0, CLI_CHOICE, "train|val|test", "test", 0, 0, 0,
                 "the images to draw from"},
                {"threads", 0, CLI_INT, "N", "0", 0, 256, 0, THREADS_HELP},
            },
    },
    {
        .name = "info",
        .summary = "show a network: layers, shapes, parameters, memory",
        .run = cli_info,
        .about = "Multiply-adds are those of one image's forward pass. Memory is what training "
                 "takes, the data set not included.",
        .examples = {{"embudo info", "the notebook's network"},
                     {"embudo info runs/001 --batch-size 256", "a run's, and its memory at 256"},
                     {"embudo info models/notebook.net --latent 8", "a notation file's"}},
        .positionals = {{"NETWORK", "notebook",
                         "a run's folder, a model file, a notation file (.net) or a name that is "
                         "built in"}},
        .options =
            {
                {"latent", 0, CLI_INT, "N", NULL, 1, 65536, 0,
                 "numbers in a code, in place of what the network says"},
                {"batch-size", 0, CLI_INT, "N", "16", 1, 65536, 0, "images in a training step"},
            },
    },
    {
        .name = "bench",
        .summary = "measure this machine, and embudo on it",
        .run = cli_bench_main,
        .about =
            "Measures the processor's peak (multiply-adds a second), the memory's bandwidth, "
            "training and running forward at several batch sizes and numbers of threads, each "
            "layer's passes, a single image, and a training in a process of its own: its start, "
            "from the command to the end of its first step and of saving, and its memory. The "
            "figures are taken in turn and each is the median of all repeats; a share of the peak "
            "is of the peak that the same number of threads reached in the same run. GFLOP/s "
            "count a multiply-add as two.",
        .examples = {{"embudo bench", "everything, in about a minute"},
                     {"embudo bench --only peak,train --batches 16 --threads 1 --isa avx2",
                      "the share of the peak that training reaches with AVX2"},
                     {"embudo bench --seconds 0.02 --json", "a quick look, for a program"}},
        .positionals = {{"NETWORK", "notebook",
                         "a run's folder, a model file, a notation file (.net) or a name that is "
                         "built in"}},
        .options =
            {
                {"batches", 0, CLI_TEXT, "LIST", "1,16,64,256,1024", 0, 0, 0,
                 "images in a training step, and in a call of running forward"},
                {"threads", 0, CLI_TEXT, "LIST", NULL, 0, 0, 0,
                 "numbers of threads; default: 1, 2, 4, ... up to this machine's processors"},
                {"only", 0, CLI_TEXT, "LIST", NULL, 0, 0, 0,
                 "what to measure: any of peak,bandwidth,train,forward,layers,single,start,memory; "
                 "default: all"},
                {"repeats", 0, CLI_INT, "N", "5", 1, 100, 0, "figures that each median is of"},
                {"seconds", 0, CLI_REAL, "X", "0.2", 0, 60, CLI_ABOVE_LEAST,
                 "about how long one repeat of one figure takes"},
                {"isa", 0, CLI_TEXT, "NAME", NULL, 0, 0, 0,
                 "the instruction set, as the environment's EMBUDO_ISA: avx512, avx2, neon or "
                 "plain; default: the best present"},
                {"json", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
                 "one JSON object on standard output in place of the tables"},
            },
    },
    {
        .name = "help",
        .summary = "explain a command",
        .run = cli_help,
        .examples = {{"embudo help train", "the same as embudo train --help"}},
        .positionals = {{"COMMAND", "", "a command's name; without one, all are listed"}},
    },
    {.name = NULL},
};

const cli_command *cli_command_find(const char *name) {
    for (const cli_command *command = cli_commands; command->name; command++) {
        if (strcmp(command->name, name) == 0) return command;
    }
    return NULL;
}

int cli_command_unknown(const char *name) {
    enum { MAX_COMMANDS = 64 };
    const char *names[MAX_COMMANDS + 1];
    int count = 0;
    for (; cli_commands[count].name && count < MAX_COMMANDS; count++) {
        names[count] = cli_commands[count].name;
    }
    names[count] = NULL;
    const char *nearest = cli_nearest(name, names);
    return cli_usage(NULL, "there is no command '%s'%s%s%s", name,
                     nearest ? "; did you mean '" : "", nearest ? nearest : "",
                     nearest ? "'?" : "");
}
