/* What each topic of `embudo help` says. See help_texts.h. */
#include "help/help_texts.h"

#include <stddef.h>

#include "core/language.h"

#define TEXT(text)                                                                                 \
    { CLI_TOPIC_TEXT, text, NULL }
#define TITLE(text)                                                                                \
    { CLI_TOPIC_TITLE, text, NULL }
#define CODE(text)                                                                                 \
    { CLI_TOPIC_CODE, text, NULL }
#define ROW(label, text)                                                                           \
    { CLI_TOPIC_ROW, text, label }
#define END                                                                                        \
    { CLI_TOPIC_END, NULL, NULL }

const cli_topic_line cli_text_notation[] = {
    TEXT(N_("A network is text in the lines that a PyTorch notebook has, in a file that ends in "
            ".net. This is a whole one:")),
    CODE("latent = 2"),
    CODE("input  = 1, 28, 28"),
    CODE("encoder = Sequential("),
    CODE("    Conv2d(1, 8, 3, stride=2, padding=1),    # 8, 14, 14"),
    CODE("    Tanh(),"),
    CODE("    Flatten(),"),
    CODE("    Linear(8 * 14 * 14, latent),"),
    CODE(")"),
    CODE("decoder = Sequential("),
    CODE("    Linear(latent, 8 * 14 * 14),"),
    CODE("    Tanh(),"),
    CODE("    Unflatten(1, (8, 14, 14)),"),
    CODE("    ConvTranspose2d(8, 1, 3, stride=2, padding=1, output_padding=1),"),
    CODE("    Sigmoid(),"),
    CODE(")"),
    TEXT(N_("Each line sets one name, and no name is set twice. Numbers may be sums, products and "
            "quotients (+ - * // %) of numbers and of names that were set before; # begins a "
            "comment. A number that nothing uses is an error.")),
    TITLE(N_("lines")),
    ROW("input = 1, 28, 28", N_("channels, height and width of an image; or one number of "
                                "features")),
    ROW("latent = 2", N_("numbers in a code; --latent takes the place of this number")),
    ROW("classes = 10", N_("of a classifier; the data set's number of classes takes its place")),
    ROW(N_("NAME = 64"), N_("any other number, to be used in what follows")),
    ROW("encoder = Sequential(...)", N_("from an image to a code")),
    ROW("decoder = Sequential(...)", N_("from a code to an image of the input's size")),
    ROW("classifier = Sequential(...)", N_("in the decoder's place, or alone: to one number for "
                                           "each class")),
    TITLE(N_("modules with others in them")),
    ROW("Sequential(...)", N_("its modules, one after another")),
    ROW("Residual(body)", N_("adds what the body gives to what it was given; "
                             "Residual(body, shortcut=...) adds the shortcut's output instead")),
    ROW("Parallel(...)", N_("gives its input to each of its branches, and lays their outputs side "
                            "by side")),
    TEXT(N_("embudo info FILE prints each layer with its output's shape and names what does not "
            "fit. embudo new writes a network for a size, embudo info NAME shows a built-in one. "
            "embudo help layers has all layers, docs/FORMAT.md every detail.")),
    END,
};

const cli_topic_line cli_text_layers[] = {
    TEXT(N_("Names, arguments, order and defaults are PyTorch's; Variational, Condition, Sparse, "
            "Wasserstein, VectorQuantizer, Residual and Parallel are embudo's own. What has no = "
            "must be given. Each also takes name='...', its name in the state dict.")),
    END,
};

const cli_topic_line cli_text_networks[] = {
    ROW("mynet.net", N_("a file in PyTorch's notation: see embudo help notation")),
    ROW("mynet.py, practice.ipynb", N_("the class in a Python file or a notebook, which is read "
                                       "and not run; --class chooses among several")),
    ROW("model.safetensors", N_("a model that embudo saved, with its weights")),
    ROW("runs/001", N_("a run's folder stands for the model in it")),
    ROW("notebook", N_("a name that is built in, if no file has it; they are listed below")),
    TEXT(N_("Models of other programs, ONNX files and PyTorch's state dicts, become embudo's with "
            "embudo import. The networks that are built in:")),
    END,
};

