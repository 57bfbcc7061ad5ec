/* See page_data.h. */
#include "export/page_data.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "data/like_mnist.h"
#include "export/page_pack.h"
#include "serve/components.h"

static bool said(emb_status status) {
    if (status != EMB_OK) cli_fail("%s", emb_error());
    return status == EMB_OK;
}

/* JSON within an element of HTML: "<" occurs in strings alone, and may be written so there. */
static void add_json(cli_text *out, const char *json, size_t length) {
    for (const char *at = json, *end = json + length; at < end;) {
        const char *next = memchr(at, '<', (size_t)(end - at));
        cli_text_bytes(out, at, (size_t)((next ? next : end) - at));
        if (!next) return;
        cli_text_add(out, "\\u003c");
        at = next + 1;
    }
}

/* ---- the network ----------------------------------------------------------------------------- */

static bool add_network(cli_text *out, const char *key, const emb_net *net) {
    char *plan;
    float *numbers;
    size_t count;
    if (!net) return true;
    if (!said(emb_net_export_plan(net, &plan, &numbers, &count))) return false;
    cli_text_add(out, ",\n\"%s\":{\"plan\":%s", key, plan);
    const bool good = said(cli_pack_add(out, "numbers", numbers, count, sizeof *numbers));
    cli_text_add(out, "}");
    free(plan);
    free(numbers);
    return good;
}

/* The numbers that the network reads for the bytes 0 to 255; none if it reads no bytes. */
static bool add_bytes(const cli_explorer *e, cli_text *out) {
    enum { BYTES = 256 };
    const size_t images = (BYTES + e->pixels - 1) / e->pixels;
    uint8_t *bytes = cli_alloc(images * e->pixels);
    float *numbers = cli_alloc(images * e->pixels * sizeof *numbers);
    for (size_t i = 0; i < images * e->pixels; i++) bytes[i] = (uint8_t)(i % BYTES);
    emb_images *made = emb_images_new(bytes, NULL, images, e->shape);
    bool good = true;
    if (made && emb_images_follow(made, e->net) == EMB_OK &&
        emb_images_fetch(made, NULL, images, numbers, NULL) == EMB_OK) {
        good = said(cli_pack_add(out, "bytes", numbers, BYTES, sizeof *numbers));
    }
    emb_images_free(made);
    free(bytes);
    free(numbers);
    return good;
}

/* How other pictures become its images. */
static void add_pictures(const cli_explorer *e, cli_text *out) {
    static const char *const ways[] = {[EMB_FIT_CROP] = "crop",
                                       [EMB_FIT_PAD] = "pad",
                                       [EMB_FIT_STRETCH] = "stretch",
                                       [EMB_FIT_MNIST] = "mnist"};
    emb_pictures pictures = {0};
    emb_net_pictures(e->net, &pictures);
    if (cli_like_mnist(e->net, false)) pictures.fit = EMB_FIT_MNIST;
    const char *way = ways[pictures.fit] ? ways[pictures.fit] : ways[EMB_FIT_CROP];
    cli_text_add(out, ",\n\"pictures\":{\"fit\":\"%s\",\"background\":%ld}", way,
                 (long)pictures.background & 0xffffff);
}

/* ---- the images ------------------------------------------------------------------------------ */

/* Codes of too many numbers are seen along their first principal components, as by web/api.js. */
static bool add_components(const cli_explorer *e, cli_text *out) {
    const size_t latent = (size_t)e->latent, seen = (size_t)cli_components_of(e->latent);
    float *rows = cli_alloc((1 + seen) * latent * sizeof *rows);
    float *places = cli_alloc(e->count * seen * sizeof *places);
    bool good = said(cli_components_find(e->codes, e->count, e->latent, rows));
    if (good) {
        cli_components_place(e->codes, e->count, e->latent, rows, places);
        good = said(cli_pack_add(out, "components", rows, (1 + seen) * latent, sizeof *rows)) &&
               said(cli_pack_add_positions(out, "codes", places, e->count, seen));
    }
    free(rows);
    free(places);
    return good;
}

static bool add_codes(const cli_explorer *e, cli_text *out) {
    enum { MOST = 1 << 23 }; /* numbers of all codes */
    const size_t latent = (size_t)e->latent;
    if (e->count > MOST / latent) return add_components(e, out);
    return said(cli_pack_add_positions(out, "codes", e->codes, e->count, latent));
}

static bool add_labels(const cli_explorer *e, cli_text *out) {
    const emb_images *images = e->split.images;
    if (emb_images_classes(images) == 0) return true;
    uint8_t *labels = cli_alloc(e->count);
    for (size_t i = 0; i < e->count; i++) {
        labels[i] = (uint8_t)emb_images_label(images, cli_split_index(&e->split, i));
    }
    const bool good = said(cli_pack_add(out, "labels", labels, e->count, sizeof *labels));
    free(labels);
    return good;
}

/* Each one's place in the data set, less the one before it. */
static bool add_indices(const cli_explorer *e, cli_text *out) {
    uint32_t *steps = cli_alloc(e->count * sizeof *steps), before = 0;
    for (size_t i = 0; i < e->count; i++) {
        const uint32_t index = (uint32_t)cli_explorer_place(e, i);
        steps[i] = index - before;
        before = index;
    }
    const bool good = said(cli_pack_add(out, "indices", steps, e->count, sizeof *steps));
    free(steps);
    return good;
}

