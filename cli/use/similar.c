/* `embudo similar`: the images of a data set whose codes are nearest to a picture's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "core/open_file.h"
#include "core/shared_help.h"
#include "core/shown.h"
#include "data/open_data.h"
#include "data/picture_options.h"
#include "plot/plot_words.h"
#include "use/data_doctor.h"
#include "use/doctor_say.h"
#include "use/input_photos.h"
#include "use/named_images.h"

enum { COLUMNS = 6 };

/* What the command works on, and what it finds. */
typedef struct similar_job {
    emb_net *net;
    cli_split split;
    const char *asked;  /* as it was typed */
    emb_images *photo;  /* the picture; NULL: an image of the split */
    size_t index;       /* that image */
    size_t count;       /* of the images that are found */
    uint32_t *nearest;  /* [count]: their places in the split */
    float *distances;   /* [count] */
    float *codes, *own; /* of the split, [count][L], and of the picture, [L] */
} similar_job;

static const char *typed(const cli_args *args, const char *name) {
    return cli_arg(args, name)->text;
}

/* A number that is not also a file's name. */
static bool is_index(const char *text) {
    return *text && strspn(text, "0123456789") == strlen(text) && !cli_is_there(text);
}

static bool open_asked(similar_job *job, const cli_args *args) {
    char count[CLI_NUMBER_SIZE];
    if (!is_index(job->asked)) {
        const char *const paths[] = {job->asked};
        job->photo = cli_photos_read(paths, 1, job->net, args);
        return job->photo;
    }
    job->index = (size_t)strtoull(job->asked, NULL, 10);
    if (job->index < job->split.count) return true;
    cli_fail("there is no image %s: the %s split of %s has %s, from 0", job->asked,
             cli_split_word(&job->split), job->split.dataset,
             cli_thousands(job->split.count, count));
    return false;
}

static bool open_all(similar_job *job, const cli_args *args) {
    const char *name = typed(args, "RUN|MODEL");
    job->asked = typed(args, "PICTURE|INDEX");
    if (!is_index(job->asked) && !cli_is_there(job->asked)) {
        cli_fail("%s: no such file; expected a picture, or an image's number", job->asked);
        return false;
    }
    job->net = cli_network_open_trained(name);
    return job->net && cli_network_takes_part(job->net, name, "encoder") &&
           cli_split_open(&job->split, job->net, name, typed(args, "DATASET"),
                          typed(args, "split")) &&
           open_asked(job, args) &&
           cli_network_label_images(job->net, args, job->photo ? job->photo : job->split.images);
}

static emb_status encode_asked(similar_job *job, int threads) {
    const size_t latent = (size_t)emb_net_latent(job->net);
    job->own = cli_alloc(latent * sizeof *job->own);
    if (job->photo) return emb_net_encode_images(job->net, job->photo, NULL, 1, job->own, threads);
    memcpy(job->own, job->codes + job->index * latent, latent * sizeof *job->own);
    return EMB_OK;
}

/* The image itself is left out, wherever it comes among others as near. */
static void leave_out(similar_job *job, size_t found) {
    size_t kept = 0;
    for (size_t i = 0; i < found && kept < job->count; i++) {
        if (!job->photo && job->nearest[i] == job->index) continue;
        job->nearest[kept] = job->nearest[i];
        job->distances[kept++] = job->distances[i];
    }
    job->count = kept;
}

/* One search looks at every code: that is done before an index would be made. */
static bool search(similar_job *job, size_t wanted, int threads) {
    const size_t most = wanted + (job->photo ? 0 : 1);
    const size_t found = most < job->split.count ? most : job->split.count;
    cli_data_doctor_given(job->net, job->split.images);
    job->codes = cli_split_encode(&job->split, job->net, threads);
    if (!job->codes) return false;
    job->count = wanted;
    job->nearest = cli_alloc(found * sizeof *job->nearest);
    job->distances = cli_alloc(found * sizeof *job->distances);
    emb_status status = encode_asked(job, threads);
    emb_neighbours *codes = NULL;
    if (status == EMB_OK) {
        codes = emb_neighbours_new(job->codes, job->split.count, emb_net_latent(job->net),
                                   job->split.count, threads);
    }
    const bool good = codes && emb_neighbours_find(codes, job->own, 1, (int)found, job->nearest,
                                                   job->distances, threads) == EMB_OK;
    emb_neighbours_free(codes);
    if (good) {
        leave_out(job, found);
    } else {
        cli_fail("%s", emb_error());
    }
    return good;
}

/* ---- results --------------------------------------------------------------------------------- */

static void add_rows(const similar_job *job, cli_text *csv) {
    cli_text_add(csv, "%s,distance\n", cli_image_head(&job->split));
    for (size_t i = 0; i < job->count; i++) {
        cli_image_cells(csv, &job->split, job->nearest[i]);
        cli_text_add(csv, ",%.9g\n", (double)job->distances[i]);
    }
}

/* --json. */
static void print_json(const similar_job *job, const cli_args *args) {
    cli_json json = {0};
    cli_json_open(&json, NULL, '{');
    cli_json_name(&json, "model", typed(args, "RUN|MODEL"));
    cli_json_name(&json, "data", job->split.dataset);
    cli_json_name(&json, "asked", job->asked);
    cli_json_open(&json, "images", '[');
    for (size_t i = 0; i < job->count; i++) {
        cli_json_open(&json, NULL, '{');
        cli_image_json(&json, &job->split, job->nearest[i]);
        cli_json_real(&json, "distance", (double)job->distances[i]);
        cli_json_close(&json, '}');
    }
    cli_json_close(&json, ']');
    cli_doctor_put_json(&json);
}