const cli_topic_line cli_text_datasets[] = {
    TITLE(N_("what DATASET may be")),
    ROW("mnist", N_("a name from the list below; embudo data get NAME downloads it")),
    ROW(N_("a folder of pictures"), N_("at any depth: PNG, JPEG, WebP, TIFF, BMP, GIF, PGM, PPM. "
                                       "Folders in it are the classes, or train, test and val "
                                       "with classes in them")),
    ROW("pictures.zip, .tar, .tar.gz", N_("the same in an archive")),
    ROW(N_("a folder of IDX files"), N_("four as MNIST's, gzipped or not; also as torchvision "
                                        "leaves them. Of EMNIST's folder the part is named: "
                                        "emnist/emnist-letters")),
    ROW("images-idx3-ubyte", N_("one IDX file, with the labels in the file beside it")),
    ROW(N_("a folder of CIFAR's files"), N_("the binary version, of CIFAR-10 or CIFAR-100")),
    ROW("digits.npy, .npz", N_("NumPy arrays [N, H, W], [N, C, H, W], [N, H, W, C] or, with "
                               "--size, rows [N, H*W]; numbers from 0 to 1, or bytes; digits.npy "
                               "has its labels in digits-labels.npy; a folder of .npy may have "
                               "several parts")),
    TITLE(N_("where a name is looked for")),
    ROW("$EMBUDO_DATA", N_("first, if it is set")),
    ROW("~/.cache/embudo", N_("what embudo data get has downloaded; or in $XDG_CACHE_HOME")),
    ROW("PREFIX/share/embudo", N_("MNIST, which comes with embudo")),
    TEXT(N_("Without test images, some are held out: the same for each seed. embudo data preview "
            "draws what a training sees, embudo data export writes a set as pictures. A run keeps "
            "the name and the fingerprint of its set: later commands use that set. The names that "
            "embudo data knows:")),
    END,
};

const cli_topic_line cli_text_formats[] = {
    TITLE(N_("networks and models")),
    ROW(".net", N_("a network in PyTorch's notation; read")),
    ROW(".py, .ipynb", N_("a class that is an nn.Module; read, never run")),
    ROW(".safetensors", N_("a model or a checkpoint, with PyTorch's names for its tensors; read "
                           "and written")),
    ROW(".onnx", N_("written by embudo export --onnx, read by embudo import")),
    ROW(".c, .h", N_("a network in C99; written by embudo export --c")),
    TITLE(N_("images and numbers")),
    ROW("png jpeg webp tiff bmp gif pgm ppm", N_("pictures that are read, by their content and "
                                                 "not by their name")),
    ROW(".png .svg .pdf", N_("figures that are written; the name's ending decides")),
    ROW(".gif .apng", N_("animations: embudo plot RUN walk")),
    ROW(".npy .npz", N_("NumPy's arrays: data sets, codes, images; read and written")),
    ROW(".csv", N_("codes, scores, predictions, histories, tables; codes are read, too")),
    ROW(".json", N_("the answer of predict -o FILE.json and score -o FILE.json, as --json prints "
                    "it")),
    ROW("IDX, CIFAR", N_("data sets as their authors publish them; read, gzipped or not")),
    TITLE(N_("of a run")),
    ROW("run.json", N_("the record: command, options, data, machine, outcome")),
    ROW("history.csv", N_("one line for each epoch")),
    ROW("config.txt", N_("options, as --config reads them: NAME = VALUE, # begins a comment")),
    ROW("report.html", N_("a page that shows all of it, and needs no other file")),
    TEXT(N_("A file appears complete or not at all. Numbers in CSV and JSON have a decimal point "
            "in every language. docs/FORMAT.md describes each file field by field.")),
    END,
};

