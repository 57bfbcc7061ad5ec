/* `embudo export`: a trained network as ONNX or as C. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dash.h"
#include "core/folders.h"
#include "core/json.h"
#include "core/message.h"
#include "core/network.h"
#include "core/shared_help.h"
#include "data/picture_options.h"
#include "export/export_html.h"
#include "export/export_int8.h"
#include "serve/labeller.h"
#include "use/doctor_say.h"
#include "use/named_images.h"
#include "use/score_table.h"
#include "use/threshold.h"
#include "use/usual.h"

/* Says that there is a file now. */
static void tell_file(cli_export *job, const char *path) {
    cli_line("%s", path);
    if (job->file_count < CLI_EXPORT_FILES) job->files[job->file_count++] = cli_format("%s", path);
}

/* ---- ONNX ------------------------------------------------------------------------------------ */

enum { MOST_FILES = 4 };

/* A file that is not written yet, and is ours to free. */
typedef struct made_file {
    char *path;
    uint8_t *bytes;
    size_t count;
} made_file;

/* Adds one file, `part` NULL for the whole, which may have a verdict. */
static bool add_onnx(const cli_export *job, const char *folder, const char *part, const char *name,
                     const emb_verdict *verdict, made_file *file) {
    const char *reads = part ? part : "encoder"; /* the whole is an autoencoder */
    const bool image = strcmp(reads, "encoder") == 0 || strcmp(reads, "classifier") == 0;
    const emb_onnx_options options = {
        .part = part, .uint8_input = job->uint8 && image, .verdict = verdict};
    file->path = cli_format("%s/%s.onnx", folder, name);
    const bool good = emb_net_export_onnx_bytes(job->net, file->path, &options, &file->bytes,
                                                &file->count) == EMB_OK;
    if (!good) cli_fail("%s", emb_error());
    return good;
}

/* Each part, and the whole if there are several. Returns how many; 0 with the error printed. */
static size_t make_onnx(const cli_export *job, const char *folder, made_file files[MOST_FILES]) {
    static const char *const parts[] = {"encoder", "decoder", "classifier"};
    size_t count = 0;
    if (job->part) return add_onnx(job, folder, job->part, job->part, NULL, files);
    for (int i = 0; i < 3; i++) {
        if (!emb_net_has_part(job->net, parts[i])) continue;
        if (!add_onnx(job, folder, parts[i], parts[i], NULL, &files[count++])) return 0;
    }
    if (!emb_net_has_part(job->net, "encoder") || !emb_net_has_part(job->net, "decoder")) {
        return count;
    }
    if (!add_onnx(job, folder, NULL, "autoencoder", NULL, &files[count++])) return 0;
    if (!job->usual) return count;
    return add_onnx(job, folder, NULL, "score", &job->verdict, &files[count++]) ? count : 0;
}

/* All of them or none: an encoder next to another training's decoder would be useless. */
static bool export_onnx(cli_export *job, const char *folder) {
    made_file made[MOST_FILES] = {{0}};
    emb_file_bytes files[MOST_FILES];
    if (!cli_folder_make(folder) || !cli_folder_hold_output(folder)) return false;
    const size_t count = make_onnx(job, folder, made);
    for (size_t i = 0; i < count; i++) {
        files[i] = (emb_file_bytes){made[i].path, made[i].bytes, made[i].count};
    }
    const bool good = count > 0 && emb_files_write(files, count) == EMB_OK;
    if (count > 0 && !good) cli_fail("%s", emb_error());
    for (size_t i = 0; i < MOST_FILES; i++) {
        if (good && i < count) tell_file(job, made[i].path);
        free(made[i].path);
        free(made[i].bytes);
    }
    return good;
}

/* ---- C --------------------------------------------------------------------------------------- */

static void print_size(cli_export *job) {
    char constants[CLI_NUMBER_SIZE], buffer[CLI_NUMBER_SIZE];
    const emb_c_size *size = &job->size;
    tell_file(job, size->paths[0]);
    tell_file(job, size->paths[1]);
    cli_line_result("constants %s bytes, static buffer %s bytes",
                    cli_thousands(size->constants, constants), cli_thousands(size->buffer, buffer));
}