/* The picture, then what is nearest, row by row; `path` NULL: only in the terminal. */
static bool draw(const similar_job *job, const char *path) {
    const size_t shown = cli_cells_most(job->net, job->count + 1);
    const size_t columns = shown < COLUMNS ? shown : COLUMNS;
    const size_t rows = (shown + columns - 1) / columns, all = rows * columns;
    const size_t size = cli_network_pixels(job->net);
    size_t *places = cli_alloc(all * sizeof *places);
    char **captions = cli_alloc(all * sizeof *captions);
    float *own = job->photo ? cli_alloc(size * sizeof *own) : NULL;
    char number[CLI_NUMBER_SIZE];
    for (size_t i = 0; i < all; i++) {
        places[i] = i == 0 ? job->index : i < shown ? job->nearest[i - 1] : SIZE_MAX;
        captions[i] = i == 0 || i >= shown ? NULL : cli_told("%.3g", (double)job->distances[i - 1]);
    }
    captions[0] = cli_format("%s", "");
    char *title =
        cli_told(cli_word_text(CLI_WORD_SIMILAR_TITLE),
                 job->photo ? job->asked : cli_image_name(&job->split, job->index, number));
    const cli_cells cells = {.net = job->net,
                             .split = &job->split,
                             .rows = rows,
                             .columns = columns,
                             .places = places,
                             .own = own,
                             .captions = captions,
                             .title = title};
    bool good = !own || emb_images_fetch(job->photo, NULL, 1, own, NULL) == EMB_OK;
    if (!good) cli_fail("%s", emb_error());
    good = good && (path ? cli_cells_save(&cells, path) : cli_cells_show(&cells));
    for (size_t i = 0; i < all; i++) free(captions[i]);
    free(captions);
    free(places);
    free(title);
    free(own);
    return good;
}

static bool write_results(const similar_job *job, const cli_args *args) {
    const char *output = typed(args, "output");
    const bool in_json = cli_arg(args, "json")->given;
    char count[CLI_NUMBER_SIZE];
    cli_text csv = {0};
    add_rows(job, &csv);
    const bool sheet = cli_is_sheet(output);
    bool good = sheet ? draw(job, output) : !cli_shown_on() || draw(job, NULL);
    if (good && (!in_json || (output && !sheet))) good = cli_table_put(&csv, sheet ? NULL : output);
    if (good && in_json) print_json(job, args);
    if (good && output && !sheet && strcmp(output, "-") != 0) {
        cli_line("%s: the %s images nearest to %s, of %s", output, cli_thousands(job->count, count),
                 job->asked, job->split.dataset);
    }
    cli_text_free(&csv);
    return good;
}

static int run_similar(const cli_args *args) {
    similar_job job = {};
    const char *output = typed(args, "output");
    const int usage = cli_sheet_check(args->command->name, output);
    if (usage != CLI_DONE) return usage;
    cli_shown_begin(args);
    const bool good =
        (!output || strcmp(output, "-") == 0 || cli_output_ready(output)) && open_all(&job, args) &&
        search(&job, (size_t)cli_arg(args, "count")->whole, (int)cli_arg(args, "threads")->whole) &&
        write_results(&job, args);
    if (good) cli_open_file(args, output);
    free(job.nearest);
    free(job.distances);
    free(job.codes);
    free(job.own);
    emb_images_free(job.photo);
    cli_split_close(&job.split);
    emb_net_free(job.net);
    return good ? CLI_DONE : CLI_FAILED;
}

const cli_command cli_command_similar = {
    .name = "similar",
    .summary = "find the images of a data set that are nearest to a picture by code",
    .run = run_similar,
    .about =
        "Prints CSV, nearest first: the picture's file or, for data sets that are not folders of "
        "pictures, the image's number, its label, and how far its code is from the picture's "
        "(Euclidean distance). The picture is a file, or an image of DATASET by its number, "
        "which is then left out of the answer.",
    .examples = {{"embudo similar runs/001 three.png", "MNIST's ten images nearest to a picture"},
                 {"embudo similar runs/001 7 --count 23 -o sheet.png",
                  "a sheet of image 7 and the 23 nearest to it"}},
    .positionals = {{"RUN|MODEL", NULL, CLI_RUN_HELP},
                    {"PICTURE|INDEX", NULL, "a picture's file, or an image's number, from 0"},
                    {"DATASET", "mnist", CLI_RUN_DATASET_HELP}},
    .options =
        {
            {"output", 'o', CLI_TEXT, "FILE", NULL, 0, 0, CLI_TO_TABLE,
             "a sheet (.png, .svg or .pdf), beside the CSV on standard output; or the CSV itself "
             "(.csv)"},
            CLI_JSON_OPTION,
            {"count", 0, CLI_INT, "N", "10", 1, 1000, 0, "images to find"},
            {"split", 0, CLI_CHOICE, CLI_SPLITS, "all", 0, 0, 0, CLI_ALL_SPLIT_HELP},
            {"invert", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,
             "for a picture: exchange light and dark, as for ink on paper"},
            CLI_IMAGE_LABEL_OPTION,
            CLI_SHOWN_OPTIONS,
            CLI_READING_OPTIONS CLI_THREADS_OPTION,
        },
};
