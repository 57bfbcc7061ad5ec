/* Several of ONNX's operators that are one activation together, as exporters write GELU, SiLU or
 * Mish: known by their values, in whatever way they are written. See onnx.h.
 *
 * From a tensor on, the head, all operators are gathered that compute each number by itself, from
 * the head and constants of one number. As soon as nothing but the last one is read outside, they
 * are a curve; if it runs through the same points as an activation of the table, they are that. */
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <math.h>
#include <string.h>

#include "model/onnx/onnx.h"
#include "net/layers/kinds.h"

enum { NEAR = 96, MOST = 48, STEPS = 24, INPUTS = 3, POINTS = 64, READS = 2 };

/* ---- the operators --------------------------------------------------------------------------- */

typedef double of_numbers(const double *in);

static double add(const double *in) { return in[0] + in[1]; }
static double subtract(const double *in) { return in[0] - in[1]; }
static double multiply(const double *in) { return in[0] * in[1]; }
static double divide(const double *in) { return in[0] / in[1]; }
static double power(const double *in) { return pow(in[0], in[1]); }
static double negative(const double *in) { return -in[0]; }
static double magnitude(const double *in) { return fabs(in[0]); }
static double exponential(const double *in) { return exp(in[0]); }
static double logarithm(const double *in) { return log(in[0]); }
static double root(const double *in) { return sqrt(in[0]); }
static double reciprocal(const double *in) { return 1 / in[0]; }
static double error(const double *in) { return erf(in[0]); }
static double tangent(const double *in) { return tanh(in[0]); }
static double logistic(const double *in) { return 1 / (1 + exp(-in[0])); }
static double softplus(const double *in) { return fmax(in[0], 0) + log1p(exp(-fabs(in[0]))); }
static double softsign(const double *in) { return in[0] / (1 + fabs(in[0])); }
static double positive(const double *in) { return fmax(in[0], 0); }
static double most(const double *in) { return fmax(in[0], in[1]); }
static double least(const double *in) { return fmin(in[0], in[1]); }
static double clip(const double *in) { return fmin(fmax(in[0], in[1]), in[2]); }
static double leaky(const double *in) { return in[0] > 0 ? in[0] : in[1] * in[0]; }
static double elu(const double *in) { return in[0] > 0 ? in[0] : in[1] * expm1(in[0]); }
static double celu(const double *in) {
    return fmax(in[0], 0) + fmin(0, in[1] * expm1(in[0] / in[1]));
}
static double selu(const double *in) { return in[2] * (in[0] > 0 ? in[0] : in[1] * expm1(in[0])); }
static double threshold(const double *in) { return in[0] > in[1] ? in[0] : 0; }
static double hard_sigmoid(const double *in) { return fmin(fmax(in[1] * in[0] + in[2], 0), 1); }
static double hard_swish(const double *in) { return in[0] * fmin(fmax(in[0] / 6 + 0.5, 0), 1); }
static double swish(const double *in) { return in[0] / (1 + exp(-in[1] * in[0])); }
static double mish(const double *in) { return in[0] * tanh(softplus(in)); }
static double greater(const double *in) { return in[0] > in[1]; }
static double less(const double *in) { return in[0] < in[1]; }
static double choose(const double *in) { return in[0] != 0 ? in[1] : in[2]; }
static double same(const double *in) { return in[0]; }

/* Inputs that a node leaves out are the attributes of these names, or these numbers. */
typedef struct operator{
    const char *name;
    of_numbers *of;
    int inputs;
    struct {
        const char *name;
        double otherwise;
    } more[READS];
}
operator;

