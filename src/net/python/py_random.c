/* See py_random.h. */
#include "net/python/py_random.h"

#include <string.h>

#include "net/python/py_sample.h"
#include "net/python/py_shape.h"

/* A call of one of these. */
typedef struct asked {
    int line;
    const emb__py_row *arguments;
    const emb__py_map *keywords;
} asked;

typedef emb_status random_fn(emb__py *py, const asked *a, emb__py_value *out);

static const emb__py_value *given(const asked *a, int i, const char *name) {
    return emb__py_given(a->arguments, a->keywords, i, name);
}

static bool is_kind(const emb__py_value *value, emb__py_drawn_kind kind) {
    return value && value->type == EMB__PY_DRAWN && value->u.drawn->kind == kind;
}

/* ---- noise ----------------------------------------------------------------------------------- */

/* Normal numbers of this mean and deviation, as far as both are known. */
static emb_status normal_numbers(emb__py *py, const asked *a, const emb__py_value *mean,
                                 const emb__py_value *deviation, emb__py_value *out) {
    double middle = 0, factor = 1;
    const bool known = (!mean || emb__py_number(mean, &middle)) &&
                       (!deviation || emb__py_number(deviation, &factor));
    if (!known || middle != 0) {
        return emb__py_unknown(py, a->line, out,
                               "random numbers of this mean and deviation are not followed; a code "
                               "is drawn as mu + torch.randn_like(std) * std, with std = "
                               "torch.exp(0.5 * logvar), or by Normal(mu, std).rsample()");
    }
    const emb__py_drawn is = {.kind = EMB__PY_NORMAL, .half = -1, .factor = factor};
    return emb__py_drawn_value(py, a->line, &is, out);
}

/* x.normal_(mean, std) */
static emb_status fill_normal(emb__py *py, const asked *a, emb__py_value *out) {
    return normal_numbers(py, a, given(a, 1, "mean"), given(a, 2, "std"), out);
}

/* torch.normal(mean, std, size) */
static emb_status make_normal(emb__py *py, const asked *a, emb__py_value *out) {
    return normal_numbers(py, a, given(a, 0, "mean"), given(a, 1, "std"), out);
}

/* torch.randn(3) and torch.randn(1, 3) are the same numbers for all images. */
static emb_status make_randn(emb__py *py, const asked *a, emb__py_value *out) {
    const emb__py_row *sizes = a->arguments;
    if (sizes->count == 1 && sizes->items[0].type == EMB__PY_ROW) sizes = sizes->items[0].u.row;
    const emb__py_value *first = sizes->count > 0 ? &sizes->items[0] : NULL;
    const bool shared =
        first && first->type == EMB__PY_INT && (sizes->count == 1 || first->u.whole == 1);
    if (shared) {
        return emb__py_unknown(py, a->line, out,
                               "these random numbers are the same for all images; expects those "
                               "of each, as in torch.randn_like(std)");
    }
    return normal_numbers(py, a, NULL, NULL, out);
}

/* Of another distribution than the normal one. */
static emb_status others(emb__py *py, const asked *a, emb__py_value *out) {
    return emb__py_unknown(py, a->line, out,
                           "random numbers in forward are not followed, but for a code's; noise on "
                           "the images belongs to the training: take it out, and give embudo train "
                           "--denoise gaussian=0.3, salt=0.1 or mask=0.25");
}

/* ---- distributions --------------------------------------------------------------------------- */

/* Normal(mu, std), std being exp(logvar / 2); or Normal(0, 1), whose numbers are randn's. */
static emb_status normal(emb__py *py, const asked *a, emb__py_value *out) {
    const emb__py_value *mean = given(a, 0, "loc"), *deviation = given(a, 1, "scale");
    double x;
    if (mean && deviation && emb__py_number(mean, &x) && emb__py_number(deviation, &x)) {
        return normal_numbers(py, a, mean, deviation, out);
    }
    emb__py_drawn middle;
    if (!mean || !emb__py_as_scaled(py, mean, &middle) || middle.factor != 1 ||
        !is_kind(deviation, EMB__PY_EXPONENTIAL) || deviation->u.drawn->factor != 0.5) {
        return emb__py_unknown(py, a->line, out,
                               "a Normal is followed with the means and std = torch.exp(0.5 * "
                               "logvar), as in Normal(mu, std).rsample()");
    }
    emb__py_drawn *kept = emb__py_alloc(&py->arena, sizeof *kept);
    if (!kept) return emb__last_status();
    *kept = middle;
    emb__py_drawn is = *deviation->u.drawn;
    is.kind = EMB__PY_DISTRIBUTION;
    is.mean = kept;
    return emb__py_drawn_value(py, a->line, &is, out);
}

