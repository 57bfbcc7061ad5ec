/* How unusual an image is, as float C: NAME_score and NAME_unusual. See c_score.h.
 *
 * The weighted sum of an error d over components v, sum(kept (v d)^2) + base |d - its part along
 * them|^2, is written so that nothing is subtracted from a large number: each part is taken off d
 * once it has been counted. Sums run in eight chains, which compilers turn into vectors and which
 * keep floats exact enough. */
#include "model/c/c_score.h"
#include "base/translate.h"

#include <stdio.h>

#include "model/c/c_source.h"
#include "model/judge.h"

enum { MOST_NUMBERS = 1 << 22 /* constants of a score: 16 MB, some 50 MB of text */ };

emb_status emb__c_score_check(const emb__c_score *s, const emb_c_options *options) {
    const emb_verdict *v = options->verdict;
    if (!v) return EMB_OK;
    if (options->part || options->int8) {
        return emb__fail(EMB_ERR_ARGUMENT,
                         options->int8
                             ? E_("%s: a score is written in float, because its threshold "
                                  "was measured so; leave the whole numbers out")
                             : E_("%s: a score needs the whole network, not one part"),
                         s->name);
    }
    const emb_status status = emb__verdict_check(s->net, v, s->name);
    if (status != EMB_OK || emb_verdict_numbers(v) <= MOST_NUMBERS) return status;
    return emb__fail(EMB_ERR_ARGUMENT,
                     "%s: the %s of such images needs %zu numbers, expected at most %d in C; ONNX "
                     "can have them",
                     s->name, emb__unusual_words[v->by], emb_verdict_numbers(v), MOST_NUMBERS);
}

static void print_array(emb__c_score *s, const char *what, const float *values, size_t count) {
    emb__text_add(s->out, "static const float %s_score_%s[%zu] = {", s->name, what, count);
    for (size_t i = 0; i < count && !s->out->failed; i++) {
        emb__text_add(s->out, i % 8 == 0 ? "\n    " : " ");
        emb__c_float(values[i], s->out);
        emb__text_add(s->out, ",");
    }
    emb__text_add(s->out, "\n};\n");
    s->constants += count * sizeof *values;
}

static void print_static(emb__c_score *s, const char *what, size_t count) {
    emb__text_add(s->out, "static float %s_score_%s[%zu];\n", s->name, what, count);
    s->buffer += count * sizeof(float);
}

static void print_number(emb__text *out, const char *before, double x, const char *after) {
    emb__text_add(out, "%s", before);
    emb__c_float((float)x, out);
    emb__text_add(out, "%s", after);
}

static const char sum_of_products[] =
    "static float %s_score_sum(const float *a, const float *b)\n"
    "{\n"
    "    float sums[8] = {0.0f};\n"
    "    for (int i = 0; i + 8 <= %zu; i += 8) {\n"
    "        for (int j = 0; j < 8; j++) sums[j] += a[i + j] * b[i + j];\n"
    "    }\n"
    "%s    return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + "
    "sums[7]));\n"
    "}\n\n";

static void print_sum(const emb__c_score *s, size_t size) {
    char rest[128] = "";
    if (size % 8 > 0) {
        snprintf(rest, sizeof rest,
                 "    for (int i = %zu; i < %zu; i++) sums[i %% 8] += a[i] * b[i];\n",
                 size - size % 8, size);
    }
    emb__text_add(s->out, sum_of_products, s->name, size, rest);
}

/* The limits keep a picture of one colour, and noise, from being excused. */
static const char busy[] =
    "/* The sum of the differences between neighbouring pixels, within the limits of usual images. "
    "*/\n"
    "static float %s_score_busy(const %s_pixel *image)\n"
    "{\n"
    "    float all = 0.0f;\n"
    "    for (int y = 0; y < %d; y++) {\n"
    "        float line = 0.0f;\n"
    "        for (int x = 0; x < %d; x++) {\n"
    "            const float here = image[y * %d + x];\n"
    "            const float right = x + 1 < %d ? image[y * %d + x + 1] - here : 0.0f;\n"
    "            const float below = (y + 1) %% %d > 0 ? image[(y + 1) * %d + x] - here : 0.0f;\n"
    "            line += (right < 0.0f ? -right : right) + (below < 0.0f ? -below : below);\n"
    "        }\n"
    "        all += line;\n"
    "    }\n";

static void print_busy(emb__c_score *s, const emb_unusual *u, const int shape[3]) {
    const int h = shape[1], w = shape[2];
    emb__text_add(s->out, busy, s->name, s->name, shape[0] * h, w, w, w, w, h, w);
    print_number(s->out, "    all = all > ", u->least, " ? all : ");
    print_number(s->out, "", u->least, ";\n");
    print_number(s->out, "    return all < ", u->most, " ? all : ");
    print_number(s->out, "", u->most, ";\n}\n\n");
}