static const operator operators[] = {
    {"Add", add, 2, {{0}}},
    {"Sub", subtract, 2, {{0}}},
    {"Mul", multiply, 2, {{0}}},
    {"Div", divide, 2, {{0}}},
    {"Pow", power, 2, {{0}}},
    {"Neg", negative, 1, {{0}}},
    {"Abs", magnitude, 1, {{0}}},
    {"Exp", exponential, 1, {{0}}},
    {"Log", logarithm, 1, {{0}}},
    {"Sqrt", root, 1, {{0}}},
    {"Reciprocal", reciprocal, 1, {{0}}},
    {"Erf", error, 1, {{0}}},
    {"Tanh", tangent, 1, {{0}}},
    {"Sigmoid", logistic, 1, {{0}}},
    {"Softplus", softplus, 1, {{0}}},
    {"Softsign", softsign, 1, {{0}}},
    {"Relu", positive, 1, {{0}}},
    {"Max", most, 2, {{0}}},
    {"Min", least, 2, {{0}}},
    {"Clip", clip, 1, {{"min", -INFINITY}, {"max", INFINITY}}},
    {"LeakyRelu", leaky, 1, {{"alpha", 0.01}}},
    {"Elu", elu, 1, {{"alpha", 1}}},
    {"Celu", celu, 1, {{"alpha", 1}}},
    {"Selu", selu, 1, {{"alpha", 1.67326319217681884766}, {"gamma", 1.05070102214813232422}}},
    {"ThresholdedRelu", threshold, 1, {{"alpha", 1}}},
    {"HardSigmoid", hard_sigmoid, 1, {{"alpha", 0.2}, {"beta", 0.5}}},
    {"HardSwish", hard_swish, 1, {{0}}},
    {"Swish", swish, 1, {{"alpha", 1}}},
    {"Mish", mish, 1, {{0}}},
    {"Greater", greater, 2, {{0}}},
    {"Less", less, 2, {{0}}},
    {"Where", choose, 3, {{0}}},
    {"Identity", same, 1, {{0}}},
};

static const operator* find(const char *name) {
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        if (strcmp(operators[i].name, name) == 0) return &operators[i];
    }
    return NULL;
}

bool emb__onnx_is_curve(const char *op) { return find(op); }

/* ---- gathering them -------------------------------------------------------------------------- */

/* The head, a constant, or an operator's result. */
typedef struct term {
    const char *name;
    const operator* op;
    int in[INPUTS];
    double more[READS]; /* attributes */
    double number;      /* of a constant */
} term;

typedef struct formula {
    emb__onnx_chain *chain;
    bool (*knows)(const char *op);
    term terms[MOST]; /* the first is the head */
    int count, steps;
    size_t nodes[STEPS];
} formula;

static const Emb__Onnx__Graph *graph_of(const formula *f) { return f->chain->file->model->graph; }

static size_t reads(const Emb__Onnx__Node *node, const char *name) {
    size_t count = 0;
    for (size_t i = 0; i < node->n_input; i++) {
        count += strcmp(emb__onnx_text(node->input[i]), name) == 0;
    }
    return count;
}

/* The term of that name, which may be a constant of one number; -1 if it is neither. */
static int term_of(formula *f, const char *name) {
    for (int i = 0; i < f->count; i++) {
        if (strcmp(f->terms[i].name, name) == 0) return i;
    }
    const emb__onnx_value *value = emb__onnx_find(f->chain, name);
    if (!value || value->kind == EMB__ONNX_IMAGES || f->count == MOST) return -1;
    size_t count = value->kind == EMB__ONNX_INTEGERS ? (size_t)value->rank : 0;
    float *number = NULL;
    if (count == 0 && emb__onnx_present(f->chain, value, &count) != EMB_OK) return -1;
    if (count != 1 || emb__onnx_read(f->chain, value, &number, &count) != EMB_OK) return -1;
    f->terms[f->count] = (term){.name = name, .number = (double)*number};
    emb__free(number);
    return f->count++;
}

static bool is_plain(const Emb__Onnx__Node *node) {
    const char *domain = emb__onnx_text(node->domain);
    return !*domain || strcmp(domain, "ai.onnx") == 0;
}

/* Adds the node i; false if it is more than a step from the head and constants. */
static bool add_step(formula *f, size_t i) {
    const Emb__Onnx__Node *node = graph_of(f)->node[i];
    const operator* op = find(emb__onnx_text(node->op_type));
    term made = {.op = op};
    if (!op || f->steps == STEPS || node->n_output != 1 || (int)node->n_input < op->inputs ||
        (int)node->n_input > op->inputs + (op->of == clip ? READS : 0)) {
        return false;
    }
    f->chain->node = node;
    if (!is_plain(node) || emb__onnx_check_types(f->chain) != EMB_OK) return false;
    for (int k = 0; k < READS && op->more[k].name; k++) {
        const Emb__Onnx__Attribute *own = emb__onnx_attribute(f->chain, op->more[k].name);
        made.more[k] = own ? (double)own->f : op->more[k].otherwise;
    }
    for (int k = 0; k < INPUTS; k++) made.in[k] = -1;
    for (int k = 0; k < (int)node->n_input; k++) {
        const char *name = emb__onnx_text(node->input[k]);
        if (*name && (made.in[k] = term_of(f, name)) < 0) return false;
    }
    made.name = emb__onnx_text(node->output[0]);
    if (f->count == MOST || term_of(f, made.name) >= 0) return false; /* it is there already */
    f->nodes[f->steps++] = i;
    f->terms[f->count++] = made;
    return true;
}

