/* `embudo encode`: the codes of a data set's images, or of picture files, as NPY or CSV. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/json.h"
#include "core/message.h"
#include "core/network.h"
#include "core/shared_help.h"
#include "data/open_data.h"
#include "data/picture_options.h"
#include "data/split.h"
#include "use/data_doctor.h"
#include "use/entry_codes.h"
#include "use/input_photos.h"

/* What the command works on. */
typedef struct encode_job {
    emb_net *net;
    bool pictures;      /* the words are files, not a data set */
    cli_split split;    /* the images */
    const char **files; /* of the images; NULL: they have none */
    int length;         /* numbers of a code as it is written */
    float *values;
    bool indices; /* which entries of a codebook, not their numbers */
    int *labels;  /* NULL: there are none */
} encode_job;

/* CLI_DONE, or CLI_USAGE with the message printed. */
static int check(const cli_args *args, bool pictures) {
    const char *name = args->command->name, *output = cli_arg(args, "output")->text;
    if (output && strcmp(output, "-") != 0 && !cli_ends_with(output, ".npy") &&
        !cli_ends_with(output, ".npz") && !cli_ends_with(output, ".csv")) {
        return cli_usage(
            name, "--output: expected a name that ends in .npy, .npz or .csv, or -, got '%s'",
            output);
    }
    if (pictures && cli_arg(args, "split")->given) {
        return cli_usage(name, "--split is for a data set; '%s' is a file", args->words[0]);
    }
    if (!pictures && cli_arg(args, "invert")->given) {
        return cli_usage(name, "--invert is for picture files; '%s' is a data set", args->words[0]);
    }
    return CLI_DONE;
}

static bool open_images(encode_job *job, const cli_args *args) {
    const char *name = cli_arg(args, "RUN|MODEL")->text, *first = args->words[0];
    if (!job->pictures && strchr(first, '.') && !cli_dataset_is_array(first) &&
        !cli_is_folder(first) && !cli_is_there(first)) {
        cli_fail("%s: no such file or folder; expected pictures, or a data set", first);
        return false;
    }
    job->net = cli_network_open_trained(name);
    if (!job->net || !cli_network_takes_part(job->net, name, "encoder") ||
        !cli_vectors_fit(job->net, args)) {
        return false;
    }
    if (!job->pictures) {
        const bool good =
            cli_split_open(&job->split, job->net, name, args->words[0],
                           cli_arg(args, "split")->given ? cli_arg(args, "split")->text : NULL);
        if (good) cli_data_doctor_given(job->net, job->split.images);
        return good && cli_network_label_images(job->net, args, job->split.images);
    }
    job->split.count = args->word_count;
    job->split.images = cli_photos_read(args->words, args->word_count, job->net, args);
    return job->split.images && cli_network_label_images(job->net, args, job->split.images);
}

/* What the images' files are called, as they were typed or below the data set's folder. */
static const char **find_files(const encode_job *job, const cli_args *args) {
    const cli_split *split = &job->split;
    const bool named = emb_images_file(split->images, cli_split_index(split, 0));
    if (!job->pictures && !named) return NULL;
    const char **files = cli_alloc(split->count * sizeof *files);
    for (size_t i = 0; i < split->count; i++) {
        files[i] = job->pictures ? args->words[i]
                                 : emb_images_file(split->images, cli_split_index(split, i));
    }
    return files;
}

static int *find_labels(const cli_split *split) {
    if (emb_images_label(split->images, cli_split_index(split, 0)) < 0) return NULL;
    int *labels = cli_alloc(split->count * sizeof *labels);
    for (size_t i = 0; i < split->count; i++) {
        labels[i] = emb_images_label(split->images, cli_split_index(split, i));
    }
    return labels;
}

/* --json: a list of images with their codes. */
static void print_json(const encode_job *job) {
    cli_json json = {0};
    char number[CLI_NUMBER_SIZE];
    cli_json_open(&json, NULL, '[');
    for (size_t i = 0; i < job->split.count; i++) {
        const float *code = job->values + i * (size_t)job->length;
        const int label = job->labels ? job->labels[i] : -1;
        snprintf(number, sizeof number, "%zu", i);
        cli_json_open(&json, NULL, '{');
        cli_json_name(&json, "name", job->files ? job->files[i] : number);
        cli_json_string(&json, "label",
                        label >= 0 ? cli_class_name(job->split.images, label, number) : NULL);
        cli_json_open(&json, "code", '[');
        for (int k = 0; k < job->length; k++) {
            if (job->indices) {
                cli_json_whole(&json, NULL, (int64_t)code[k]);
            } else {
                cli_json_real(&json, NULL, (double)code[k]);
            }
        }
        cli_json_close(&json, ']');
        cli_json_close(&json, '}');
    }
    cli_json_close(&json, ']');
    cli_json_put(&json);
}

