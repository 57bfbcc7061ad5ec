/* See py_sample.h. */
#include "net/python/py_sample.h"

#include <math.h>
#include <string.h>

#include "net/python/py_loss.h"
#include "net/python/py_shape.h"

/* ---- values on the way ----------------------------------------------------------------------- */

emb_status emb__py_drawn_value(emb__py *py, int line, const emb__py_drawn *is, emb__py_value *out) {
    emb__py_drawn *made = emb__py_alloc(&py->arena, sizeof *made);
    if (!made) return emb__last_status();
    *made = *is;
    *out = (emb__py_value){.type = EMB__PY_DRAWN, .line = line, .u.drawn = made};
    return EMB_OK;
}

bool emb__py_as_scaled(const emb__py *py, const emb__py_value *value, emb__py_drawn *is) {
    if (value->type == EMB__PY_TENSOR) {
        *is = (emb__py_drawn){
            .kind = EMB__PY_SCALED, .step = emb__py_step_of(py, value), .half = -1, .factor = 1};
        return true;
    }
    if (value->type != EMB__PY_DRAWN) return false;
    *is = *value->u.drawn;
    return is->kind == EMB__PY_SCALED;
}

static bool is_drawn(const emb__py_value *value, emb__py_drawn_kind kind) {
    return value->type == EMB__PY_DRAWN && value->u.drawn->kind == kind;
}

/* Normal numbers that are added to a tensor or multiplied with one. */
static emb_status refuse_noise(emb__py *py, int line, int sign, const emb__py_value *noise,
                               int step, emb__py_value *out) {
    if (!emb__py_is_image(py, step) || sign == '*') {
        return emb__py_unknown(py, line, out,
                               "noise in forward is not followed, but for a code's, mu + eps * "
                               "exp(logvar / 2); Dropout is, and --denoise is noise on the images");
    }
    return emb__py_unknown(py, line, out,
                           "noise on the images belongs to the training, and not to the network: "
                           "take it out of forward, and give embudo train --denoise gaussian=%lg",
                           fabs(noise->u.drawn->factor));
}

static emb_status not_followed(emb__py *py, int line, int sign, emb__py_value *out) {
    const char shown[4] = {(char)sign, (char)(sign >> 8), (char)(sign >> 16), '\0'};
    return emb__py_unknown(py, line, out,
                           "'%s' with a tensor is not followed: two tensors may be added (+), a "
                           "code drawn as mu + eps * exp(logvar / 2), and nothing else",
                           shown);
}

/* ---- the layer ------------------------------------------------------------------------------- */

emb_status emb__py_sample_code(emb__py *py, int line, const emb__py_drawn *mean,
                               const emb__py_drawn *spread, emb__py_value *out) {
    const emb__py_value both[2] = {{.type = EMB__PY_TENSOR, .u.whole = mean->step},
                                   {.type = EMB__PY_TENSOR, .u.whole = spread->step}};
    emb__py_value joined = both[0];
    emb_status status = EMB_OK;
    if (mean->half < 0 && spread->half < 0) {
        const emb__shape *a = emb__py_shape(py, &both[0]), *b = emb__py_shape(py, &both[1]);
        if (a->rank != b->rank || memcmp(a->d, b->d, sizeof a->d) != 0) {
            return emb__py_fail(py->source, line,
                                "the means and the logarithms of the variances differ in shape");
        }
        status = emb__py_join(py, line, false, both, 2, &joined);
    } else if (mean->half != 0 || spread->half != 1 || mean->step != spread->step) {
        return emb__py_fail(py->source, line,
                            "expects the means in the first half of a tensor and the logarithms of "
                            "the variances in the second, or both as tensors");
    } else if (emb__py_shape(py, &joined)->rank == 2) {
        const emb__shape row = {1, {(int)emb__shape_count(emb__py_shape(py, &joined))}};
        status = emb__py_reshape(py, line, &both[0], &row, &joined);
    }
    if (status == EMB_OK) {
        status = emb__py_apply_plain(py, line, "Variational()", &joined, out);
    }
    if (status == EMB_OK) {
        py->samples++;
        emb__py_note(py, "it is variational: the code is drawn by a Variational layer, whose "
                         "divergence (beta=1) is added to the reconstruction's loss");
    }
    return status;
}

/* Whether it is a tensor, or half of one, times a number. */
static bool is_times(const emb__py_value *value) {
    return is_drawn(value, EMB__PY_SCALED) && value->u.drawn->factor != 1;
}

/* ---- arithmetic ------------------------------------------------------------------------------ */

