/* `embudo cluster`: images in groups by their codes. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "core/progress.h"
#include "core/seed.h"
#include "core/shared_help.h"
#include "data/open_data.h"
#include "data/picture_options.h"
#include "plot/plot_words.h"
#include "use/data_doctor.h"
#include "use/named_images.h"

enum {
    COLUMNS = 8,
    SHOWN = 40 /* images on a sheet */,
    LEAST_AUTO = 2,
    MOST_AUTO = 20,
    MOST_CLUSTERS = 1000,
    SAMPLE = 10000 /* codes by which their number is chosen */
};

/* What the command works on, and what it finds. */
typedef struct cluster_job {
    emb_net *net;
    cli_split split;
    emb_clusters_options options;
    int clusters;
    float *codes;      /* [count][L] */
    float *centres;    /* [clusters][L] */
    uint32_t *cluster; /* [count] */
    size_t *sizes;     /* [clusters] */
    int *commonest;    /* [clusters]: label; -1 without labels */
    size_t *agreeing;  /* [clusters]: images of that label */
} cluster_job;

/* ---- grouping -------------------------------------------------------------------------------- */

static emb_status group(cluster_job *job, int clusters) {
    const int latent = emb_net_latent(job->net);
    job->clusters = clusters;
    free(job->centres);
    job->centres = cli_alloc((size_t)clusters * (size_t)latent * sizeof *job->centres);
    return emb_codes_cluster(job->codes, job->split.count, latent, clusters, &job->options,
                             job->cluster, job->centres, NULL);
}

/* sample[*count][L] = at most so many codes, at even distances. */
static float *take_sample(const cluster_job *job, size_t *count) {
    const size_t latent = (size_t)emb_net_latent(job->net), all = job->split.count;
    *count = all < SAMPLE ? all : SAMPLE;
    float *sample = cli_alloc(*count * latent * sizeof *sample);
    for (size_t i = 0; i < *count; i++) {
        memcpy(sample + i * latent, job->codes + i * all / *count * latent,
               latent * sizeof *sample);
    }
    return sample;
}

/* *chosen = the number of clusters with the widest silhouette; of two, the smaller. 1 if there are
 * too few codes to tell. */
static emb_status choose(const cluster_job *job, int *chosen, double *best) {
    const int latent = emb_net_latent(job->net);
    size_t count;
    float *sample = take_sample(job, &count);
    emb_status status = EMB_OK;
    *chosen = 1;
    *best = -INFINITY;
    for (int k = LEAST_AUTO; status == EMB_OK && k <= MOST_AUTO && (size_t)k < count; k++) {
        double width = 0;
        status =
            emb_codes_cluster(sample, count, latent, k, &job->options, job->cluster, NULL, NULL);
        if (status == EMB_OK) {
            status = emb_codes_silhouette(sample, count, latent, job->cluster, k,
                                          job->options.threads, &width);
        }
        if (status != EMB_OK || !(width > *best)) continue;
        *best = width;
        *chosen = k;
    }
    free(sample);
    return status;
}

static emb_status group_best(cluster_job *job) {
    int chosen;
    double best;
    const emb_status status = choose(job, &chosen, &best);
    if (status != EMB_OK) return status;
    if (chosen > 1) {
        cli_note("%d clusters: of %d to %d they have the widest mean silhouette, %.3f", chosen,
                 LEAST_AUTO, MOST_AUTO, best);
    }
    return group(job, chosen);
}

static void count_labels(cluster_job *job) {
    const size_t clusters = (size_t)job->clusters, count = job->split.count;
    size_t *votes = cli_alloc(clusters * EMB_MAX_CLASSES * sizeof *votes);
    memset(votes, 0, clusters * EMB_MAX_CLASSES * sizeof *votes);
    job->sizes = cli_alloc(clusters * sizeof *job->sizes);
    job->agreeing = cli_alloc(clusters * sizeof *job->agreeing);
    job->commonest = cli_alloc(clusters * sizeof *job->commonest);
    memset(job->sizes, 0, clusters * sizeof *job->sizes);
    for (size_t i = 0; i < count; i++) {
        const int label = emb_images_label(job->split.images, cli_split_index(&job->split, i));
        job->sizes[job->cluster[i]]++;
        if (label >= 0) votes[job->cluster[i] * EMB_MAX_CLASSES + (size_t)label]++;
    }
    for (size_t k = 0; k < clusters; k++) {
        job->commonest[k] = -1;
        job->agreeing[k] = 0;
        for (int label = 0; label < EMB_MAX_CLASSES; label++) {
            const size_t some = votes[k * EMB_MAX_CLASSES + (size_t)label];
            if (some <= job->agreeing[k]) continue;
            job->agreeing[k] = some;
            job->commonest[k] = label;
        }
    }
    free(votes);
}

