/* `embudo duplicates`: the pictures of a data set that are there more than once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "core/progress.h"
#include "core/shared_help.h"
#include "data/picture_options.h"
#include "plot/plot_words.h"
#include "use/data_doctor.h"
#include "use/doctor_say.h"
#include "use/named_images.h"

enum { COLUMNS = 14, ROWS = 24 /* of a sheet */ };

/* An image of a group. */
typedef struct member {
    size_t image;
    uint32_t first; /* what its group is held together by */
    float like;     /* how like it */
    bool is_copy;   /* of that one or of another one before it */
    int rank;       /* of its group: 0 copies alone, 1 copies and others, 2 no copies */
} member;

/* What the command works on, and what it finds. */
typedef struct duplicates_job {
    emb_net *net;
    cli_split split;
    float *codes;
    uint32_t *first;   /* [count] */
    float *likeness;   /* [count] */
    uint32_t *copy_of; /* [count] */
    member *members;   /* [member_count]: group by group, each beginning with its first */
    size_t member_count, groups;
    size_t copies, others; /* of the images beside the first of their group */
} duplicates_job;

/* ---- finding --------------------------------------------------------------------------------- */

static void tell_report(const emb_alike_report *report) {
    char blank[CLI_NUMBER_SIZE];
    if (report->code_recall < 1) {
        cli_note("neighbours of codes come from an index that finds %.1f %% of them",
                 100 * report->code_recall);
    }
    if (report->pixel_recall < 1) {
        cli_note("neighbours of pixels come from an index that finds %.1f %% of them",
                 100 * report->pixel_recall);
    }
    if (report->blank == 0) return;
    cli_note(cli_plural((unsigned long)report->blank, "%s image is of one colour, and not compared",
                        "%s images are of one colour, and not compared"),
             cli_thousands(report->blank, blank));
}

static bool find(duplicates_job *job, const cli_args *args) {
    const emb_alike_options options = {.likeness = cli_arg(args, "likeness")->real,
                                       .threads = (int)cli_arg(args, "threads")->whole};
    const size_t count = job->split.count;
    emb_alike_report report;
    cli_data_doctor_given(job->net, job->split.images);
    job->codes = cli_split_encode(&job->split, job->net, options.threads);
    if (!job->codes) return false;
    job->first = cli_alloc(count * sizeof *job->first);
    job->likeness = cli_alloc(count * sizeof *job->likeness);
    job->copy_of = cli_alloc(count * sizeof *job->copy_of);
    cli_doing("comparing images");
    if (emb_images_alike(job->split.images, job->split.indices, count, job->codes,
                         emb_net_latent(job->net), &options, job->first, job->likeness,
                         job->copy_of, &report) != EMB_OK) {
        cli_fail("%s", emb_error());
        return false;
    }
    tell_report(&report);
    return true;
}

/* Groups of copies alone come first, then those that have copies, too; each has its first image,
 * then the most alike. */
static int in_order(const void *a, const void *b) {
    const member *x = a, *y = b;
    if (x->rank != y->rank) return x->rank - y->rank;
    if (x->first != y->first) return x->first < y->first ? -1 : 1;
    const bool x_leads = x->image == x->first, y_leads = y->image == y->first;
    if (x_leads != y_leads) return x_leads ? -1 : 1;
    if (x->like < y->like || x->like > y->like) return x->like > y->like ? -1 : 1;
    return (x->image > y->image) - (x->image < y->image);
}

/* Images that are alone are left out. */
static void sort(duplicates_job *job) {
    const size_t count = job->split.count;
    bool *near = cli_alloc(count * sizeof *near), *copied = cli_alloc(count * sizeof *copied);
    memset(near, 0, count * sizeof *near);
    memset(copied, 0, count * sizeof *copied);
    for (size_t i = 0; i < count; i++) {
        if (job->first[i] == i) continue;
        const bool is_copy = job->copy_of[i] != i;
        (is_copy ? copied : near)[job->first[i]] = true;
        *(is_copy ? &job->copies : &job->others) += 1;
    }
    job->members = cli_alloc((count + 1) * sizeof *job->members);
    for (size_t i = 0; i < count; i++) {
        const uint32_t first = job->first[i];
        if (!near[first] && !copied[first]) continue;
        job->groups += first == i;
        job->members[job->member_count++] = (member){.image = i,
                                                     .first = first,
                                                     .like = job->likeness[i],
                                                     .is_copy = job->copy_of[i] != i,
                                                     .rank = !copied[first] ? 2 : near[first]};
    }
    qsort(job->members, job->member_count, sizeof *job->members, in_order);
    free(near);
    free(copied);
}