/* *sample = the self-test's image, the first of the test images; NULL without --self-test. To be
 * freed. */
static emb_status take_sample(const cli_export *job, bool wanted, float **sample) {
    if (!wanted) return EMB_OK;
    *sample = cli_alloc(cli_network_pixels(job->net) * sizeof **sample);
    return emb_images_fetch(job->scored.images, NULL, 1, *sample, NULL);
}

static bool export_c(cli_export *job, const cli_args *args) {
    const char *folder = cli_arg(args, "c")->text, *name = cli_arg(args, "name")->text;
    const bool self_test = cli_arg(args, "self-test")->given, whole = cli_arg(args, "int8")->given;
    bool good = cli_folder_make(folder);
    if (good && (self_test || whole)) good = cli_export_images(job, args);
    if (good && whole) good = cli_export_quantise(job);
    /* The images may lie below the folder, and be links. */
    good = good && cli_folder_hold_output(folder);
    float *sample = NULL;
    emb_status status = good ? take_sample(job, self_test, &sample) : EMB_OK;
    const emb_c_options options = {.name = name,
                                   .part = job->part,
                                   .int8 = job->int8,
                                   .sample = sample,
                                   .verdict = job->usual ? &job->verdict : NULL};
    if (good && status == EMB_OK) status = emb_net_export_c(job->net, folder, &options, &job->size);
    if (status != EMB_OK) {
        cli_fail("%s", emb_error());
        good = false;
    }
    free(sample);
    if (!good) return false;
    print_size(job);
    return !whole || cli_export_compare(job);
}

/* ---- the command ----------------------------------------------------------------------------- */

static int check(const cli_args *args) {
    const char *name = args->command->name;
    const bool onnx = cli_arg(args, "onnx")->given, c = cli_arg(args, "c")->given;
    const bool html = cli_arg(args, "html")->given;
    static const char *const of_c[] = {"int8", "self-test", "name"};
    static const char *const of_onnx[] = {"uint8", "output"};
    static const char *const of_html[] = {"split", "images", "classifier"};
    if (!onnx && !c && !html) {
        return cli_usage(name, "expected --onnx, --c DIR, --html FILE, or several of them");
    }
    if (!onnx && !c && (cli_arg(args, "score")->given || cli_arg(args, "part")->given)) {
        return cli_usage(name, "--%s is for --onnx and --c DIR: the page has the whole network",
                         cli_arg(args, "score")->given ? "score" : "part");
    }
    if (cli_arg(args, "score")->given && strcmp(cli_arg(args, "part")->text, "all") != 0) {
        return cli_usage(name, "--score needs the whole network: leave --part out");
    }
    if (cli_arg(args, "score")->given && cli_arg(args, "int8")->given) {
        return cli_usage(name, "--score is in float, because its threshold was measured so: leave "
                               "--int8 out");
    }
    for (int i = 0; i < 3; i++) {
        if (!c && cli_arg(args, of_c[i])->given) {
            return cli_usage(name, "--%s is for --c DIR", of_c[i]);
        }
    }
    for (int i = 0; i < 2; i++) {
        if (!onnx && cli_arg(args, of_onnx[i])->given) {
            return cli_usage(name, "--%s is for --onnx", of_onnx[i]);
        }
    }
    for (int i = 0; i < 3; i++) {
        if (!html && cli_arg(args, of_html[i])->given) {
            return cli_usage(name, "--%s is for --html FILE", of_html[i]);
        }
    }
    return CLI_DONE;
}

/* What the score needs. */
static bool open_score(cli_export *job, const cli_args *args) {
    const char *run = cli_arg(args, "RUN|MODEL")->text;
    const cli_value *dataset = cli_arg(args, "DATASET");
    if (!emb_net_has_part(job->net, "encoder") || !emb_net_has_part(job->net, "decoder")) {
        cli_fail("--score: %s does not reconstruct images, which is what a score is from", run);
        return false;
    }
    job->usual = cli_usual_open(job->net, run, dataset->given ? dataset->text : NULL, job->threads);
    return job->usual && cli_threshold_own(job->usual, job->net, run, &job->verdict);
}