static bool find(cluster_job *job, const cli_args *args) {
    const char *asked = cli_arg(args, "k")->text;
    char count[CLI_NUMBER_SIZE];
    const bool best = strcmp(asked, "auto") == 0;
    const long clusters = best ? 1 : strtol(asked, NULL, 10);
    if ((size_t)clusters > job->split.count) {
        cli_fail("-k %ld: there are only %s images; expected at most as many clusters", clusters,
                 cli_thousands(job->split.count, count));
        return false;
    }
    cli_data_doctor_given(job->net, job->split.images);
    job->codes = cli_split_encode(&job->split, job->net, job->options.threads);
    if (!job->codes) return false;
    cli_doing("grouping codes");
    job->cluster = cli_alloc(job->split.count * sizeof *job->cluster);
    if ((best ? group_best(job) : group(job, (int)clusters)) != EMB_OK) {
        cli_fail("%s", emb_error());
        return false;
    }
    count_labels(job);
    return true;
}

/* ---- results --------------------------------------------------------------------------------- */

static double distance(const cluster_job *job, size_t i) {
    const size_t latent = (size_t)emb_net_latent(job->net);
    const float *code = job->codes + i * latent, *centre = job->centres + job->cluster[i] * latent;
    double sum = 0;
    for (size_t j = 0; j < latent; j++) {
        const double d = (double)code[j] - (double)centre[j];
        sum += d * d;
    }
    return sqrt(sum);
}