static emb_status multiply(emb__py *py, int line, int sign, const emb__py_value *a,
                           const emb__py_value *b, emb__py_value *out) {
    emb__py_drawn is;
    double x;
    if (sign == '*' && emb__py_number(a, &x) && emb__py_as_scaled(py, b, &is)) {
        is.factor *= x;
        return emb__py_drawn_value(py, line, &is, out);
    }
    if (emb__py_number(b, &x) && x != 0 && emb__py_as_scaled(py, a, &is)) {
        is.factor *= sign == '*' ? x : 1 / x;
        return emb__py_drawn_value(py, line, &is, out);
    }
    const emb__py_value *noise = is_drawn(a, EMB__PY_NORMAL) ? a : b;
    const emb__py_value *root = noise == a ? b : a;
    if (!is_drawn(noise, EMB__PY_NORMAL)) return not_followed(py, line, sign, out);
    if (emb__py_number(root, &x) && x != 0 && (sign == '*' || noise == a)) {
        is = *noise->u.drawn;
        is.factor *= sign == '*' ? x : 1 / x;
        return emb__py_drawn_value(py, line, &is, out);
    }
    if (emb__py_as_scaled(py, root, &is)) return refuse_noise(py, line, '*', noise, is.step, out);
    if (sign == '*' && is_drawn(root, EMB__PY_EXPONENTIAL) && root->u.drawn->factor == 0.5 &&
        noise->u.drawn->factor == 1) {
        is = *root->u.drawn;
        is.kind = EMB__PY_SPREAD;
        return emb__py_drawn_value(py, line, &is, out);
    }
    return not_followed(py, line, sign, out);
}

static emb_status add(emb__py *py, int line, const emb__py_value *a, const emb__py_value *b,
                      emb__py_value *out) {
    const emb__py_value *spread = is_drawn(a, EMB__PY_SPREAD) ? a : b;
    emb__py_drawn mean;
    double x;
    if (is_drawn(spread, EMB__PY_SPREAD) && emb__py_as_scaled(py, spread == a ? b : a, &mean) &&
        mean.factor == 1) {
        return emb__py_sample_code(py, line, &mean, spread->u.drawn, out);
    }
    if (a->type == EMB__PY_TENSOR && b->type == EMB__PY_TENSOR) {
        const emb__py_value both[2] = {*a, *b};
        return emb__py_join(py, line, true, both, 2, out);
    }
    if ((emb__py_number(a, &x) && x == 0) || (emb__py_number(b, &x) && x == 0)) {
        *out = a->type == EMB__PY_TENSOR || a->type == EMB__PY_DRAWN ? *a : *b;
        return EMB_OK;
    }
    const emb__py_value *noise = is_drawn(a, EMB__PY_NORMAL) ? a : b;
    emb__py_drawn other;
    if (!emb__py_as_scaled(py, noise == a ? b : a, &other)) return not_followed(py, line, '+', out);
    if (is_drawn(noise, EMB__PY_NORMAL)) {
        return refuse_noise(py, line, '+', noise, other.step, out);
    }
    if (emb__py_as_scaled(py, noise, &other) && (is_times(a) || is_times(b))) {
        return emb__py_unknown(py, line, out,
                               "a tensor times a number is not followed, but on the way to a code "
                               "that is drawn, mu + eps * exp(logvar / 2)");
    }
    return not_followed(py, line, '+', out);
}

/* exp(logvar) ** 0.5 */
static emb_status power(emb__py *py, int line, const emb__py_value *a, double by,
                        emb__py_value *out) {
    if (!is_drawn(a, EMB__PY_EXPONENTIAL)) {
        return not_followed(py, line, EMB__PY_SIGN('*', '*', 0), out);
    }
    emb__py_drawn is = *a->u.drawn;
    is.factor *= by;
    return emb__py_drawn_value(py, line, &is, out);
}

emb_status emb__py_sample_binary(emb__py *py, int line, int sign, const emb__py_value *a,
                                 const emb__py_value *b, emb__py_value *out) {
    double x;
    *out = a->type == EMB__PY_UNKNOWN ? *a : *b;
    if (out->type == EMB__PY_UNKNOWN) return EMB_OK;
    emb__py_value pair[2] = {*a, *b};
    const emb__py_row both = {.count = 2, .items = pair};
    const emb__py_map none = {0};
    if (sign == '-' && emb__py_compares(py, NULL, &both, &none)) return emb__py_compared(py, line);
    if ((sign == '*' || sign == '/') && emb__py_number(b, &x) && x == 1) {
        *out = *a;
        return EMB_OK;
    }
    if (sign == '*' && emb__py_number(a, &x) && x == 1) return EMB_OK; /* *out is b */
    if (sign == '*' || sign == '/') return multiply(py, line, sign, a, b, out);
    if (sign == '+') return add(py, line, a, b, out);
    if (sign == '-' && emb__py_number(b, &x) && x == 0) {
        *out = *a;
        return EMB_OK;
    }
    if (sign == EMB__PY_SIGN('*', '*', 0) && emb__py_number(b, &x)) {
        return power(py, line, a, x, out);
    }
    return not_followed(py, line, sign, out);
}

