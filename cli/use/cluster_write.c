/* Writing clusters: a table, JSON, a sheet for each. See cluster_job.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "data/open_data.h"
#include "plot/plot_words.h"
#include "use/cluster_job.h"
#include "use/doctor_say.h"
#include "use/named_images.h"

enum { COLUMNS = 8, SHOWN = 40 /* images on a sheet */ };

static double distance(const cli_clusters *job, size_t i) {
    const size_t latent = (size_t)emb_net_latent(job->net);
    const float *code = job->codes + i * latent, *centre = job->centres + job->cluster[i] * latent;
    double sum = 0;
    for (size_t j = 0; j < latent; j++) {
        const double d = (double)code[j] - (double)centre[j];
        sum += d * d;
    }
    return sqrt(sum);
}

static void add_rows(const cli_clusters *job, cli_text *csv) {
    cli_text_add(csv, "%s,cluster,distance\n", cli_image_head(&job->split));
    for (size_t i = 0; i < job->split.count; i++) {
        cli_image_cells(csv, &job->split, i);
        cli_text_add(csv, ",%lu,%.9g\n", (unsigned long)job->cluster[i],
                     (double)(float)distance(job, i));
    }
}

/* Images in the order of their clusters, and in each the nearest to its centre first. */
typedef struct place {
    size_t image;
    uint32_t cluster;
    double distance;
} place;

static int by_distance(const void *a, const void *b) {
    const place *x = a, *y = b;
    if (x->cluster != y->cluster) return x->cluster < y->cluster ? -1 : 1;
    if (x->distance < y->distance || x->distance > y->distance) {
        return x->distance < y->distance ? -1 : 1;
    }
    return (x->image > y->image) - (x->image < y->image);
}

static place *sort(const cli_clusters *job) {
    place *order = cli_alloc(job->split.count * sizeof *order);
    for (size_t i = 0; i < job->split.count; i++) {
        order[i] = (place){i, job->cluster[i], distance(job, i)};
    }
    qsort(order, job->split.count, sizeof *order, by_distance);
    return order;
}

/* "71.2 % cats", between these; "" without labels. */
static char *describe_share(const cli_clusters *job, size_t k, const char *before,
                            const char *after) {
    char label[CLI_NUMBER_SIZE];
    if (job->commonest[k] < 0) return cli_format("%s", "");
    return cli_told("%s%.1f %% %s%s", before,
                    100.0 * (double)job->agreeing[k] / (double)job->sizes[k],
                    cli_class_name(job->split.images, job->commonest[k], label), after);
}

static emb_picture *draw(const cli_clusters *job, size_t k, const place *members) {
    const size_t some = job->sizes[k] < SHOWN ? job->sizes[k] : SHOWN;
    const size_t shown = cli_cells_most(job->net, some);
    const size_t columns = shown < COLUMNS ? shown : COLUMNS;
    const size_t rows = (shown + columns - 1) / columns;
    size_t places[SHOWN + COLUMNS];
    for (size_t i = 0; i < rows * columns; i++) {
        places[i] = i < shown ? members[i].image : SIZE_MAX;
    }
    char count[CLI_NUMBER_SIZE];
    char *share = describe_share(job, k, " (", ")");
    char *title = cli_told(cli_word_text(CLI_WORD_CLUSTER_TITLE), k,
                           cli_thousands(job->sizes[k], count), share);
    const cli_cells cells = {.net = job->net,
                             .split = &job->split,
                             .rows = rows,
                             .columns = columns,
                             .places = places,
                             .title = title};
    emb_picture *picture = cli_cells_draw(&cells, ".png");
    free(share);
    free(title);
    return picture;
}

/* A folder is not written into if sheets of others would stay beside those of `clusters`: they
 * would be taken for theirs. False with the error printed. */
static bool is_folder_free(const char *folder, int clusters) {
    bool is_free = true;
    for (int k = clusters; k < CLI_MOST_CLUSTERS && is_free; k++) {
        char *path = cli_format("%s/%02d.png", folder, k);
        is_free = !cli_is_there(path);
        if (!is_free) {
            cli_fail(
                "%s exists already, and is none of these %d clusters; choose another folder, or "
                "remove it",
                path, clusters);
        }
        free(path);
    }
    return is_free;
}

