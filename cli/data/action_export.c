/* `embudo data export`: a data set as files of pictures. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <embudo.h>

#include "core/bar.h"
#include "core/message.h"
#include "core/progress.h"
#include "core/stop.h"
#include "data/data_actions.h"
#include "data/picture_options.h"

enum { PARTS = 3 };

/* The parts that are written, in their order. */
typedef struct chosen {
    emb_export_part parts[PARTS];
    emb_images *images[PARTS];
    size_t count;
} chosen;

static bool add(chosen *c, const char *where, emb_part part, const char *name, double test_split) {
    emb_open_options options = {.test_split = test_split};
    cli_pictures_into(&options);
    emb_images *images = cli_pictures_open(where, part, &options);
    if (!images) {
        cli_fail("%s", emb_error());
        return false;
    }
    cli_notes(emb_images_notes(images));
    c->images[c->count] = images;
    c->parts[c->count++] = (emb_export_part){.name = name, .images = images};
    return true;
}

/* What is one array, or one folder of pictures, stays one folder. */
static bool choose_all(chosen *c, const char *where) {
    const bool test = emb_images_has_part(where, EMB_TEST);
    const bool val = emb_images_has_part(where, EMB_VAL);
    return add(c, where, EMB_TRAIN, test || val ? "train" : NULL, -1) &&
           (!test || add(c, where, EMB_TEST, "test", -1)) &&
           (!val || add(c, where, EMB_VAL, "val", -1));
}

static bool choose(chosen *c, const char *where, const char *word) {
    static const char *const words[PARTS] = {
        [EMB_TRAIN] = "train", [EMB_TEST] = "test", [EMB_VAL] = "val"};
    for (int part = 0; part < PARTS; part++) {
        if (strcmp(word, words[part]) == 0) return add(c, where, (emb_part)part, words[part], 0);
    }
    return choose_all(c, where);
}

/* "mnist-png" of a set's name or path, to be freed. */
static char *usual_folder(const char *where, const char *format) {
    size_t length = strlen(where);
    while (length > 1 && where[length - 1] == '/') length--;
    size_t first = length;
    while (first > 0 && where[first - 1] != '/') first--;
    const char *name = where + first;
    length -= first;
    if (cli_ends_with(where, ".npz") || cli_ends_with(where, ".npy")) length -= 4;
    return cli_format("%.*s-%s", (int)length, name, format);
}

static void show_progress(void *data, size_t done, size_t count) {
    cli_bar *bar = data;
    cli_bar_text text = {.share = (double)done / (double)count};
    char here[CLI_NUMBER_SIZE], all[CLI_NUMBER_SIZE];
    if (!bar->on || !cli_bar_due(bar, cli_clock())) return;
    snprintf(text.label, sizeof text.label, _("writing pictures %s of %s"),
             cli_thousands(done, here), cli_thousands(count, all));
    snprintf(text.short_label, sizeof text.short_label, _("writing"));
    cli_bar_draw(bar, &text);
}

static emb_picture_format format_of(const char *word) {
    return strcmp(word, "jpeg") == 0  ? EMB_PICTURE_JPEG
           : strcmp(word, "pgm") == 0 ? EMB_PICTURE_PNM
                                      : EMB_PICTURE_PNG;
}

static int write_all(const cli_args *args, const chosen *c, const char *folder) {
    cli_bar bar;
    const size_t limit = (size_t)cli_arg(args, "limit")->whole;
    const emb_export_options options = {.format = format_of(cli_arg(args, "as")->text),
                                        .quality = (int)cli_arg(args, "quality")->whole,
                                        .limit = limit,
                                        .threads = (int)cli_arg(args, "threads")->whole,
                                        .progress = show_progress,
                                        .progress_data = &bar};
    size_t count = 0;
    for (size_t i = 0; i < c->count; i++) {
        const size_t all = emb_images_count(c->images[i]);
        count += limit && limit < all ? limit : all;
    }
    cli_bar_start(&bar);
    cli_stop_listen();
    const emb_status status = emb_images_export(c->parts, c->count, folder, &options);
    if (status == EMB_ERR_CANCELLED) {
        return cli_fail("stopped; what was written to %s is removed", folder);
    }
    if (status == EMB_ERR_SHAPE || status == EMB_ERR_ARGUMENT) { /* of the images */
        return cli_fail("%s: %s", cli_arg(args, "DATASET")->text, emb_error());
    }
    if (status != EMB_OK) return cli_fail("%s", emb_error());
    char text[CLI_NUMBER_SIZE];
    cli_line(cli_plural((unsigned long)count, "%s picture is in %s", "%s pictures are in %s"),
             cli_thousands(count, text), folder);
    return CLI_DONE;
}

static int run_export(const cli_args *args) {
    const char *where = cli_arg(args, "DATASET")->text, *output = cli_arg(args, "output")->text;
    const char *format = cli_arg(args, "as")->text;
    chosen c = {0};
    int code = cli_pictures_read(args);
    if (code != CLI_DONE) return code;
    if (cli_arg(args, "quality")->given && strcmp(format, "jpeg") != 0) {
        return cli_usage("data export", "--quality is for --as jpeg");
    }
    char *folder = output ? cli_format("%s", output) : usual_folder(where, format);
    const bool chosen_all = choose(&c, where, cli_arg(args, "part")->text);
    code = chosen_all ? write_all(args, &c, folder) : CLI_FAILED;
    for (size_t i = 0; i < c.count; i++) emb_images_free(c.images[i]);
    free(folder);
    return code;
}

const cli_command cli_action_export = {
    .name = "data export",
    .summary = "write a data set as picture files",
    .run = run_export,
    .about = "Writes FOLDER/train/CLASS/00000.png, FOLDER/test/CLASS/00000.png and so on: a file's "
             "number is its image's in that part. A set of one part is written without train and "
             "test, one without labels without CLASS. Every command reads the folder as a data "
             "set, ordered by class; png and pgm (ppm, if the images have colour) keep each pixel, "
             "jpeg does not. A class is called by its word, or by its number with zeros in front. "
             "The folder must be new or empty. If something fails, or on Ctrl-C, what was written "
             "is removed; after a power failure files may be missing, as each is not synced by "
             "itself.",
    .examples = {{"embudo data export mnist", "70,000 PNG files in mnist-png; then: embudo train "
                                              "mnist-png"},
                 {"embudo data export mnist --part test --limit 100 --as pgm -o some",
                  "the first 100 test images"},
                 {"embudo data export photos --size 64x64 -o small",
                  "a folder of pictures in one size, as training would see them"}},
    .positionals = {{"DATASET", NULL, "a set's name, a folder, an NPZ or NPY file"}},
    .options =
        {{"as", 0, CLI_CHOICE, "png|jpeg|pgm", "png", 0, 0, 0, "the files' format"},
         {"output", 'o', CLI_TEXT, "FOLDER", NULL, 0, 0, CLI_TO_FOLDER,
          "the folder; default: the set's name and the format, as in mnist-png"},
         {"part", 0, CLI_CHOICE, "train|val|test|all", "all", 0, 0, 0,
          "which part is written; one without test images has some held out, as in training"},
         {"limit", 0, CLI_INT, "N", NULL, 1, 2147483647, 0,
          "no more than the first N images of each part"},
         {"quality", 0, CLI_INT, "N", "95", 1, 100, 0, "of JPEG files"},
         {"threads", 0, CLI_INT, "N", "0", 0, EMB_MAX_THREADS, 0,
          "that write; 0: as many as there are processors"},
         CLI_PICTURE_OPTIONS},
};