/* ---- functions ------------------------------------------------------------------------------- */

static emb_status exponential(emb__py *py, int line, const emb__py_value *of, emb__py_value *out) {
    emb__py_drawn is;
    if (!emb__py_as_scaled(py, of, &is))
        return emb__py_unknown(py, line, out, "exp() is not followed here");
    is.kind = EMB__PY_EXPONENTIAL;
    return emb__py_drawn_value(py, line, &is, out);
}

/* torch.chunk(x, 2, dim=1), torch.split(x, 8, dim=1): two halves. */
static emb_status halves(emb__py *py, int line, bool split, const emb__py_row *arguments,
                         const emb__py_map *keywords, emb__py_value *out) {
    const emb__py_value *of = &arguments->items[0];
    const emb__py_value *count =
        emb__py_given(arguments, keywords, 1, split ? "split_size_or_sections" : "chunks");
    const emb__py_value *dim = emb__py_given(arguments, keywords, 2, "dim");
    const emb__shape *shape = emb__py_shape(py, of);
    int at = -1;
    const bool first = dim && dim->type == EMB__PY_INT &&
                       emb__py_image_dim(shape, dim->u.whole, false, &at) && at == 0;
    int64_t wanted = count && count->type == EMB__PY_INT ? count->u.whole : 0;
    if (split && count && count->type == EMB__PY_ROW && count->u.row->count == 2 &&
        emb__py_same(&count->u.row->items[0], &count->u.row->items[1]) &&
        count->u.row->items[0].type == EMB__PY_INT) {
        wanted = count->u.row->items[0].u.whole;
    }
    const bool two = split ? wanted * 2 == shape->d[0] : wanted == 2 && shape->d[0] % 2 == 0;
    if (!first || !two) {
        return emb__py_unknown(py, line, out,
                               "a tensor is cut into two halves of dim=1 alone, the means and the "
                               "logarithms of the variances");
    }
    emb__py_row *row = emb__py_row_new(py, true);
    emb_status status = row ? EMB_OK : emb__last_status();
    for (int half = 0; half < 2 && status == EMB_OK; half++) {
        const emb__py_drawn is = {
            .kind = EMB__PY_SCALED, .step = emb__py_step_of(py, of), .half = half, .factor = 1};
        emb__py_value value;
        status = emb__py_drawn_value(py, line, &is, &value);
        if (status == EMB_OK) status = emb__py_row_add(py, row, &value);
    }
    if (status == EMB_OK) *out = emb__py_row_value(row);
    return status;
}

typedef enum way { SIZES, NORMAL, EXP, ROOT, TIMES, OVER, PLUS, CHUNK, SPLIT, KEEP, POWER } way;

static const struct {
    const char *name;
    way way;
    bool of_drawn; /* only of what is on its way to a drawn code */
} ways[] = {
    {"randn_like", NORMAL, false},
    {"empty_like", NORMAL, false},
    {"exp", EXP, false},
    {"sqrt", ROOT, false},
    {"mul", TIMES, false},
    {"multiply", TIMES, false},
    {"div", OVER, false},
    {"add", PLUS, false},
    {"chunk", CHUNK, false},
    {"split", SPLIT, false},
    {"pow", POWER, false},
    {"new", KEEP, true},
    {"to", KEEP, true},
    {"cuda", KEEP, true},
    {"cpu", KEEP, true},
    {"float", KEEP, true},
    {"type_as", KEEP, true},
    {"type", KEEP, true},
    {"requires_grad_", KEEP, true},
    {"size", SIZES, true},
    {"detach", KEEP, true},
    {"clone", KEEP, true},
    {"contiguous", KEEP, true},
};

/* The same name with '_' at its end does it in place; of such values there is only one reader. */
static bool is_named(const char *name, const char *plain) {
    const size_t length = strlen(plain);
    return strncmp(name, plain, length) == 0 &&
           (!name[length] || (name[length] == '_' && !name[length + 1]));
}

emb_status emb__py_sample_sizes(emb__py *py, const emb__py_value *of, emb__py_value *out) {
    const emb__py_value step = {.type = EMB__PY_TENSOR, .u.whole = of->u.drawn->step};
    return emb__py_sizes(py, &step, out); /* of random numbers: nobody looks */
}