static bool write_codes(const encode_job *job, const char *output) {
    char count[CLI_NUMBER_SIZE];
    const emb_codes codes = {.count = job->split.count,
                             .latent = job->length,
                             .values = job->values,
                             .column = job->indices ? "index" : NULL,
                             .labels = job->labels,
                             .files = job->files};
    if (output && strcmp(output, "-") != 0) {
        if (emb_codes_write(&codes, output) != EMB_OK) {
            cli_fail("%s", emb_error());
            return false;
        }
        char *of = job->pictures ? cli_format("%s", "")
                                 : cli_told(", the %s split of %s", cli_split_word(&job->split),
                                            job->split.dataset);
        char *each =
            job->indices
                ? cli_told(cli_plural((unsigned long)codes.latent, "%d index", "%d indices"),
                           codes.latent)
                : cli_told(cli_plural((unsigned long)codes.latent, "%d number", "%d numbers"),
                           codes.latent);
        cli_line(
            cli_plural((unsigned long)codes.count, "%s: %s code of %s%s", "%s: %s codes of %s%s"),
            output, cli_thousands(codes.count, count), each, of);
        free(each);
        free(of);
        return true;
    }
    size_t length;
    char *text = emb_codes_text(&codes, &length);
    const bool made = text;
    if (made) {
        cli_output(text, length); /* main checks whether it was written */
    } else {
        cli_fail("%s", emb_error());
    }
    free(text);
    return made;
}

/* Of a codebook, which entries these are, unless their numbers are asked for. */
static bool find_indices(encode_job *job, const cli_args *args) {
    const size_t count = job->split.count;
    job->length = emb_net_latent(job->net);
    job->indices = emb_net_entries(job->net) > 0 && !cli_arg(args, "vectors")->given;
    if (!job->indices) return true;
    job->length = emb_net_places(job->net);
    const size_t places = count * (size_t)job->length;
    uint32_t *indices = cli_alloc(places * sizeof *indices);
    const bool good = emb_net_to_indices(job->net, job->values, count, indices) == EMB_OK;
    for (size_t i = 0; i < places && good; i++) job->values[i] = (float)indices[i];
    free(indices);
    if (!good) cli_fail("%s", emb_error());
    return good;
}

static int run_encode(const cli_args *args) {
    encode_job job = {.pictures = cli_photos_named(args)};
    const int usage = check(args, job.pictures);
    if (usage != CLI_DONE) return usage;
    const char *output = cli_arg(args, "output")->text;
    bool good = (!output || strcmp(output, "-") == 0 || cli_output_ready(output)) &&
                open_images(&job, args);
    if (good) {
        job.values = cli_split_encode(&job.split, job.net, (int)cli_arg(args, "threads")->whole);
        job.labels = find_labels(&job.split);
        job.files = find_files(&job, args);
        const bool in_json = cli_arg(args, "json")->given;
        good = job.values && find_indices(&job, args) &&
               ((in_json && !output) || write_codes(&job, output));
        if (good && in_json) print_json(&job);
    }
    free(job.values);
    free(job.labels);
    free(job.files);
    cli_split_close(&job.split);
    emb_net_free(job.net);
    return good ? CLI_DONE : CLI_FAILED;
}

const cli_command cli_command_encode = {
    .name = "encode",
    .summary = "write the codes of a data set's images, or of pictures",
    .run = run_encode,
    .about = "Writes one code for each image, in the order of the split or of the files. CSV has a "
             "line of names: for pictures, alone or in a folder, first file, then code_0 and so "
             "on, and then label if the "
             "data set has labels. Numbers have nine digits and read back bit for bit. As NPY they "
             "are float32 of shape [N, L], with labels in NAME-labels.npy beside them; as NPZ, "
             "arrays codes and labels. Of a vector-quantised model, a code is the indices of the "
             "entries that stand at its places, row by row, as index_0 and so on. Pictures are "
             "PNG, JPEG, WebP, TIFF, BMP, GIF, PGM or PPM of "
             "any size: each is "
             "scaled to the network's size and made grey or colour as it needs; a note says if "
             "that changes a picture much. Transparency becomes the model's background, black if "
             "it has none.",
    .examples = {{"embudo encode runs/001 --split all -o codes.npy",
                  "the codes of MNIST's 70,000 images"},
                 {"embudo encode runs/001 | head -n 3", "a look at some, as CSV"},
                 {"embudo encode runs/001 three.png four.jpg --invert -o mine.csv",
                  "for pictures drawn in black on white"}},
    .positionals = {{"RUN|MODEL", NULL, CLI_RUN_HELP},
                    {"DATASET|FILES", "mnist",
                     CLI_RUN_DATASET_HELP "; or picture files, one to a word"}},
    .many = true,
    .options =
        {
            {"output", 'o', CLI_TEXT, "FILE", NULL, 0, 0, CLI_TO_TABLE,
             "codes.npy, codes.npz or codes.csv, by the name's ending; default: CSV on standard "
             "output"},
            CLI_JSON_OPTION,
            {"split", 0, CLI_CHOICE, CLI_SPLITS, NULL, 0, 0, 0, CLI_SPLIT_HELP},
            {"invert", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
             "for pictures: exchange light and dark. MNIST's digits are light on dark, so ink on "
             "paper needs it"},
            CLI_VECTORS_OPTION("write"),
            CLI_IMAGE_LABEL_OPTION,
            CLI_READING_OPTIONS CLI_THREADS_OPTION,
        },
};