static void add_rows(const cluster_job *job, cli_text *csv) {
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

static place *sort(const cluster_job *job) {
    place *order = cli_alloc(job->split.count * sizeof *order);
    for (size_t i = 0; i < job->split.count; i++) {
        order[i] = (place){i, job->cluster[i], distance(job, i)};
    }
    qsort(order, job->split.count, sizeof *order, by_distance);
    return order;
}

/* "71.2 % cats", between these; "" without labels. */
static char *describe_share(const cluster_job *job, size_t k, const char *before,
                            const char *after) {
    char label[CLI_NUMBER_SIZE];
    if (job->commonest[k] < 0) return cli_format("%s", "");
    return cli_format("%s%.1f %% %s%s", before,
                      100.0 * (double)job->agreeing[k] / (double)job->sizes[k],
                      cli_class_name(job->split.images, job->commonest[k], label), after);
}

static emb_picture *draw(const cluster_job *job, size_t k, const place *members) {
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
    for (int k = clusters; k < MOST_CLUSTERS && is_free; k++) {
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
static bool write_folder(const cluster_job *job, const cli_text *csv, const char *folder) {
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

static void print_summary(const cluster_job *job, const char *folder) {
    char count[CLI_NUMBER_SIZE];
    size_t agreeing = 0;
    for (size_t k = 0; k < (size_t)job->clusters; k++) {
        char *share = describe_share(job, k, ", ", "");
        cli_print(cli_plural((unsigned long)job->sizes[k], "cluster %zu: %s image%s\n",
                             "cluster %zu: %s images%s\n"),
                  k, cli_thousands(job->sizes[k], count), cli_shown(share));
        agreeing += job->agreeing[k];
        free(share);
    }
    if (agreeing > 0) cli_print("purity %.4f\n", (double)agreeing / (double)job->split.count);
    cli_line("%s: %s images of %s in %d clusters", folder, cli_thousands(job->split.count, count),
             job->split.dataset, job->clusters);
}

/* Without a folder, what concerns all is a note beside the CSV. */
static void note_purity(const cluster_job *job) {
    size_t agreeing = 0;
    for (size_t k = 0; k < (size_t)job->clusters; k++) agreeing += job->agreeing[k];
    if (agreeing > 0) {
        cli_note("purity %.4f: the share of the images that have their cluster's commonest label",
                 (double)agreeing / (double)job->split.count);
    }
}

static bool write_results(const cluster_job *job, const char *output) {
    cli_text csv = {0};
    add_rows(job, &csv);
    const bool table = !output || strcmp(output, "-") == 0 || cli_ends_with(output, ".csv");
    const bool good = table ? cli_table_put(&csv, output) : write_folder(job, &csv, output);
    if (good && table) note_purity(job);
    if (good && !table) print_summary(job, output);
    cli_text_free(&csv);
    return good;
}

/* ---- the command ----------------------------------------------------------------------------- */

/* CLI_DONE, or CLI_USAGE with the message printed. */
static int check(const cli_args *args) {
    const char *name = args->command->name, *asked = cli_arg(args, "k")->text;
    const char *output = cli_arg(args, "output")->text;
    if (!asked) return cli_usage(name, "-k is missing: the number of clusters, or auto");
    const long clusters = strtol(asked, NULL, 10);
    if (strcmp(asked, "auto") != 0 && (strspn(asked, "0123456789") != strlen(asked) ||
                                       clusters < 1 || clusters > MOST_CLUSTERS)) {
        return cli_usage(name, "-k: expected a number of clusters, 1 to %d, or auto, got '%s'",
                         MOST_CLUSTERS, asked);
    }
    if (cli_is_sheet(output)) {
        return cli_usage(name,
                         "--output: there is a sheet for each cluster; expected a folder or a "
                         "name that ends in .csv, got '%s'",
                         output);
    }
    return CLI_DONE;
}

static int run_cluster(const cli_args *args) {
    const char *name = cli_arg(args, "RUN|MODEL")->text, *output = cli_arg(args, "output")->text;
    const int usage = check(args);
    if (usage != CLI_DONE) return usage;
    cluster_job job = {.options = {.seed = cli_seed_option(cli_arg(args, "seed")->seed),
                                   .threads = (int)cli_arg(args, "threads")->whole}};
    bool good = !output || !cli_ends_with(output, ".csv") || cli_output_ready(output);
    if (good) job.net = cli_network_open_trained(name);
    good = job.net &&
           cli_split_open(&job.split, job.net, name, cli_arg(args, "DATASET")->text,
                          cli_arg(args, "split")->text) &&
           find(&job, args) && write_results(&job, output);
    free(job.codes);
    free(job.centres);
    free(job.cluster);
    free(job.sizes);
    free(job.commonest);
    free(job.agreeing);
    cli_split_close(&job.split);
    emb_net_free(job.net);
    return good ? CLI_DONE : CLI_FAILED;
}

const cli_command cli_command_cluster = {
    .name = "cluster",
    .summary = "put a data set's images into groups by their codes",
    .run = run_cluster,
    .about =
        "k-means on the codes, begun as k-means++ does: the best of five starts. Prints CSV, a "
        "line for each image: the picture's file or the image's number, its label, its cluster, "
        "and how far its code is from the cluster's middle. With labels, the purity is the share "
        "of the images that have their cluster's commonest label.",
    .examples = {{"embudo cluster runs/001 -k 10 -o groups/",
                  "a table, and a sheet for each of ten clusters of MNIST"},
                 {"embudo cluster runs/001 -k auto -o groups.csv",
                  "as many clusters as lie farthest apart"}},
    .positionals = {{"RUN|MODEL", NULL, CLI_RUN_HELP}, {"DATASET", "mnist", CLI_RUN_DATASET_HELP}},
    .options =
        {
            {"k", 'k', CLI_TEXT, "N|auto", NULL, 0, 0, 0,
             "how many clusters, 1 to 1000; auto: the number from 2 to 20 whose mean silhouette "
             "(Rousseeuw, 1987) is widest; of many images, 10,000 are grouped and 2,000 of these "
             "measured"},
            {"output", 'o', CLI_TEXT, "DIR|FILE", NULL, 0, 0, 0,
             "a folder for clusters.csv and a sheet for each cluster (00.png, ...), the images "
             "nearest to its middle; or the CSV alone (.csv)"},
            {"seed", 0, CLI_SEED, "N", "42", 0, 0, 0, "for the first middles"},
            {"split", 0, CLI_CHOICE, CLI_SPLITS, "all", 0, 0, 0, CLI_ALL_SPLIT_HELP},
            CLI_READING_OPTIONS CLI_THREADS_OPTION,
        },
};
