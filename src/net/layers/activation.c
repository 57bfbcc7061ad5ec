/* The activations: elementwise, in place, with gradients computed from their outputs if these tell
 * the slope. A new one is a row below, and its curve in the kernels. */
#include <math.h>
#include <string.h>

#include "net/layers/activation.h"
#include "net/layers/kind_rows.h"

static const emb__arg_kind no_args[] = {{0}};

/* In PyTorch this says whether the layer overwrites its input; here it always does. */
static const emb__arg_kind relu_args[] = {{"inplace", EMB__BOOL, .value = false}, {0}};

bool emb__activation_is_number(const emb__arg_kind *arg) {
    return arg->type == EMB__REAL || arg->type == EMB__WORD;
}

int emb__activation_numbers(const emb__layer_kind *kind) {
    int count = 0;
    for (int i = 0; kind->args[i].name; i++) count += emb__activation_is_number(&kind->args[i]);
    return count;
}

const emb__curve_table *emb__activation_table(const emb__layer *layer) {
    const emb__activation *activation = layer->kind->activation;
    if (activation->whole.table_of) return activation->whole.table_of(layer->numbers);
    return activation->whole.table;
}

bool emb__activation_is_whole(const emb__layer *layer) {
    const emb__activation *activation = layer->kind->activation;
    return activation->whole.way != EMB__WHOLE_NONE &&
           (!activation->whole.table_of || emb__activation_table(layer));
}

static emb_status compile(emb__layer *layer) {
    const emb__activation *activation = layer->kind->activation;
    int count = 0;
    layer->out = layer->in;
    memcpy(layer->numbers, activation->fixed, sizeof layer->numbers);
    for (int i = 0; layer->kind->args[i].name; i++) {
        const emb__arg *arg = &layer->spec->args[i];
        if (!emb__activation_is_number(&layer->kind->args[i])) continue;
        layer->numbers[count++] =
            layer->kind->args[i].type == EMB__WORD ? (float)arg->v[0] : (float)arg->real;
    }
    layer->keeps_input = activation->by_input && activation->by_input(layer->numbers);
    return activation->check ? activation->check(layer->numbers) : EMB_OK;
}

/* Works on this member's share of the output or, if `back`, of the gradient. */
static void run(const emb__layer *layer, const emb__pass *pass, bool back) {
    const emb__curve curve = layer->kind->activation->curve;
    const float *known = layer->keeps_input ? pass->in : pass->out;
    const emb__share share = emb__shape_share(&layer->out, pass->me);
    const bool image = layer->out.rank == 3;
    const size_t count = emb__shape_count(&layer->out);
    const size_t row = image ? (size_t)layer->out.d[2] : count / (size_t)layer->out.d[0];
    const size_t plane = image ? (size_t)layer->out.d[1] * row : row;
    const size_t lanes = (size_t)pass->k->lanes;
    size_t channels = (size_t)(share.channel_end - share.channel);
    size_t vectors = (size_t)(share.row_end - share.row) * row;
    size_t at = (size_t)share.channel * plane + (size_t)share.row * row;
    if (vectors == plane) { /* in one go */
        vectors *= channels;
        channels = 1;
    }
    for (; channels > 0; channels--, at += plane) {
        if (back) {
            float *grad = pass->grad_out + at * lanes;
            pass->k->slope[curve](known + at * lanes, grad, grad, vectors, layer->numbers);
        } else {
            pass->k->curve[curve](pass->in + at * lanes, pass->out + at * lanes, vectors,
                                  layer->numbers);
        }
    }
}

static void forward(const emb__layer *layer, const emb__pass *pass) { run(layer, pass, false); }
static void backward(const emb__layer *layer, const emb__pass *pass) { run(layer, pass, true); }

static void single(const emb__layer *layer, const emb__single *pass) {
    pass->k->curve[layer->kind->activation->curve](
        pass->in, pass->out, (emb__shape_count(&layer->out) + EMB__LANES - 1) / EMB__LANES,
        layer->numbers);
}

static void tanh_range(const emb__layer *layer, double *low, double *high) {
    (void)layer;
    *low = -1;
    *high = 1;
}

static void sigmoid_range(const emb__layer *layer, double *low, double *high) {
    (void)layer;
    *low = 0;
    *high = 1;
}

static void relu_range(const emb__layer *layer, double *low, double *high) {
    (void)layer;
    *low = 0;
    *high = INFINITY;
}

static const emb__arg_kind leaky_args[] = {
    {"negative_slope", EMB__REAL, .real = {EMB__ANY_REAL, .value = 0.01}},
    {"inplace", EMB__BOOL, .value = false},
    {0},
};

static void leaky_range(const emb__layer *layer, double *low, double *high) {
    *low = layer->numbers[0] > 0 ? -INFINITY : 0;
    *high = INFINITY;
}