/* How often the steps read a term. */
static size_t reads_inside(const formula *f, int which) {
    size_t inside = 0;
    for (int s = 0; s < f->steps; s++) {
        inside += reads(graph_of(f)->node[f->nodes[s]], f->terms[which].name);
    }
    return inside;
}

/* Whether nothing else reads the term, or the head. */
static bool is_ours(const formula *f, int which) {
    return reads_inside(f, which) == (size_t)emb__onnx_readers(f->chain, f->terms[which].name);
}

/* Whether nothing but the head and the last step is read outside, and all others inside. */
static bool is_closed(const formula *f) {
    for (int i = 0; i + 1 < f->count; i++) {
        if (i > 0 && !f->terms[i].op) continue; /* a constant */
        if (reads_inside(f, i) == 0) return false;
        if (i > 0 && (!is_ours(f, i) || emb__onnx_is_output(f->chain, f->terms[i].name)))
            return false;
    }
    return f->steps > 1 || is_ours(f, 0);
}

/* ---- what curve they are --------------------------------------------------------------------- */

static double value_at(const formula *f, double x) {
    double values[MOST] = {x};
    for (int i = 1; i < f->count; i++) {
        const term *t = &f->terms[i];
        double in[INPUTS] = {0};
        if (!t->op) values[i] = t->number;
        if (!t->op) continue;
        for (int k = 0; k < INPUTS; k++) {
            const int attribute = k - t->op->inputs;
            if (t->in[k] >= 0) {
                in[k] = values[t->in[k]];
            } else if (attribute >= 0 && attribute < READS) {
                in[k] = t->more[attribute];
            }
        }
        values[i] = t->op->of(in);
    }
    return values[f->count - 1];
}

/* Points of both signs, close together at 0. */
static double point(int i) {
    const double s = (i - 31.5) / 31.5;
    return 14 * s * fabs(s);
}

static bool is_same(const double y[POINTS], const emb__layer_kind *kind,
                    const float numbers[EMB__CURVE_ARGS]) {
    const emb__activation *a = kind->activation;
    const emb__kernels *k = emb__kernels_choose();
    _Alignas(64) float x[POINTS], made[POINTS];
    if (!k || (a->check && a->check(numbers) != EMB_OK)) return false;
    for (int i = 0; i < POINTS; i++) x[i] = (float)point(i);
    k->curve[a->curve](x, made, POINTS / EMB__LANES, numbers);
    for (int i = 0; i < POINTS; i++) {
        if (!(fabs((double)made[i] - y[i]) <= 4e-6 * (1 + fabs(y[i])))) return false;
    }
    return true;
}

/* Candidate c for argument `arg`: its default, a word, or one of the formula's constants or its
 * reciprocal; false past the last. */
static bool candidate(const formula *f, const emb__arg_kind *arg, int c, float *number) {
    int words = 0;
    while (arg->type == EMB__WORD && arg->words[words]) words++;
    *number = arg->type == EMB__WORD ? (float)c : (float)arg->real.value;
    if (arg->type == EMB__WORD) return c < words;
    if (c == 0) return true;
    for (int i = 1; i < f->count; i++) {
        if (f->terms[i].op || (c -= 2) > 0) continue;
        *number = (float)(c == 0 ? 1 / f->terms[i].number : f->terms[i].number);
        return true;
    }
    return false;
}

/* Tries a row with all candidates for its arguments; `numbers` keeps those that fit. */
static bool fits(const formula *f, const double y[POINTS], const emb__layer_kind *kind,
                 float numbers[EMB__CURVE_ARGS]) {
    const emb__arg_kind *args[EMB__CURVE_ARGS] = {0};
    int count = 0;
    for (const emb__arg_kind *arg = kind->args; arg->name; arg++) {
        if (emb__activation_is_number(arg)) args[count++] = arg;
    }
    memcpy(numbers, kind->activation->fixed, sizeof kind->activation->fixed);
    if (count == 0) return is_same(y, kind, numbers);
    for (int first = 0; candidate(f, args[0], first, &numbers[0]); first++) {
        if (count == 1 && is_same(y, kind, numbers)) return true;
        for (int next = 0; count > 1 && candidate(f, args[1], next, &numbers[1]); next++) {
            if (is_same(y, kind, numbers)) return true;
        }
    }
    return false;
}