static emb_status run(emb__py *py, int line, way is, const emb__py_row *arguments,
                      const emb__py_map *keywords, emb__py_value *out) {
    static const emb__py_drawn noise = {.kind = EMB__PY_NORMAL, .half = -1, .factor = 1};
    const emb__py_value *a = &arguments->items[0];
    const emb__py_value *b = emb__py_given(arguments, keywords, 1, "other");
    double x;
    if (is == SIZES) return emb__py_sample_sizes(py, a, out);
    if (is == NORMAL) return emb__py_drawn_value(py, line, &noise, out);
    if (is == EXP) return exponential(py, line, a, out);
    if (is == ROOT) return power(py, line, a, 0.5, out);
    if (is == CHUNK || is == SPLIT) return halves(py, line, is == SPLIT, arguments, keywords, out);
    if (is == KEEP || !b) {
        *out = *a;
        return EMB_OK;
    }
    if (is == POWER) {
        return emb__py_number(b, &x) ? power(py, line, a, x, out)
                                     : not_followed(py, line, '^', out);
    }
    const int sign = is == TIMES ? '*' : is == OVER ? '/' : '+';
    const emb__py_value *alpha = emb__py_given(arguments, keywords, 2, "alpha");
    if (alpha && is == PLUS && !(emb__py_number(alpha, &x) && x == 1)) {
        return emb__py_unknown(py, line, out, "add() with alpha is not followed");
    }
    return emb__py_sample_binary(py, line, sign, a, b, out);
}

emb_status emb__py_sample_call(emb__py *py, int line, const char *name,
                               const emb__py_row *arguments, const emb__py_map *keywords,
                               emb__py_value *out, bool *found) {
    const emb__py_value *first = arguments->count > 0 ? &arguments->items[0] : NULL;
    *found = true;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (!is_named(name, ways[i].name)) continue;
        const bool is = first && first->type == EMB__PY_DRAWN;
        if (ways[i].of_drawn && !is) continue;
        if (ways[i].way != NORMAL && (!first || (!is && first->type != EMB__PY_TENSOR))) continue;
        if ((ways[i].way == CHUNK || ways[i].way == SPLIT) && is) continue;
        const emb_status status = run(py, line, ways[i].way, arguments, keywords, out);
        const bool in_place = name[strlen(ways[i].name)] == '_' && ways[i].way != KEEP;
        return status == EMB_OK && in_place ? emb__py_overwrite(py, line, first, out) : status;
    }
    *found = false;
    return EMB_OK;
}

/* ---- items ----------------------------------------------------------------------------------- */

static bool is_all(const emb__py_value *index) {
    if (index->type != EMB__PY_RANGE) return false;
    for (int i = 0; i < 3; i++) {
        if (index->u.row->items[i].type != EMB__PY_NONE) return false;
    }
    return true;
}

/* Which half [0, half) or [half, all) a slice is; -1: none. */
static int half_of(const emb__py_value *index, int size, int rank) {
    if (index->type == EMB__PY_INT) { /* of two rows */
        const int64_t row = index->u.whole < 0 ? index->u.whole + 2 : index->u.whole;
        return size == 2 && rank > 1 && (row == 0 || row == 1) ? (int)row : -1;
    }
    if (index->type != EMB__PY_RANGE || size % 2 != 0) return -1;
    const emb__py_value *ends = index->u.row->items;
    const bool from = ends[0].type == EMB__PY_INT && ends[0].u.whole == size / 2;
    const bool begins =
        ends[0].type == EMB__PY_NONE || (ends[0].type == EMB__PY_INT && ends[0].u.whole == 0);
    const bool to = ends[1].type == EMB__PY_INT &&
                    (ends[1].u.whole == size / 2 || ends[1].u.whole == -size / 2);
    const bool stops =
        ends[1].type == EMB__PY_NONE || (ends[1].type == EMB__PY_INT && ends[1].u.whole == size);
    if (ends[2].type != EMB__PY_NONE) return -1;
    return begins && to ? 0 : from && stops ? 1 : -1;
}

emb_status emb__py_sample_item(emb__py *py, int line, const emb__py_value *tensor,
                               const emb__py_value *index, emb__py_value *out, bool *found) {
    const emb__shape *shape = emb__py_shape(py, tensor);
    const emb__py_row *row = index->type == EMB__PY_ROW ? index->u.row : NULL;
    bool good = row && row->count >= 2 && is_all(&row->items[0]);
    for (int i = 2; good && i < row->count; i++) good = is_all(&row->items[i]);
    const int half = good ? half_of(&row->items[1], shape->d[0], shape->rank) : -1;
    *found = half >= 0;
    if (!*found) return EMB_OK;
    const emb__py_drawn is = {
        .kind = EMB__PY_SCALED, .step = emb__py_step_of(py, tensor), .half = half, .factor = 1};
    return emb__py_drawn_value(py, line, &is, out);
}