static const emb__arg_kind elu_args[] = {
    {"alpha", EMB__REAL, .real = {EMB__ANY_REAL, .value = 1}},
    {"inplace", EMB__BOOL, .value = false},
    {0},
};

static void elu_range(const emb__layer *layer, double *low, double *high) {
    *low = layer->numbers[0] > 0 ? -(double)layer->numbers[0] : 0;
    *high = INFINITY;
}

static const emb__arg_kind hardtanh_args[] = {
    {"min_val", EMB__REAL, .real = {EMB__ANY_LIMIT, .value = -1}},
    {"max_val", EMB__REAL, .real = {EMB__ANY_LIMIT, .value = 1}},
    {"inplace", EMB__BOOL, .value = false},
    {0},
};

static void hardtanh_range(const emb__layer *layer, double *low, double *high) {
    *low = (double)layer->numbers[0];
    *high = (double)layer->numbers[1];
}

/* The output must be able to have more than one value. */
static emb_status check_limits(const float *numbers) {
    if (numbers[0] < numbers[1]) return EMB_OK;
    return emb__fail(EMB_ERR_SHAPE, "expects a lower limit below the upper one, gets %lg and %lg",
                     (double)numbers[0], (double)numbers[1]);
}

static void relu6_range(const emb__layer *layer, double *low, double *high) {
    (void)layer;
    *low = 0;
    *high = 6;
}

/* The lowest points of these curves, rounded down. */
static void silu_range(const emb__layer *layer, double *low, double *high) {
    (void)layer;
    *low = -0.27847;
    *high = INFINITY;
}

static const emb__arg_kind gelu_args[] = {
    {"approximate", EMB__WORD, .words = (const char *const[]){"none", "tanh", NULL}},
    {0},
};

static void gelu_range(const emb__layer *layer, double *low, double *high) {
    (void)layer;
    *low = -0.17005;
    *high = INFINITY;
}

static void mish_range(const emb__layer *layer, double *low, double *high) {
    (void)layer;
    *low = -0.30885;
    *high = INFINITY;
}

static void hardswish_range(const emb__layer *layer, double *low, double *high) {
    (void)layer;
    *low = -0.37501;
    *high = INFINITY;
}

static const emb__arg_kind softplus_args[] = {
    {"beta", EMB__REAL, .real = {EMB__ANY_REAL, .value = 1}},
    {"threshold", EMB__REAL, .real = {EMB__ANY_REAL, .value = 20}},
    {0},
};

static emb_status check_beta(const float *numbers) {
    if (numbers[0] != 0) return EMB_OK;
    return emb__fail(EMB_ERR_SHAPE, "expects a beta other than 0, by which it divides, gets 0");
}

/* Below 0 it is only where it is x, or if beta is negative. */
static void softplus_range(const emb__layer *layer, double *low, double *high) {
    const double beta = (double)layer->numbers[0], threshold = (double)layer->numbers[1];
    *low = beta < 0 ? -INFINITY : threshold < 0 ? threshold / beta : 0;
    *high = INFINITY;
}

static bool always(const float *numbers) {
    (void)numbers;
    return true;
}

/* With a negative slope, numbers on both sides of 0 give outputs above 0. */
static bool is_negative(const float *numbers) { return numbers[0] < 0; }

/* ---- as ONNX's operators --------------------------------------------------------------------- */

static const char *relu6_formula(const float *numbers) {
    (void)numbers;
    return "Clip x 0 6 y";
}

static const char *silu_formula(const float *numbers) {
    (void)numbers;
    return "Sigmoid x s; Mul x s y";
}

static const char *gelu_formula(const float *numbers) {
    return numbers[0] > 0 ? "Mul x x q; Mul q x c; Mul c 0.044715 d; Add x d i; "
                            "Mul i 0.7978845608028654 u; Tanh u t; Add t 1 p; Mul x p m; "
                            "Mul m 0.5 y"
                          : "Div x 1.4142135623730951 d; Erf d e; Add e 1 p; Mul x p m; "
                            "Mul m 0.5 y";
}

static const char *mish_formula(const float *numbers) {
    (void)numbers;
    return "Softplus x s; Tanh s t; Mul x t y";
}

/* Past 20 both are x to the last digit. */
static const char *softplus_formula(const float *numbers) {
    if (numbers[1] < 20) {
        return "Mul x a z; Softplus z s; Div s a d; Greater z b g; Where g x d y";
    }
    return numbers[0] == 1 ? NULL : "Mul x a z; Softplus z s; Div s a y";
}

/* ---- in C, and in whole numbers -------------------------------------------------------------- */