/* ---- results --------------------------------------------------------------------------------- */

static bool begins_group(const duplicates_job *job, size_t i) {
    return i == 0 || job->members[i].first != job->members[i - 1].first;
}

static const char *kind_of(const duplicates_job *job, size_t i) {
    return begins_group(job, i) ? "first" : job->members[i].is_copy ? "copy" : "alike";
}

static void add_rows(const duplicates_job *job, cli_text *csv) {
    cli_text_add(csv, "group,%s,kind,likeness\n", cli_image_head(&job->split));
    for (size_t i = 0, group = 0; i < job->member_count; i++) {
        const member *m = &job->members[i];
        const bool begins = begins_group(job, i);
        group += begins && i > 0;
        cli_text_add(csv, "%zu,", group);
        cli_image_cells(csv, &job->split, m->image);
        cli_text_add(csv, ",%s,%.4f\n", kind_of(job, i), (double)m->like);
    }
}

/* --json: a list of groups, each a list of images. */
static void print_json(const duplicates_job *job, const cli_args *args) {
    cli_json json = {0};
    cli_json_open(&json, NULL, '{');
    cli_json_name(&json, "model", cli_arg(args, "RUN|MODEL")->text);
    cli_json_name(&json, "data", job->split.dataset);
    cli_json_whole(&json, "images", (int64_t)job->split.count);
    cli_json_whole(&json, "copies", (int64_t)job->copies);
    cli_json_whole(&json, "alike", (int64_t)job->others);
    cli_json_open(&json, "groups", '[');
    for (size_t i = 0; i < job->member_count; i++) {
        const member *m = &job->members[i];
        const bool begins = begins_group(job, i);
        if (begins && i > 0) cli_json_close(&json, ']');
        if (begins) cli_json_open(&json, NULL, '[');
        cli_json_open(&json, NULL, '{');
        cli_image_json(&json, &job->split, m->image);
        cli_json_string(&json, "kind", kind_of(job, i));
        cli_json_real(&json, "likeness", (double)m->like);
        cli_json_close(&json, '}');
    }
    if (job->member_count > 0) cli_json_close(&json, ']');
    cli_json_close(&json, ']');
    cli_doctor_put_json(&json);
}

/* Groups beside each other, a free place between two, as far as they fit: of each its first image,
 * then the others, as many as a row has. *rows and *shown = rows and groups that are laid out. */
static size_t *lay_out(const duplicates_job *job, size_t most, size_t *rows, size_t *shown) {
    size_t *places = cli_alloc(most * COLUMNS * sizeof *places), at = 0;
    for (size_t i = 0; i < most * COLUMNS; i++) places[i] = SIZE_MAX;
    *shown = 0;
    *rows = 1;
    for (size_t i = 0, end; i < job->member_count; i = end) {
        for (end = i + 1; end < job->member_count && !begins_group(job, end);) end++;
        const size_t size = end - i < COLUMNS ? end - i : COLUMNS;
        if (at + size > COLUMNS) {
            if (*rows == most) break;
            *rows += 1;
            at = 0;
        }
        for (size_t k = 0; k < size; k++) {
            places[(*rows - 1) * COLUMNS + at + k] = job->members[i + k].image;
        }
        at += size + 1;
        *shown += 1;
    }
    return places;
}

static bool draw(const duplicates_job *job, const char *path) {
    const size_t room = cli_cells_most(job->net, ROWS * COLUMNS) / COLUMNS;
    size_t rows, shown;
    size_t *places = lay_out(job, room < 1 ? 1 : room, &rows, &shown);
    char text[CLI_NUMBER_SIZE];
    char *title = shown < job->groups ? cli_told(cli_word_text(CLI_WORD_TWICE_FIRST_TITLE), shown,
                                                 cli_thousands(job->groups, text))
                                      : cli_format("%s", cli_word_text(CLI_WORD_TWICE_TITLE));
    const cli_cells cells = {.net = job->net,
                             .split = &job->split,
                             .rows = rows,
                             .columns = COLUMNS,
                             .places = places,
                             .title = title};
    const bool good = cli_cells_save(&cells, path);
    free(places);
    free(title);
    return good;
}