static const emb__layer_kind *recognise(const formula *f, float numbers[EMB__CURVE_ARGS]) {
    double y[POINTS];
    for (int i = 0; i < POINTS; i++) {
        y[i] = value_at(f, (double)(float)point(i));
        if (!isfinite(y[i])) return NULL;
    }
    bool straight = true; /* y = x: nothing is to be found */
    for (int i = 0; i < POINTS; i++) straight &= fabs(y[i] - point(i)) < 1e-6;
    for (int row = 0; emb__activations[row] && !straight; row++) {
        if (fits(f, y, emb__activations[row], numbers)) return emb__activations[row];
    }
    return NULL;
}

/* ---- finding them ---------------------------------------------------------------------------- */

/* The first tensor that the node reads and that is no constant; NULL: none. */
static const char *read_by(const emb__onnx_chain *chain, const Emb__Onnx__Node *node) {
    for (size_t i = 0; i < node->n_input; i++) {
        const char *name = emb__onnx_text(node->input[i]);
        const emb__onnx_value *value = *name ? emb__onnx_find(chain, name) : NULL;
        if (*name && (!value || value->kind == EMB__ONNX_IMAGES)) return name;
    }
    return NULL;
}

/* Whether node i begins something that would not be read by itself: its input is read again, no
 * row has its operator, or it is a factor that belongs to a softplus. */
static bool may_begin(const formula *f, size_t i) {
    const Emb__Onnx__Node *node = graph_of(f)->node[i];
    const char *op = emb__onnx_text(node->op_type), *head = f->terms[0].name;
    if (!head || node->n_output != 1) return false;
    if (emb__onnx_readers(f->chain, head) > 1 || !f->knows(op)) return true;
    const char *made = emb__onnx_text(node->output[0]);
    for (size_t k = i + 1; strcmp(op, "Mul") == 0 && k < graph_of(f)->n_node; k++) {
        const Emb__Onnx__Node *next = graph_of(f)->node[k];
        if (reads(next, made) > 0) return strcmp(emb__onnx_text(next->op_type), "Softplus") == 0;
    }
    return false;
}

/* Whether the node reads the head or a result of the formula. */
static bool goes_on(const formula *f, const Emb__Onnx__Node *node) {
    for (int t = 0; t < f->count; t++) {
        if ((t == 0 || f->terms[t].op) && reads(node, f->terms[t].name) > 0) return true;
    }
    return false;
}

/* Gathers from node i on, until the operators are an activation. If others read the head, too, as a
 * shortcut does, the most operators that are one. */
static void gather(formula *f, size_t i) {
    emb__onnx_found *found = f->chain->found, best = {.kind = NULL};
    int steps = 0;
    for (size_t k = i; k < graph_of(f)->n_node && k < i + NEAR && f->steps < STEPS; k++) {
        if (found[k].taken || !goes_on(f, graph_of(f)->node[k]) || !add_step(f, k)) continue;
        emb__onnx_found whole = {.taken = true, .reads = f->terms[0].name};
        if (is_closed(f)) whole.kind = recognise(f, whole.numbers);
        if (!whole.kind) continue;
        best = whole;
        steps = f->steps;
        if (is_ours(f, 0)) break;
    }
    for (int s = 0; s < steps; s++) found[f->nodes[s]].taken = true;
    if (steps > 0) found[f->nodes[steps - 1]] = best;
}

emb_status emb__onnx_find_curves(emb__onnx_chain *chain, bool (*knows)(const char *op)) {
    const Emb__Onnx__Graph *graph = chain->file->model->graph;
    emb_status status = EMB_OK;
    for (size_t i = 0; i < graph->n_node && status == EMB_OK; i++) {
        chain->node = graph->node[i];
        if (strcmp(emb__onnx_text(chain->node->op_type), "Constant") != 0) continue;
        if (!is_plain(chain->node)) continue;
        status = emb__onnx_compute(chain, &chain->found[i].taken);
    }
    for (size_t i = 0; i < graph->n_node && status == EMB_OK; i++) {
        if (chain->found[i].taken || !find(emb__onnx_text(graph->node[i]->op_type))) continue;
        formula f = {.chain = chain,
                     .knows = knows,
                     .terms = {{.name = read_by(chain, graph->node[i])}},
                     .count = 1};
        if (may_begin(&f, i)) gather(&f, i);
    }
    return status;
}

#endif
