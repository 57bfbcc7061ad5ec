/* `embudo plot RUN codes`: the codes of images, coloured by label. */
#include <stdlib.h>

#include "core/message.h"
#include "core/shown.h"
#include "core/strings.h"
#include "data/open_data.h"
#include "plot/plot_shared.h"

/* Points of the plane, and what the axes are called. */
typedef struct plane {
    float *points; /* [count][2] */
    char *titles[2];
    bool strip; /* one number: across; the labels: down */
} plane;

/* Labels as the chart takes them; NULL if there are none. *classes is one more than the largest. */
static int *read_labels(const cli_plot *plot, int *classes) {
    const size_t count = plot->split.count;
    int *labels = cli_alloc(count * sizeof *labels);
    *classes = 0;
    for (size_t i = 0; i < count; i++) {
        labels[i] = emb_images_label(plot->split.images, cli_split_index(&plot->split, i));
        if (labels[i] >= *classes) *classes = labels[i] + 1;
    }
    if (*classes > 0) return labels;
    free(labels);
    return NULL;
}

static void pick(const cli_plot *plot, const float *codes, const int dims[2], plane *at) {
    const size_t latent = (size_t)emb_net_latent(plot->net);
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < plot->split.count; i++) {
            at->points[2 * i + (size_t)side] = codes[i * latent + (size_t)dims[side]];
        }
        at->titles[side] = cli_told(cli_word_text(CLI_WORD_CODE_AXIS), dims[side]);
    }
}

/* Multiply-adds for finding the components: all codes are used if that is within this number; if
 * codes are long, some of them at even distances. */
static const double most_fitting = 2e10;

/* The indices of `*count` of the codes, to be freed; NULL: all of them. */
static uint32_t *sample(size_t all, int latent, size_t *count) {
    const double fit = most_fitting / ((double)latent * latent);
    *count = (double)all <= fit ? all : fit > 128 ? (size_t)fit : all < 128 ? all : 128;
    if (*count == all) return NULL;
    uint32_t *places = cli_alloc(*count * sizeof *places);
    for (size_t i = 0; i < *count; i++) places[i] = (uint32_t)(i * all / *count);
    return places;
}

/* The two directions in which the codes vary most. */
static bool project(const cli_plot *plot, const float *codes, plane *at) {
    static const cli_word titles[] = {CLI_WORD_FIRST_COMPONENT, CLI_WORD_SECOND_COMPONENT};
    const int shape[3] = {emb_net_latent(plot->net), 1, 1};
    emb_images *images = emb_images_new_float(codes, NULL, plot->split.count, shape);
    size_t count;
    uint32_t *places = sample(plot->split.count, shape[0], &count);
    emb_pca *pca = images ? emb_pca_new(images, places, count, 2, plot->threads) : NULL;
    free(places);
    const bool good = pca && emb_pca_encode(pca, images, NULL, plot->split.count, at->points,
                                            plot->threads) == EMB_OK;
    if (!good) cli_fail("%s", emb_error());
    for (int i = 0; good && i < 2; i++) {
        const double total = emb_pca_total_variance(pca);
        const double share = total > 0 ? emb_pca_variances(pca)[i] / total : 0;
        at->titles[i] = cli_told(cli_word_text(titles[i]), 100 * share);
    }
    emb_pca_free(pca);
    emb_images_free(images);
    return good;
}

/* One number in a code: a band for each label, its points spread over the band's width so that they
 * do not hide each other. */
static void spread(const cli_plot *plot, const float *codes, const int *labels, plane *at) {
    uint32_t state = 1;
    for (size_t i = 0; i < plot->split.count; i++) {
        state = state * 1664525u + 1013904223u; /* Numerical Recipes' generator */
        const float jitter = (float)(state >> 8) / (float)(1 << 24) - 0.5f;
        at->points[2 * i] = codes[i];
        at->points[2 * i + 1] = (float)(labels ? labels[i] : 0) + 0.7f * jitter;
    }
    at->titles[0] = cli_told(cli_word_text(CLI_WORD_CODE_AXIS), 0);
    at->strip = true;
}

static emb_picture *draw(const cli_plot *plot, const plane *at, const int *labels, int classes) {
    char count[CLI_NUMBER_SIZE], *names[EMB_MAX_CLASSES];
    char *what = cli_word_images(plot->split.part, plot->split.dataset);
    char *title = cli_told(cli_word_text(CLI_WORD_CODES_TITLE),
                           cli_thousands(plot->split.count, count), what);
    free(what);
    emb_scatter scatter = {.title = cli_plot_title(plot, title),
                           .x.title = at->titles[0],
                           .y.title = at->titles[1],
                           .count = plot->split.count,
                           .points = at->points,
                           .labels = labels,
                           .classes = classes,
                           .legend_title = cli_word_text(CLI_WORD_CLASS),
                           .no_names_on_plane = at->strip};
    for (int i = 0; i < classes; i++) {
        char text[CLI_NUMBER_SIZE];
        names[i] = cli_format("%s", cli_class_name(plot->split.images, i, text));
    }
    scatter.names = classes > 0 ? (const char *const *)names : NULL;
    if (at->strip) {
        scatter.y = (emb_axis){.title = labels ? scatter.legend_title : NULL,
                               .from = -0.5,
                               .to = classes > 0 ? classes - 0.5 : 0.5,
                               .names = (const char *const *)names,
                               .name_count = (size_t)classes};
    }
    emb_picture *picture = cli_plot_drawn(cli_shown_scatter(&scatter, plot->format));
    for (int i = 0; i < classes; i++) free(names[i]);
    free(title);
    return picture;
}

emb_picture *cli_plot_codes_kind(cli_plot *plot) {
    static const int first_two[] = {0, 1};
    const int latent = emb_net_latent(plot->net);
    if (!cli_plot_check_dims(plot)) return NULL;
    if (plot->count > 0 && (size_t)plot->count < plot->split.count) {
        plot->split.count = (size_t)plot->count;
    }
    float *codes = cli_plot_codes(plot);
    if (!codes) return NULL;
    int classes;
    int *labels = read_labels(plot, &classes);
    plane at = {.points = cli_alloc(plot->split.count * 2 * sizeof *at.points)};
    bool good = true;
    if (plot->dim_count > 0 || latent == 2) {
        pick(plot, codes, plot->dim_count > 0 ? plot->dims : first_two, &at);
    } else if (latent == 1) {
        spread(plot, codes, labels, &at);
    } else {
        good = project(plot, codes, &at);
    }
    emb_picture *picture = good ? draw(plot, &at, labels, classes) : NULL;
    free(at.points);
    free(at.titles[0]);
    free(at.titles[1]);
    free(labels);
    free(codes);
    return picture;
}