/* Independent(Normal(mu, std), 1) draws as the Normal does. */
static emb_status independent(emb__py *py, const asked *a, emb__py_value *out) {
    const emb__py_value *base = given(a, 0, "base_distribution");
    if (!is_kind(base, EMB__PY_DISTRIBUTION)) {
        return emb__py_unknown(py, a->line, out, "Independent of what is no Normal here");
    }
    *out = *base;
    return EMB_OK;
}

static emb_status draw(emb__py *py, const asked *a, emb__py_value *out) {
    const emb__py_value *of = &a->arguments->items[0];
    *out = *of; /* numbers as they are */
    if (!is_kind(of, EMB__PY_DISTRIBUTION)) return EMB_OK;
    emb__py_drawn spread = *of->u.drawn;
    spread.kind = EMB__PY_SPREAD;
    return emb__py_sample_code(py, a->line, of->u.drawn->mean, &spread, out);
}

static emb_status draw_alone(emb__py *py, const asked *a, emb__py_value *out) {
    if (!is_kind(&a->arguments->items[0], EMB__PY_DISTRIBUTION)) return draw(py, a, out);
    return emb__py_unknown(py, a->line, out,
                           "sample() gives the encoder no gradient, so that it does not learn; "
                           "expects rsample()");
}

emb_status emb__py_random_attribute(emb__py *py, const emb__py_value *of, const char *name,
                                    emb__py_value *out, bool *found) {
    const bool mean = strcmp(name, "loc") == 0 || strcmp(name, "mean") == 0;
    *found = is_kind(of, EMB__PY_DISTRIBUTION) &&
             (mean || strcmp(name, "scale") == 0 || strcmp(name, "stddev") == 0);
    if (!*found) return EMB_OK;
    emb__py_drawn is = mean ? *of->u.drawn->mean : *of->u.drawn;
    if (mean && is.half < 0) {
        *out = (emb__py_value){.type = EMB__PY_TENSOR, .line = of->line, .u.whole = is.step};
        return EMB_OK;
    }
    is.kind = mean ? EMB__PY_SCALED : EMB__PY_EXPONENTIAL;
    return emb__py_drawn_value(py, of->line, &is, out);
}

/* ---- all of them ----------------------------------------------------------------------------- */

static const struct {
    const char *name;
    random_fn *run;
    bool of_drawn; /* a method of a distribution, or of normal numbers */
} rows[] = {
    {"normal_", fill_normal, false},     {"normal", make_normal, false},
    {"randn", make_randn, false},        {"Normal", normal, false},
    {"Independent", independent, false}, {"rsample", draw, true},
    {"sample", draw_alone, true},        {"rand", others, false},
    {"rand_like", others, false},        {"randint", others, false},
    {"randint_like", others, false},     {"bernoulli", others, false},
    {"bernoulli_", others, false},       {"poisson", others, false},
    {"uniform_", others, false},         {"Bernoulli", others, false},
    {"Uniform", others, false},          {"randperm", others, false},
    {"multinomial", others, false},
};

emb_status emb__py_random_call(emb__py *py, int line, const char *name,
                               const emb__py_row *arguments, const emb__py_map *keywords,
                               emb__py_value *out, bool *found) {
    const asked a = {line, arguments, keywords};
    const bool is = arguments->count > 0 && arguments->items[0].type == EMB__PY_DRAWN;
    *found = true;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(rows[i].name, name) != 0 || (rows[i].of_drawn && !is)) continue;
        return rows[i].run(py, &a, out);
    }
    *found = false;
    return EMB_OK;
}

bool emb__py_random_path(const char *path, bool in_forward) {
    static const char *const begins[] = {"torch.distributions.", "torch.rand", "torch.normal",
                                         "torch.bernoulli", "torch.poisson"};
    const size_t count = in_forward ? sizeof begins / sizeof *begins : 1;
    for (size_t i = 0; i < count; i++) {
        if (strncmp(path, begins[i], strlen(begins[i])) == 0) return true;
    }
    return false;
}