const cli_topic_line cli_text_results[] = {
    TEXT(N_("embudo train makes the folder runs/001, the next time runs/002; -o names another. "
            "Where a command takes RUN|MODEL, it takes such a folder.")),
    TITLE(N_("what is in it")),
    ROW("model.safetensors", N_("the model after the last epoch")),
    ROW("best.safetensors", N_("the model with the lowest validation loss")),
    ROW("checkpoints/", N_("what embudo train --resume RUN continues from, with the same bits")),
    ROW("history.csv", N_("losses, seconds and images per second of each epoch")),
    ROW("run.json", N_("command, options, data with their fingerprint, machine, outcome")),
    ROW("config.txt", N_("the options that repeat the run: embudo train --config FILE")),
    ROW("epoch-01.png", N_("an image beside its reconstruction, for each epoch")),
    ROW("unusual.safetensors", N_("which errors are usual; made by score or predict")),
    ROW("report.html", N_("with --report, or by embudo report RUN")),
    TITLE(N_("what one does with it")),
    CODE("embudo runs"),
    CODE("embudo eval runs/001"),
    CODE("embudo reconstruct runs/001"),
    CODE("embudo plot runs/001 loss"),
    CODE("embudo train --resume runs/001"),
    CODE("embudo export runs/001 --onnx"),
    TEXT(N_("The folder may be moved and copied. The same command with the same seed makes the "
            "same model, byte for byte, on any number of threads.")),
    END,
};

const cli_topic_line cli_text_scripts[] = {
    TEXT(N_(
        "What scripts read is the same in every language: CSV, JSON, arrays, models, exit codes. "
        "Results go to standard output, errors and notes to standard error.")),
    TITLE(N_("options")),
    ROW("--json",
        N_("the answer as JSON and nothing else on standard output, of every command whose "
           "answer is numbers; docs/JSON.md has the members")),
    ROW("-o -", N_("standard output in the place of a file; -o -.svg also says the format")),
    ROW("--print-folder",
        N_("of what makes a folder: its name on standard output, and nothing else")),
    ROW("--quiet", N_("no progress and no notes; errors, results and the doctor's warnings stay")),
    ROW("--strict",
        N_("a warning of the doctor makes the exit code 4; the work is done all the same")),
    ROW(N_("--config FILE"),
        N_("options from a file of lines such as epochs = 20; each run keeps one that "
           "repeats it, config.txt")),
    ROW("[E0123]", N_("at the end of an error: its code, which is the same in every language")),
    TITLE(N_("an example")),
    CODE("run=$(embudo train --quiet --strict --print-folder) || exit"),
    CODE("embudo eval \"$run\" --json >scores.json"),
    TEXT(N_("embudo help lists the exit codes.")),
    END,
};

const cli_topic_line cli_text_environment[] = {
    ROW("LC_ALL, LC_MESSAGES, LANG", N_("the language of messages and pictures, the first that "
                                        "is set; --language wins. Files for scripts are the same "
                                        "in all")),
    ROW("EMBUDO_DATA", N_("a folder in which data sets are looked for by name")),
    ROW("XDG_CACHE_HOME", N_("where downloads and decoded pictures are kept, in place of "
                             "~/.cache")),
    ROW("EMBUDO_ISA", N_("the instruction set to compute with: plain, avx2, avx512, neon; it "
                         "changes the time and never the result")),
    ROW("EMBUDO_CATALOGUE", N_("a catalogue of messages that msgfmt made, for who translates")),
    ROW("TERM, COLORTERM", N_("what the terminal can draw")),
    ROW("NO_COLOR", N_("if it is set, nothing is coloured")),
    ROW("TMPDIR", N_("where temporary files are made")),
    ROW("CURL_CA_BUNDLE, SSL_CERT_FILE", N_("the certificates that a download trusts")),
    END,
};