/* ---- each kind: what lies before NAME_score, and its body --------------------------------------
 */

static void print_components(emb__c_score *s, const emb_unusual *u) {
    float *kept = emb__calloc(u->count, sizeof *kept);
    s->out->failed = s->out->failed || !kept;
    if (!kept) return;
    for (size_t c = 0; c < u->count; c++) kept[c] = emb__unusual_kept(u, c);
    print_array(s, "mean", u->mean, u->size);
    print_array(s, "vectors", u->vectors, u->count * u->size);
    print_array(s, "kept", kept, u->count);
    emb__free(kept);
}

static void score_body(emb__c_score *s, const emb_unusual *u) {
    const char *n = s->name;
    emb__text_add(s->out, "    for (int i = 0; i < %zu; i++) d[i] -= %s_score_mean[i];\n", u->size,
                  n);
    emb__text_add(s->out,
                  "    float sum = 0.0f;\n"
                  "    for (int c = 0; c < %zu; c++) {\n"
                  "        const float *v = %s_score_vectors + c * %zu;\n"
                  "        const float along = %s_score_sum(d, v);\n"
                  "        sum += %s_score_kept[c] * along * along;\n"
                  "        for (int i = 0; i < %zu; i++) d[i] -= along * v[i];\n"
                  "    }\n",
                  u->count, n, u->size, n, n, u->size);
    print_number(s->out, "    sum += ", (double)u->base / (double)u->unit, " * ");
    emb__text_add(s->out, "%s_score_sum(d, d);\n    return sum / %s_score_busy(image);\n", n, n);
}

static void reconstruction_body(emb__c_score *s, const emb_unusual *u) {
    emb__text_add(s->out, "    return %s_score_sum(d, d) / %zu.0f;\n", s->name, u->size);
}

static void corrected_body(emb__c_score *s, const emb_unusual *u) {
    (void)u;
    emb__text_add(s->out, "    return %s_score_sum(d, d) / %s_score_busy(image);\n", s->name,
                  s->name);
}

static void region_body(emb__c_score *s, const emb_unusual *u) {
    int shape[3];
    (void)u;
    emb_net_input_shape(s->net, shape);
    const int h = shape[1], w = shape[2], high = emb__unusual_side(h), wide = emb__unusual_side(w);
    emb__text_add(s->out,
                  "    for (int i = 0; i < %d; i++) {\n"
                  "        float sum = 0.0f;\n"
                  "        for (int c = 0; c < %d; c++) sum += d[c * %d + i] * d[c * %d + i];\n"
                  "        d[i] = sum;\n"
                  "    }\n",
                  h * w, shape[0], h * w, h * w);
    emb__text_add(s->out,
                  "    for (int y = 0; y < %d; y++) { /* sums along rows, then down columns */\n"
                  "        for (int x = 0; x <= %d; x++) {\n"
                  "            for (int i = 1; i < %d; i++) d[y * %d + x] += d[y * %d + x + i];\n"
                  "        }\n"
                  "    }\n"
                  "    float most = 0.0f;\n"
                  "    for (int y = 0; y <= %d; y++) {\n"
                  "        for (int x = 0; x <= %d; x++) {\n"
                  "            float sum = d[y * %d + x];\n"
                  "            for (int i = 1; i < %d; i++) sum += d[(y + i) * %d + x];\n"
                  "            most = most >= sum ? most : sum; /* a NaN, too */\n"
                  "        }\n"
                  "    }\n"
                  "    return most / %d.0f;\n",
                  h, w - wide, wide, w, w, h - high, w - wide, w, high, w, high * wide * shape[0]);
}

static void neighbours_body(emb__c_score *s, const emb_unusual *u) {
    const char *n = s->name;
    const size_t k = emb__unusual_neighbours(u);
    emb__text_add(s->out,
                  "    float nearest[%zu]; /* squares, the least first */\n"
                  "    for (int k = 0; k < %zu; k++) nearest[k] = 3e38f;\n"
                  "    for (int m = 0; m < %zu; m++) {\n"
                  "        float far = 0.0f;\n"
                  "        for (int i = 0; i < %zu; i++) {\n"
                  "            const float by = %s_score_code[i] - %s_score_codes[m * %zu + i];\n"
                  "            far += by * by;\n"
                  "        }\n",
                  k, k, u->code_count, u->latent, n, n, u->latent);
    emb__text_add(s->out,
                  "        for (int k = 0; k < %zu; k++) {\n"
                  "            const float kept = nearest[k];\n"
                  "            if (!(far < kept)) continue;\n"
                  "            nearest[k] = far;\n"
                  "            far = kept;\n"
                  "        }\n"
                  "    }\n"
                  "    float sum = 0.0f;\n"
                  "    for (int k = 0; k < %zu; k++) sum += %s_score_root(nearest[k]);\n"
                  "    return sum / %zu.0f;\n",
                  k, k, n, k);
}