/* Fitted for embudo: the ratio is within 7e-9 of tanh, relative, before rounding. */
static const char c_tanh[] =
    "/* tanh within 4e-7, as a ratio of polynomials. */\n"
    "static float $_tanh_of(float x)\n"
    "{\n"
    "    const float z = x < -8.0f ? -8.0f : x > 8.0f ? 8.0f : x, s = z * z;\n"
    "    const float above = (((1.52303919e-08f * s + 2.1894644e-05f) * s + 0.00357159696f) * s +\n"
    "                         0.134444971f) * s + 0.999999994f;\n"
    "    const float below = (((8.52243626e-07f * s + 0.000341129026f) * s + 0.0261644389f) * s +\n"
    "                         0.467778244f) * s + 1.0f;\n"
    "    return z * above / below;\n"
    "}\n\n";

static const char c_expm1[] = "/* e^x - 1 of x below 0: twice t / (1 - t), t = tanh(x / 2). */\n"
                              "static float $_expm1_of(float x)\n"
                              "{\n"
                              "    const float t = $_tanh_of(0.5f * x);\n"
                              "    return 2.0f * t / (1.0f - t);\n"
                              "}\n\n";

const char emb__c_exp[] =
    "/* e^x within 4e-7 of itself. */\n"
    "static float $_exp_of(float x)\n"
    "{\n"
    "    const float z = x > -87.0f ? x < 88.0f ? x : 88.0f : -87.0f;\n"
    "    int n = (int)(1.44269504f * z + (z < 0.0f ? -0.5f : 0.5f));\n"
    "    const float r = z - (float)n * 0.693145752f - (float)n * 1.42860682e-06f;\n"
    "    float e = 1.0f + (r + r * r * ((((0.0013814459f * r + 0.00836878127f) * r +\n"
    "                      0.0416683944f) * r + 0.166665201f) * r + 0.499999934f));\n"
    "    for (; n >= 8; n -= 8) e *= 256.0f;\n"
    "    for (; n <= -8; n += 8) e *= 0.00390625f;\n"
    "    for (; n > 0; n--) e *= 2.0f;\n"
    "    for (; n < 0; n++) e *= 0.5f;\n"
    "    return e;\n"
    "}\n\n";

static const char c_gelu[] =
    "/* x times the normal distribution's share below x; above and below make its tail. */\n"
    "static float $_gelu_of(float x)\n"
    "{\n"
    "    const float size = x < 0.0f ? -x : x, a = size < 13.0f ? size : 13.0f;\n"
    "    const float above = (((0.0040777979f * a + 0.0403738170f) * a + 0.182465536f) * a +\n"
    "                         0.437255832f) * a + 0.5f;\n"
    "    const float below = ((((0.0102213948f * a + 0.101208960f) * a + 0.467438883f) * a +\n"
    "                          1.19930600f) * a + 1.67239662f) * a + 1.0f;\n"
    "    const float tail = $_exp_of(-0.5f * a * a) * above / below;\n"
    "    return x * (x > 0.0f ? 1.0f - tail : tail);\n"
    "}\n\n";

static const char c_gelu_tanh[] =
    "static float $_gelu_tanh_of(float x)\n"
    "{\n"
    "    return x / (1.0f + $_exp_of(-1.59576912f * x * (1.0f + 0.044715f * x * x)));\n"
    "}\n\n";

static const char c_mish[] =
    "/* x tanh(log(1 + e^x)) */\n"
    "static float $_mish_of(float x)\n"
    "{\n"
    "    const float e = $_exp_of(x < 20.0f ? x : 20.0f), n = e * (e + 2.0f);\n"
    "    return x * (n / (n + 2.0f));\n"
    "}\n\n";

static const char c_softplus[] =
    "/* log(1 + e^x), by log(1 + t) = 2 atanh(t / (2 + t)). */\n"
    "static float $_softplus_of(float x)\n"
    "{\n"
    "    const float t = $_exp_of(x < 0.0f ? x : -x), s = t / (2.0f + t), q = s * s;\n"
    "    return (x > 0.0f ? x : 0.0f) + s * (2.0f + q * (0.666664183f + q * (0.400215238f +\n"
    "                                        q * (0.280018866f + q * 0.280115515f))));\n"
    "}\n\n";

static const emb__curve_table *gelu_table(const float *numbers) {
    return numbers[0] > 0 ? &emb__curve_gelu_tanh : &emb__curve_gelu;
}

/* A table ends at 8. */
static const emb__curve_table *softplus_table(const float *numbers) {
    return numbers[1] < 8 ? NULL : &emb__curve_softplus;
}

/* Shared by all kinds. */
#define ELEMENTWISE                                                                                \
    .family = EMB_LAYER_ACTIVATION, .in_place = true, .keeps_output = true, .compile = compile,    \
    .forward = forward, .backward = backward, .single = single