/* --json. */
static void print_json(const cli_export *job, const char *model) {
    cli_json json = {0};
    cli_json_open(&json, NULL, '{');
    cli_json_name(&json, "model", model);
    cli_json_open(&json, "files", '[');
    for (size_t i = 0; i < job->file_count; i++) cli_json_name(&json, NULL, job->files[i]);
    cli_json_close(&json, ']');
    if (*job->size.paths[0]) {
        cli_json_whole(&json, "constants_bytes", (int64_t)job->size.constants);
        cli_json_whole(&json, "buffer_bytes", (int64_t)job->size.buffer);
    }
    if (job->compared) {
        const bool classifies = emb_net_classes(job->net) > 0;
        cli_json_string(&json, "data", job->scored.dataset);
        cli_json_string(&json, "part", cli_part_name(job->scored.part));
        cli_json_whole(&json, "images", (int64_t)job->scored.count);
        cli_json_real(&json, classifies ? "float_accuracy" : "float_mse", job->results[0]);
        cli_json_real(&json, classifies ? "int8_accuracy" : "int8_mse", job->results[1]);
    }
    cli_doctor_put_json(&json);
}

/* The verdict, and what it costs if that is more than the network. */
static void tell_score(const cli_export *job) {
    char score[CLI_NUMBER_SIZE], network[CLI_NUMBER_SIZE];
    const size_t numbers = emb_verdict_numbers(&job->verdict);
    const size_t parameters = cli_network_parameters(job->net);
    cli_line_result("unusual: %s above %.4g, as %g %% of usual images have",
                    cli_scores_phrase((int)job->verdict.by), job->verdict.threshold,
                    100 * job->verdict.false_alarms);
    if (numbers <= parameters) return;
    cli_note("the score has %s numbers, more than the network's %s; embudo score --by "
             "reconstruction --keep chooses one that has none",
             cli_thousands(numbers, score), cli_thousands(parameters, network));
}

static int run_export(const cli_args *args) {
    const int usage = check(args);
    if (usage != CLI_DONE) return usage;
    const char *run = cli_arg(args, "RUN|MODEL")->text, *part = cli_arg(args, "part")->text;
    cli_export job = {.part = strcmp(part, "all") == 0 ? NULL : part,
                      .uint8 = cli_arg(args, "uint8")->given,
                      .threads = (int)cli_arg(args, "threads")->whole};
    const bool writes = cli_arg(args, "onnx")->given || cli_arg(args, "c")->given;
    job.net = cli_network_open_trained(run);
    if (job.net && !cli_network_label(job.net, args, writes)) {
        emb_net_free(job.net);
        return CLI_FAILED;
    }
    bool good = job.net;
    if (good && job.part && !emb_net_has_part(job.net, job.part)) {
        cli_fail("%s has no %s", run, job.part);
        good = false;
    }
    if (good && cli_arg(args, "score")->given) good = open_score(&job, args);
    const char *output = cli_arg(args, "output")->text;
    if (good && cli_arg(args, "onnx")->given) {
        good = export_onnx(&job, output ? output : cli_is_folder(run) ? run : ".");
    }
    if (good && cli_arg(args, "c")->given) good = export_c(&job, args);
    if (good && cli_arg(args, "html")->given) {
        const char *path = cli_arg(args, "html")->text;
        good = cli_export_html(args);
        if (good && !cli_dash_is(path)) tell_file(&job, path);
    }
    if (good && job.usual) tell_score(&job);
    if (good && writes && emb_net_entries(job.net) > 0) {
        cli_note("codes are the entries' numbers in what was written: embudo encode --vectors "
                 "writes such codes, and embudo decode --vectors reads them");
    }
    if (good && cli_arg(args, "json")->given) print_json(&job, run);
    for (size_t i = 0; i < job.file_count; i++) free(job.files[i]);
    cli_export_close(&job);
    return good ? CLI_DONE : CLI_FAILED;
}