static const char root[] = "/* The square root, by Newton's iteration. */\n"
                           "static float %s_score_root(float x)\n"
                           "{\n"
                           "    float y = 1.5f, scale = 1.0f;\n"
                           "    if (!(x > 0.0f) || x > 2e38f) return x;\n"
                           "    for (; x >= 4.0f; x *= 0.25f) scale *= 2.0f;\n"
                           "    for (; x < 1.0f; x *= 4.0f) scale *= 0.5f;\n"
                           "    for (int i = 0; i < 4; i++) y = 0.5f * (y + x / y);\n"
                           "    return y * scale;\n"
                           "}\n\n";

static void (*const bodies[EMB_UNUSUAL_KINDS])(emb__c_score *s, const emb_unusual *u) = {
    [EMB_UNUSUAL_SCORE] = score_body,           [EMB_UNUSUAL_RECONSTRUCTION] = reconstruction_body,
    [EMB_UNUSUAL_REGION] = region_body,         [EMB_UNUSUAL_CORRECTED] = corrected_body,
    [EMB_UNUSUAL_NEIGHBOURS] = neighbours_body,
};

/* Constants, memory and helpers of NAME_score. */
static void print_before(emb__c_score *s, const emb_unusual *u, emb_unusual_by by) {
    int shape[3];
    emb_net_input_shape(s->net, shape);
    if (u->uses_net) print_static(s, "code", (size_t)emb_net_latent(s->net));
    if (by == EMB_UNUSUAL_NEIGHBOURS) {
        print_array(s, "codes", u->codes, u->code_count * u->latent);
        emb__text_add(s->out, "\n");
        emb__text_add(s->out, root, s->name);
        return;
    }
    print_static(s, "error", u->size);
    if (by == EMB_UNUSUAL_SCORE) print_components(s, u);
    emb__text_add(s->out, "\n");
    if (by != EMB_UNUSUAL_REGION) {
        print_sum(s, u->size);
    }
    if (by == EMB_UNUSUAL_SCORE || by == EMB_UNUSUAL_CORRECTED) print_busy(s, u, shape);
}

void emb__c_score_print(emb__c_score *s, emb__text *out) {
    const emb_verdict *v = s->verdict;
    const char *n = s->name;
    s->out = out;
    if (!v) return;
    const emb_unusual *u = v->unusual;
    print_before(s, u, v->by);
    emb__text_add(s->out, "float %s_score(const %s_pixel *image)\n{\n", n, n);
    if (u->uses_net) emb__text_add(s->out, "    %s_encode(image, %s_score_code);\n", n, n);
    if (v->by != EMB_UNUSUAL_NEIGHBOURS) {
        emb__text_add(s->out, "    float *d = %s_score_error;\n", n);
        if (u->uses_net) emb__text_add(s->out, "    %s_decode(%s_score_code, d);\n", n, n);
        emb__text_add(s->out, "    for (int i = 0; i < %zu; i++) d[i] = image[i]%s;\n", u->size,
                      u->uses_net ? " - d[i]" : "");
    }
    bodies[v->by](s, u);
    emb__text_add(s->out, "}\n\n");
    emb__text_add(
        s->out,
        "int %s_unusual(const %s_pixel *image)\n{\n"
        "    return !(%s_score(image) <= %s_THRESHOLD); /* a NaN is unusual, too */\n}\n\n",
        n, n, n, s->upper);
}

/* ---- the header ------------------------------------------------------------------------------ */

void emb__c_score_define(const emb__c_score *s, emb__text *out) {
    emb_verdict own;
    const emb_verdict *v = s->verdict;
    const bool carried = !v && emb_verdict_stored(s->net, &own);
    if (carried) v = &own;
    if (!v) return;
    emb__text_add(out,
                  "\n/* Above this %s, an image is unusual; so are %g %% of usual images.%s */\n",
                  emb__unusual_words[v->by], 100 * v->false_alarms,
                  carried ? " (embudo export --score writes\n * what computes it.)" : "");
    emb__text_add(out, "#define %s_THRESHOLD ", s->upper);
    print_number(out, "", v->threshold, "\n");
}

void emb__c_score_declare(const emb__c_score *s, emb__text *out) {
    if (!s->verdict) return;
    emb__text_add(
        out,
        "\n/* How unusual image[%s_IMAGE] is, and whether it is: 1, or 0 for an image that "
        "is as\n * usual ones are. */\nfloat %s_score(const %s_pixel *image);\n"
        "int %s_unusual(const %s_pixel *image);\n",
        s->upper, s->name, s->name, s->name, s->name);
}