/* A row of the table: PyTorch's name, the arguments, the range of the output, the rest. */
#define ROW(pytorch, takes, gives, ...)                                                            \
    &(const emb__layer_kind) {                                                                     \
        .name = pytorch, .args = takes, .range = gives, ELEMENTWISE,                               \
        .activation = &(const emb__activation) {                                                   \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

const emb__layer_kind *const emb__activations[] = {
    ROW("Tanh", no_args, tanh_range, .curve = EMB__CURVE_tanh, .onnx.op = "Tanh",
        .c.value = "$_tanh_of(@)", .c.helpers = {c_tanh}, .whole.way = EMB__WHOLE_TABLE,
        .whole.table = &emb__curve_tanh),
    ROW("Sigmoid", no_args, sigmoid_range, .curve = EMB__CURVE_sigmoid, .onnx.op = "Sigmoid",
        .c.value = "0.5f + 0.5f * $_tanh_of(0.5f * @)", .c.helpers = {c_tanh},
        .whole.way = EMB__WHOLE_LOGISTIC, .whole.table = &emb__curve_tanh),
    ROW("ReLU", relu_args, relu_range, .curve = EMB__CURVE_relu, .onnx.op = "Relu",
        .c.value = "@ > 0.0f ? @ : 0.0f", .whole.way = EMB__WHOLE_LIMITS),
    ROW("LeakyReLU", leaky_args, leaky_range, .curve = EMB__CURVE_leaky, .by_input = is_negative,
        .onnx.op = "LeakyRelu", .onnx.names = {"alpha"}, .c.value = "@ > 0.0f ? @ : a * @",
        .whole.way = EMB__WHOLE_SLOPE),
    ROW("ELU", elu_args, elu_range, .curve = EMB__CURVE_elu, .by_input = is_negative,
        .onnx.op = "Elu", .onnx.names = {"alpha"}, .c.value = "@ > 0.0f ? @ : a * $_expm1_of(@)",
        .c.helpers = {c_tanh, c_expm1}, .whole.way = EMB__WHOLE_BENT,
        .whole.table = &emb__curve_decay),
    ROW("Hardtanh", hardtanh_args, hardtanh_range, .curve = EMB__CURVE_hardtanh, .onnx.op = "Clip",
        .check = check_limits, .onnx.names = {"min", "max"}, .onnx.inputs = true,
        .c.value = "@ < a ? a : @ > b ? b : @", .whole.way = EMB__WHOLE_LIMITS),
    ROW("ReLU6", relu_args, relu6_range, .curve = EMB__CURVE_hardtanh, .fixed = {0, 6},
        .onnx.formula = relu6_formula, .c.value = "@ < 0.0f ? 0.0f : @ > 6.0f ? 6.0f : @",
        .whole.way = EMB__WHOLE_LIMITS),
    ROW("SiLU", relu_args, silu_range, .curve = EMB__CURVE_silu, .by_input = always,
        .onnx.formula = silu_formula, .c.value = "@ / (1.0f + $_exp_of(-@))",
        .c.helpers = {emb__c_exp}, .whole.way = EMB__WHOLE_RISE, .whole.table = &emb__curve_silu),
    ROW("GELU", gelu_args, gelu_range, .curve = EMB__CURVE_gelu, .by_input = always,
        .onnx.op = "Gelu", .onnx.names = {"approximate"}, .onnx.formula = gelu_formula,
        .c.value = "a > 0.0f ? $_gelu_tanh_of(@) : $_gelu_of(@)",
        .c.helpers = {emb__c_exp, c_gelu, c_gelu_tanh}, .whole.way = EMB__WHOLE_RISE,
        .whole.table_of = gelu_table),
    ROW("Mish", relu_args, mish_range, .curve = EMB__CURVE_mish, .by_input = always,
        .onnx.op = "Mish", .onnx.formula = mish_formula, .c.value = "$_mish_of(@)",
        .c.helpers = {emb__c_exp, c_mish}, .whole.way = EMB__WHOLE_RISE,
        .whole.table = &emb__curve_mish),
    ROW("Hardswish", relu_args, hardswish_range, .curve = EMB__CURVE_hardswish, .by_input = always,
        .onnx.op = "HardSwish",
        .c.value = "@ * (@ < -3.0f ? 0.0f : @ > 3.0f ? 1.0f : @ / 6.0f + 0.5f)",
        .whole.way = EMB__WHOLE_RISE, .whole.table = &emb__curve_hardswish),
    ROW("Softplus", softplus_args, softplus_range, .curve = EMB__CURVE_softplus,
        .check = check_beta, .by_input = always, .onnx.op = "Softplus",
        .onnx.formula = softplus_formula, .c.value = "a * @ > b ? @ : $_softplus_of(a * @) / a",
        .c.helpers = {emb__c_exp, c_softplus}, .whole.way = EMB__WHOLE_RISE,
        .whole.table_of = softplus_table, .whole.stretches = true),
    NULL,
};