/* The names of files, with a line's end between two: none has one once it is written as a name. */
static bool add_files(const cli_explorer *e, cli_text *out) {
    cli_text names = {0};
    if (!emb_images_file(e->split.images, cli_split_index(&e->split, 0))) return true;
    for (size_t i = 0; i < e->count; i++) {
        const char *file = emb_images_file(e->split.images, cli_split_index(&e->split, i));
        cli_text_add(&names, i > 0 ? "\n" : "");
        cli_text_for(&names, EMB_NAME, file ? file : "");
    }
    const bool good = said(cli_pack_add(out, "files", names.bytes, names.length, 1));
    cli_text_free(&names);
    return good;
}

/* Numbers as positions of 7 bits between the logarithms of the least and the largest: colours show
 * no more. */
static bool add_shades(cli_text *out, const char *key, const float *values, size_t count) {
    enum { STEPS = 127 };
    double low = INFINITY, high = 0;
    uint8_t *at = cli_alloc(count);
    for (size_t i = 0; i < count; i++) {
        const double x = (double)values[i];
        if (x > 0 && x < low) low = x;
        if (x > high) high = x;
    }
    const double step = high > low ? log(high / low) / STEPS : 0;
    for (size_t i = 0; i < count; i++) {
        const double x = (double)values[i];
        at[i] = x > low && step > 0 ? (uint8_t)lround(log(x / low) / step) : 0;
    }
    cli_text_add(out, ",\n\"%s\":{\"low\":%.9g,\"step\":%.9g", key, high > 0 ? low : 0, step);
    const bool good = said(cli_pack_add(out, "at", at, count, sizeof *at));
    cli_text_add(out, "}");
    free(at);
    return good;
}

static bool add_errors(cli_explorer *e, cli_text *out) {
    return said(cli_explorer_errors(e)) && add_shades(out, "errors", e->errors, e->count);
}

/* Left out where it cannot be learned, as for a model without its data. */
static bool add_unusual(cli_explorer *e, cli_text *out) {
    cli_oddity_ask(e->oddity);
    cli_oddity_tend(e->oddity);
    if (cli_oddity_ask(e->oddity) != CLI_ODDITY_KNOWN || cli_explorer_judge(e) != EMB_OK)
        return true;
    return add_shades(out, "unusual", e->unusual, e->count);
}

/* ---- originals ------------------------------------------------------------------------------- */

/* Places [*first, *end) of the images that are packed. */
static bool find_packed(const cli_explorer *e, cli_packed packed, size_t *first, size_t *end) {
    const cli_part part = e->split.part;
    *first = 0;
    *end = e->count;
    if (packed == CLI_PACK_ALL || part == CLI_PART_TEST || part == CLI_PART_HELD) return true;
    if (part == CLI_PART_ALL && emb_images_parts(e->split.dataset) > 1) {
        emb_images *test = cli_held_peek(e->split.dataset, EMB_TEST, &e->split.held);
        if (!test) return false;
        *first = e->count - emb_images_count(test);
        emb_images_free(test);
        return true;
    }
    cli_fail("--images test: the images of %s that are written have no test images of their own; "
             "--split test or --images all is possible",
             e->split.dataset);
    return false;
}

static bool add_packed(const cli_explorer *e, size_t first, size_t count, cli_text *out) {
    const size_t numbers = count * e->pixels;
    uint32_t *indices = cli_alloc(count * sizeof *indices);
    uint8_t *bytes = cli_alloc(numbers);
    float *floats = NULL;
    for (size_t i = 0; i < count; i++) {
        indices[i] = (uint32_t)cli_split_index(&e->split, first + i);
    }
    cli_text_add(out, ",\n\"images\":{\"first\":%zu,\"count\":%zu", first, count);
    emb_status status = emb_images_fetch_bytes(e->split.images, indices, count, bytes);
    if (status == EMB_OK) {
        status = cli_pack_add(out, "bytes", bytes, numbers, 1);
    } else { /* they are floats */
        floats = cli_alloc(numbers * sizeof *floats);
        status = emb_images_fetch(e->split.images, indices, count, floats, NULL);
        if (status == EMB_OK) status = cli_pack_add(out, "floats", floats, numbers, sizeof *floats);
    }
    cli_text_add(out, "}");
    free(indices);
    free(bytes);
    free(floats);
    return said(status);
}

static bool add_images(const cli_explorer *e, cli_packed packed, cli_text *out) {
    size_t first, end;
    if (packed == CLI_PACK_NONE) return true;
    return find_packed(e, packed, &first, &end) && add_packed(e, first, end - first, out);
}

/* ---- all of it ------------------------------------------------------------------------------- */

static void add_real(cli_text *out, const char *key, double x) {
    cli_text_add(out, ",\n\"%s\":", key);
    cli_text_add(out, isfinite(x) ? "%.17g" : "null", x);
}

bool cli_page_data_add(cli_explorer *e, cli_packed images, cli_text *out) {
    cli_reply run = cli_explorer_tell(e, false);
    cli_text_add(out, "{\"run\":");
    add_json(out, run.bytes, run.count);
    cli_reply_free(&run);
    cli_text_add(out, ",\n\"history\":");
    add_json(out, e->history.bytes, e->history.count);
    add_pictures(e, out);
    const bool good = add_network(out, "network", e->net) &&
                      add_network(out, "classifier", e->labeller.net) && add_bytes(e, out) &&
                      add_codes(e, out) && add_labels(e, out) && add_indices(e, out) &&
                      add_files(e, out) && add_errors(e, out) && add_unusual(e, out) &&
                      add_images(e, images, out);
    add_real(out, "mse", e->score.mse);
    add_real(out, "psnr", e->score.psnr);
    cli_text_add(out, "}\n");
    return good;
}