static void tell(const duplicates_job *job) {
    char all[CLI_NUMBER_SIZE], copies[CLI_NUMBER_SIZE], others[CLI_NUMBER_SIZE],
        groups[CLI_NUMBER_SIZE];
    cli_note(
        cli_plural((unsigned long)job->groups,
                   "%s: of %s images %s %s a copy of another and %s %s nearly so, in %s group",
                   "%s: of %s images %s %s a copy of another and %s %s nearly so, in %s groups"),
        job->split.dataset, cli_thousands(job->split.count, all),
        cli_thousands(job->copies, copies), job->copies == 1 ? _("is") : _("are"),
        cli_thousands(job->others, others), job->others == 1 ? _("is") : _("are"),
        cli_thousands(job->groups, groups));
}

static bool write_results(const duplicates_job *job, const cli_args *args) {
    const char *output = cli_arg(args, "output")->text;
    const bool in_json = cli_arg(args, "json")->given;
    cli_text csv = {0};
    add_rows(job, &csv);
    const bool sheet = cli_is_sheet(output);
    bool good = true;
    if (sheet && job->groups > 0) good = draw(job, output);
    if (good && (!in_json || (output && !sheet))) good = cli_table_put(&csv, sheet ? NULL : output);
    if (good && in_json) print_json(job, args);
    cli_text_free(&csv);
    if (!good) return false;
    tell(job);
    if (sheet && job->groups == 0) cli_note("no %s: there is nothing to show", output);
    return true;
}

static int run_duplicates(const cli_args *args) {
    duplicates_job job = {};
    const char *name = cli_arg(args, "RUN|MODEL")->text, *output = cli_arg(args, "output")->text;
    const int usage = cli_sheet_check(args->command->name, output);
    if (usage != CLI_DONE) return usage;
    bool good = !output || strcmp(output, "-") == 0 || cli_output_ready(output);
    if (good) job.net = cli_network_open_trained(name);
    good = job.net && cli_network_takes_part(job.net, name, "encoder") &&
           cli_split_open(&job.split, job.net, name, cli_arg(args, "DATASET")->text,
                          cli_arg(args, "split")->text) &&
           find(&job, args);
    if (good) sort(&job);
    good = good && write_results(&job, args);
    free(job.codes);
    free(job.first);
    free(job.likeness);
    free(job.copy_of);
    free(job.members);
    cli_split_close(&job.split);
    emb_net_free(job.net);
    return good ? CLI_DONE : CLI_FAILED;
}

const cli_command cli_command_duplicates = {
    .name = "duplicates",
    .summary = "find the pictures of a data set that are there more than once",
    .run = run_duplicates,
    .about =
        "Finds copies, and pictures that were resized, cropped a little, compressed, brightened "
        "or turned by a few degrees. Candidates are neighbours by code and by a small version; "
        "their pixels, one laid over the other as well as it can, decide. Every image of a group "
        "is like the group's first one. Prints CSV, groups with copies first: the group, the "
        "file or the image's number, its label, \"first\", \"copy\" (the same pixels as an image "
        "of "
        "its group) or \"alike\", and how like the first it is, from 0 to 1. A note counts images.",
    .examples = {{"embudo duplicates runs/001 mnist --split test -o twice.png",
                  "a sheet of what is in MNIST's test images more than once"},
                 {"embudo duplicates runs/001 photos -o twice.csv --likeness 0.98",
                  "only what is very like, in a folder of pictures"}},
    .positionals = {{"RUN|MODEL", NULL, CLI_RUN_HELP}, {"DATASET", "mnist", CLI_RUN_DATASET_HELP}},
    .options =
        {
            {"output", 'o', CLI_TEXT, "FILE", NULL, 0, 0, CLI_TO_TABLE,
             "a sheet, group by group (.png, .svg or .pdf), beside the CSV on standard "
             "output; or the CSV itself (.csv)"},
            CLI_JSON_OPTION,
            {"likeness", 0, CLI_REAL, "X", NULL, 0, 1, CLI_ABOVE_LEAST,
             "how like two images must be; 1: copies alone; default: 0.93, and more where images "
             "are all like several others, as digits are"},
            {"split", 0, CLI_CHOICE, CLI_SPLITS, "all", 0, 0, 0, CLI_ALL_SPLIT_HELP},
            CLI_READING_OPTIONS CLI_THREADS_OPTION,
        },
};