const cli_command cli_command_export = {
    .name = "export",
    .summary = "write a trained network as ONNX, as C, or as a page that explores its codes",
    .run = run_export,
    .about =
        "--onnx writes encoder.onnx, decoder.onnx and autoencoder.onnx (for a classifier, "
        "classifier.onnx, which takes images) for any batch size, opset 17. --c writes NAME.c "
        "and NAME.h, freestanding C99 without allocation or library calls, for one image at a "
        "time; --int8 writes whole numbers instead of float, with scales from a sample of the "
        "data set's training images, and prints what that costs on the test images. --score adds "
        "what embudo score computes, with the model's threshold: score.onnx gives "
        "reconstruction, score and unusual; the C has NAME_score() and NAME_unusual(). --html "
        "writes "
        "the explorer of embudo serve as one file, which opens from disk without a server: it has "
        "the codes of all images and runs the network itself.",
    .examples =
        {{"embudo export runs/001 --onnx", "three .onnx files, into the run's folder"},
         {"embudo export runs/001 --c firmware --part encoder --int8",
          "for a microcontroller: firmware/embudo_model.c and .h"},
         {"embudo export runs/001 --c line --onnx --score",
          "for a production line: which images are unusual"},
         {"embudo export runs/001 --html mnist.html",
          "a page to send to somebody: the map of codes, and the decoder under the pointer"}},
    .positionals = {{"RUN|MODEL", NULL, CLI_RUN_HELP},
                    {"DATASET", "mnist",
                     "for --int8, --self-test, --score and --html: " CLI_RUN_DATASET_HELP}},
    .options =
        {
            {"onnx", 0, CLI_FLAG, NULL, NULL, 0, 0, 0, "write ONNX files"},
            {"c", 0, CLI_TEXT, "DIR", NULL, 0, 0, CLI_TO_FOLDER, "write C into this folder"},
            {"part", 0, CLI_CHOICE, "encoder|decoder|classifier|head|all", "all", 0, 0, 0,
             "what to write; the file has only the weights that the part needs. classifier takes "
             "images; head is the part after its encoder, and takes codes"},
            {"output", 'o', CLI_TEXT, "DIR", NULL, 0, 0, CLI_TO_FOLDER,
             "with --onnx: the folder; default: the run's folder, or the current one for a model "
             "file"},
            {"uint8", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
             "with --onnx: take pixels 0 to 255 as uint8, divided by 255 inside"},
            {"int8", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
             "with --c: whole numbers of 8 bits, for processors without fast floating point"},
            {"name", 0, CLI_TEXT, "NAME", "embudo_model", 0, 0, 0,
             "with --c: the name of the files, and the prefix of every identifier"},
            {"self-test", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
             "with --c: add NAME_self_test(), with an image and its right result"},
            {"score", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
             "add the score of images and the threshold above which they are unusual; what is "
             "usual is learned from the run's own images if embudo score has not done so"},
            {"html", 0, CLI_TEXT, "FILE", NULL, 0, 0, CLI_TO_PAGE,
             "write the explorer as one page, which needs neither a server nor the network"},
            {"split", 0, CLI_CHOICE, CLI_SPLITS, "all", 0, 0, 0,
             "with --html: " CLI_ALL_SPLIT_HELP},
            {"images", 0, CLI_CHOICE, "none|test|all", "none", 0, 0, 0,
             "with --html: which originals are packed, too; of the others the page shows what the "
             "decoder makes of their codes"},
            {"classifier", 0, CLI_TEXT, "RUN", NULL, 0, 0, 0, "with --html: " CLI_CLASSIFIER_HELP},
            CLI_LABEL_OPTION,
            CLI_JSON_OPTION,
            CLI_READING_OPTIONS CLI_THREADS_OPTION,
        },
};
