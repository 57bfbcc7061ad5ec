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
#include "data/picture_options.h"
#include "use/cluster_job.h"
#include "use/data_doctor.h"
#include "use/named_images.h"

enum {
    LEAST_AUTO = 2,
    MOST_AUTO = 20,
    SAMPLE = 10000 /* codes by which their number is chosen */
};

/* ---- grouping -------------------------------------------------------------------------------- */

static emb_status group(cli_clusters *job, int clusters) {
    const int latent = emb_net_latent(job->net);
    job->clusters = clusters;
    free(job->centres);
    job->centres = cli_alloc((size_t)clusters * (size_t)latent * sizeof *job->centres);
    return emb_codes_cluster(job->codes, job->split.count, latent, clusters, &job->options,
                             job->cluster, job->centres, NULL);
}

/* sample[*count][L] = at most so many codes, at even distances. */
static float *take_sample(const cli_clusters *job, size_t *count) {
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
static emb_status choose(const cli_clusters *job, int *chosen, double *best) {
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

static emb_status group_best(cli_clusters *job) {
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

static void count_labels(cli_clusters *job) {
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

static bool find(cli_clusters *job, const cli_args *args) {
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

/* ---- the command ----------------------------------------------------------------------------- */

/* CLI_DONE, or CLI_USAGE with the message printed. */
static int check(const cli_args *args) {
    const char *name = args->command->name, *asked = cli_arg(args, "k")->text;
    const char *output = cli_arg(args, "output")->text;
    if (!asked) return cli_usage(name, "-k is missing: the number of clusters, or auto");
    const long clusters = strtol(asked, NULL, 10);
    if (strcmp(asked, "auto") != 0 && (strspn(asked, "0123456789") != strlen(asked) ||
                                       clusters < 1 || clusters > CLI_MOST_CLUSTERS)) {
        return cli_usage(name, "-k: expected a number of clusters, 1 to %d, or auto, got '%s'",
                         CLI_MOST_CLUSTERS, asked);
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
    cli_clusters job = {.options = {.seed = cli_seed_option(cli_arg(args, "seed")->seed),
                                    .threads = (int)cli_arg(args, "threads")->whole}};
    bool good = !output || !cli_ends_with(output, ".csv") || cli_output_ready(output);
    if (good) job.net = cli_network_open_trained(name);
    good = job.net && cli_network_takes_part(job.net, name, "encoder") &&
           cli_split_open(&job.split, job.net, name, cli_arg(args, "DATASET")->text,
                          cli_arg(args, "split")->text) &&
           find(&job, args) && cli_clusters_write(&job, args);
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
            {"output", 'o', CLI_TEXT, "DIR|FILE", NULL, 0, 0, CLI_TO_TABLE,
             "a folder for clusters.csv and a sheet for each cluster (00.png, ...), the images "
             "nearest to its middle; or the CSV alone (.csv)"},
            CLI_JSON_OPTION,
            {"seed", 0, CLI_SEED, "N", "42", 0, 0, 0, "for the first middles"},
            {"split", 0, CLI_CHOICE, CLI_SPLITS, "all", 0, 0, 0, CLI_ALL_SPLIT_HELP},
            CLI_READING_OPTIONS CLI_THREADS_OPTION,
        },
};