/* DIR/clusters.csv and a sheet for each cluster. */
static bool write_folder(const cli_clusters *job, const cli_text *csv, const char *folder) {
    char *table = cli_format("%s/clusters.csv", folder);
    bool good = is_folder_free(folder, job->clusters) && cli_folder_make(folder) &&
                cli_table_put(csv, table);
    place *order = sort(job);
    const place *members = order;
    for (size_t k = 0; good && k < (size_t)job->clusters; members += job->sizes[k++]) {
        if (job->sizes[k] == 0) continue;
        char *path = cli_format("%s/%02zu.png", folder, k);
        emb_picture *picture = draw(job, k, members);
        good = picture && emb_picture_save(picture, path) == EMB_OK;
        if (picture && !good) cli_fail("%s", emb_error());
        emb_picture_free(picture);
        free(path);
    }
    free(order);
    free(table);
    return good;
}

/* The share of the images that have their cluster's commonest label; 0 without labels. */
static double purity(const cli_clusters *job) {
    size_t agreeing = 0;
    for (size_t k = 0; k < (size_t)job->clusters; k++) agreeing += job->agreeing[k];
    return (double)agreeing / (double)job->split.count;
}

static void print_summary(const cli_clusters *job, const char *folder) {
    char count[CLI_NUMBER_SIZE];
    for (size_t k = 0; k < (size_t)job->clusters; k++) {
        char *share = describe_share(job, k, ", ", "");
        cli_print(cli_plural((unsigned long)job->sizes[k], "cluster %zu: %s image%s\n",
                             "cluster %zu: %s images%s\n"),
                  k, cli_thousands(job->sizes[k], count), cli_shown(share));
        free(share);
    }
    if (purity(job) > 0) cli_print("purity %.4f\n", purity(job));
    cli_line("%s: %s images of %s in %d clusters", folder, cli_thousands(job->split.count, count),
             job->split.dataset, job->clusters);
}

/* Without a folder, what concerns all is a note beside the CSV. */
static void note_purity(const cli_clusters *job) {
    if (purity(job) > 0) {
        cli_note("purity %.4f: the share of the images that have their cluster's commonest label",
                 purity(job));
    }
}

static void add_clusters(const cli_clusters *job, cli_json *json) {
    char name[CLI_NUMBER_SIZE];
    cli_json_open(json, "clusters", '[');
    for (size_t k = 0; k < (size_t)job->clusters; k++) {
        const bool labelled = job->commonest[k] >= 0;
        cli_json_open(json, NULL, '{');
        cli_json_whole(json, "images", (int64_t)job->sizes[k]);
        cli_json_string(json, "label",
                        labelled ? cli_class_name(job->split.images, job->commonest[k], name)
                                 : NULL);
        cli_json_real(json, "share",
                      labelled ? (double)job->agreeing[k] / (double)job->sizes[k] : NAN);
        cli_json_close(json, '}');
    }
    cli_json_close(json, ']');
}

/* --json. */
static void print_json(const cli_clusters *job, const cli_args *args) {
    cli_json json = {0};
    cli_json_open(&json, NULL, '{');
    cli_json_name(&json, "model", cli_arg(args, "RUN|MODEL")->text);
    cli_json_name(&json, "data", job->split.dataset);
    add_clusters(job, &json);
    cli_json_real(&json, "purity", purity(job) > 0 ? purity(job) : NAN);
    cli_json_open(&json, "images", '[');
    for (size_t i = 0; i < job->split.count; i++) {
        cli_json_open(&json, NULL, '{');
        cli_image_json(&json, &job->split, i);
        cli_json_whole(&json, "cluster", job->cluster[i]);
        cli_json_real(&json, "distance", distance(job, i));
        cli_json_close(&json, '}');
    }
    cli_json_close(&json, ']');
    cli_doctor_put_json(&json);
}

bool cli_clusters_write(const cli_clusters *job, const cli_args *args) {
    const char *output = cli_arg(args, "output")->text;
    const bool table = !output || strcmp(output, "-") == 0 || cli_ends_with(output, ".csv");
    const bool in_json = cli_arg(args, "json")->given, alone = in_json && !output;
    cli_text csv = {0};
    add_rows(job, &csv);
    const bool good = alone   ? true
                      : table ? cli_table_put(&csv, output)
                              : write_folder(job, &csv, output);
    if (good && in_json) print_json(job, args);
    if (good && table) note_purity(job);
    if (good && !table) print_summary(job, output);
    cli_text_free(&csv);
    return good;
}
