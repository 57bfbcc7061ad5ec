/* See py_arithmetic.h. */
#include "net/python/py_arithmetic.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/translate.h"

#define SIGN EMB__PY_SIGN

enum { POWER = SIGN('*', '*', 0), FLOOR = SIGN('/', '/', 0) };

/* What is wrong with a calculation, as an unknown value: it may not matter. */
static emb_status wrong(emb__py *py, int line, int sign, const char *why, emb__py_value *out) {
    const char shown[4] = {(char)sign, (char)(sign >> 8), (char)(sign >> 16), '\0'};
    return emb__py_unknown(py, line, out, "%s: %s", shown, _(why));
}

static bool power(int64_t a, int64_t b, int64_t *out) {
    int64_t result = 1;
    if (b < 0 || b > 64) return false;
    for (int64_t i = 0; i < b; i++) {
        if (__builtin_mul_overflow(result, a, &result)) return false;
    }
    *out = result;
    return true;
}

/* Whole numbers; false if the result is none, or is too large. */
static bool whole(int sign, int64_t a, int64_t b, int64_t *out) {
    const bool negative = (a < 0) != (b < 0);
    switch (sign) {
    case '+':
        return !__builtin_add_overflow(a, b, out);
    case '-':
        return !__builtin_sub_overflow(a, b, out);
    case '*':
        return !__builtin_mul_overflow(a, b, out);
    case POWER:
        return power(a, b, out);
    case FLOOR:
        if (b == 0 || b == -1) return b == -1 && !__builtin_sub_overflow(0, a, out);
        *out = a / b - (a % b != 0 && negative ? 1 : 0);
        return true;
    case '%':
        if (b == 0) return false;
        *out = b == -1 ? 0 : a % b;
        if (*out != 0 && negative) *out += b;
        return true;
    case '&':
        *out = a & b;
        return true;
    case '|':
        *out = a | b;
        return true;
    case '^':
        *out = a ^ b;
        return true;
    case SIGN('<', '<', 0):
        return b >= 0 && b < 62 && !__builtin_mul_overflow(a, (int64_t)1 << b, out);
    case SIGN('>', '>', 0):
        *out = b >= 0 && b < 63 ? a >> b : 0;
        return b >= 0;
    default:
        return false;
    }
}

static bool decimal(int sign, double a, double b, double *out) {
    switch (sign) {
    case '+':
        *out = a + b;
        break;
    case '-':
        *out = a - b;
        break;
    case '*':
        *out = a * b;
        break;
    case '/':
        if (b == 0) return false;
        *out = a / b;
        break;
    case FLOOR:
        if (b == 0) return false;
        *out = floor(a / b);
        break;
    case '%':
        if (b == 0) return false;
        *out = a - b * floor(a / b);
        break;
    case POWER:
        *out = pow(a, b);
        break;
    default:
        return false;
    }
    return isfinite(*out);
}

/* ---- lists and texts ------------------------------------------------------------------------- */

static emb_status add_rows(emb__py *py, const emb__py_row *a, const emb__py_row *b, int64_t times,
                           emb__py_value *out) {
    emb__py_row *row = emb__py_row_new(py, a->fixed);
    emb_status status = row ? EMB_OK : emb__last_status();
    for (int64_t time = 0; time < times && a->count > 0 && status == EMB_OK; time++) {
        for (int i = 0; i < a->count && status == EMB_OK; i++) {
            py->steps++;
            status = emb__py_row_add(py, row, &a->items[i]);
        }
    }
    for (int i = 0; b && i < b->count && status == EMB_OK; i++) {
        status = emb__py_row_add(py, row, &b->items[i]);
    }
    if (status == EMB_OK) *out = emb__py_row_value(row);
    return status;
}

/* The lengths' sum is limited, so that no loop doubles a text without end. */
static emb_status add_texts(emb__py *py, int line, const char *a, const char *b,
                            emb__py_value *out) {
    const size_t first = strlen(a), second = strlen(b);
    if (first + second > EMB__PY_TEXT_MOST) {
        return emb__py_fail(py->source, line, "a text of more than %d bytes", EMB__PY_TEXT_MOST);
    }
    char *text = emb__py_alloc(&py->arena, first + second + 1);
    if (!text) return emb__last_status();
    snprintf(text, first + second + 1, "%s%s", a, b);
    *out = emb__py_str(text);
    return EMB_OK;
}

/* "linear%d" % n, "%s_%s" % (a, b): plain places alone. */
static emb_status fill_text(emb__py *py, int line, const char *form, const emb__py_value *with,
                            emb__py_value *out) {
    const bool several = with->type == EMB__PY_ROW && with->u.row->fixed;
    const emb__py_value *items = several ? with->u.row->items : with;
    const int count = several ? with->u.row->count : 1;
    emb__text all = {0};
    int at = 0;
    bool good = true;
    for (const char *c = form; *c && good; c++) {
        if (*c != '%') {
            emb__text_bytes(&all, c, 1);
            continue;
        }
        c++;
        if (*c == '%') {
            emb__text_add(&all, "%%");
            continue;
        }
        good = (*c == 'd' || *c == 's' || *c == 'i') && at < count;
        const char *text = good ? emb__py_text_of(py, &items[at++], false) : NULL;
        good = text && all.length < EMB__PY_TEXT_MOST;
        if (good) emb__text_add(&all, "%s", text);
    }
    const char *text = good && !all.failed
                           ? emb__py_copy(&py->arena, all.bytes ? all.bytes : "", all.length)
                           : NULL;
    emb__free(all.bytes);
    *out = emb__py_str(text);
    return text ? EMB_OK : emb__py_unknown(py, line, out, "a text with %% in it");
}

emb_status emb__py_binary(emb__py *py, int line, int sign, const emb__py_value *a,
                          const emb__py_value *b, emb__py_value *out) {
    const emb__py_value *unknown = a->type == EMB__PY_UNKNOWN ? a : b;
    double x, y, real;
    int64_t number;
    if (unknown->type == EMB__PY_UNKNOWN) {
        *out = *unknown;
        return EMB_OK;
    }
    const bool is_whole = (a->type == EMB__PY_INT || a->type == EMB__PY_BOOL) &&
                          (b->type == EMB__PY_INT || b->type == EMB__PY_BOOL);
    if (is_whole && sign != '/' && whole(sign, a->u.whole, b->u.whole, &number)) {
        *out = emb__py_int(number);
        return EMB_OK;
    }
    if (emb__py_number(a, &x) && emb__py_number(b, &y)) {
        if ((!is_whole || sign == '/' || (sign == POWER && b->u.whole < 0)) &&
            decimal(sign, x, y, &real)) {
            *out = emb__py_float(real);
            return EMB_OK;
        }
        return wrong(py, line, sign, N_("divides by zero, or its result is too large"), out);
    }
    if (sign == '+' && a->type == EMB__PY_ROW && b->type == EMB__PY_ROW) {
        return add_rows(py, a->u.row, b->u.row, 1, out);
    }
    if (sign == '*' && a->type == EMB__PY_ROW && b->type == EMB__PY_INT) {
        return add_rows(py, a->u.row, NULL, b->u.whole, out);
    }
    if (sign == '*' && b->type == EMB__PY_ROW && a->type == EMB__PY_INT) {
        return add_rows(py, b->u.row, NULL, a->u.whole, out);
    }
    if (sign == '+' && a->type == EMB__PY_STR && b->type == EMB__PY_STR) {
        return add_texts(py, line, a->u.text, b->u.text, out);
    }
    if (sign == '%' && a->type == EMB__PY_STR) return fill_text(py, line, a->u.text, b, out);
    char why[100];
    snprintf(why, sizeof why, _("%s and %s are not followed"), emb__py_type_name(a),
             emb__py_type_name(b));
    return wrong(py, line, sign, why, out);
}

emb_status emb__py_unary(emb__py *py, int line, int sign, const emb__py_value *a,
                         emb__py_value *out) {
    bool truth;
    *out = *a;
    if (a->type == EMB__PY_UNKNOWN) return EMB_OK;
    if (a->type == EMB__PY_TRAINING && sign == 'n') {
        out->u.whole = !a->u.whole;
        return EMB_OK;
    }
    if (sign == 'n') {
        if (!emb__py_truth(a, &truth)) {
            return emb__py_unknown(py, line, out, "not %s", emb__py_type_name(a));
        }
        *out = emb__py_bool(!truth);
        return EMB_OK;
    }
    *out = *a;
    if (a->type == EMB__PY_FLOAT && sign != '~') {
        if (sign == '-') out->u.real = -a->u.real;
        return EMB_OK;
    }
    if (a->type == EMB__PY_INT || a->type == EMB__PY_BOOL) {
        out->type = EMB__PY_INT;
        if (sign == '~') out->u.whole = ~a->u.whole;
        if (sign != '-' || !__builtin_sub_overflow((int64_t)0, a->u.whole, &out->u.whole)) {
            return EMB_OK;
        }
    }
    return emb__py_unknown(py, line, out, "%c of %s", sign, emb__py_type_name(a));
}

/* ---- comparing ------------------------------------------------------------------------------- */

/* a in b */
static bool contains(const emb__py_value *b, const emb__py_value *a, bool *is) {
    *is = false;
    if (b->type == EMB__PY_ROW) {
        for (int i = 0; i < b->u.row->count; i++) {
            if (b->u.row->items[i].type == EMB__PY_UNKNOWN) return false;
            *is = *is || emb__py_same(&b->u.row->items[i], a);
        }
        return true;
    }
    if (b->type == EMB__PY_MAP) {
        *is = emb__py_map_find(b->u.map, a) != NULL;
        return true;
    }
    if (b->type == EMB__PY_STR && a->type == EMB__PY_STR) {
        *is = strstr(b->u.text, a->u.text) != NULL;
        return true;
    }
    return false;
}

static bool is_order(int sign, int order) {
    switch (sign) {
    case '<':
        return order < 0;
    case '>':
        return order > 0;
    case SIGN('<', '=', 0):
        return order <= 0;
    case SIGN('>', '=', 0):
        return order >= 0;
    case SIGN('=', '=', 0):
    case 's':
        return order == 0;
    default:
        return order != 0;
    }
}

emb_status emb__py_compare(emb__py *py, int line, int sign, const emb__py_value *a,
                           const emb__py_value *b, emb__py_value *out) {
    double x, y;
    bool is;
    const emb__py_value *unknown = a->type == EMB__PY_UNKNOWN ? a : b;
    *out = *unknown;
    if (unknown->type == EMB__PY_UNKNOWN) return EMB_OK;
    if (sign == 'i' || sign == 'j') {
        if (!contains(b, a, &is)) return emb__py_unknown(py, line, out, "whether it is in it");
        *out = emb__py_bool(is == (sign == 'i'));
        return EMB_OK;
    }
    if (emb__py_number(a, &x) && emb__py_number(b, &y)) {
        *out = emb__py_bool(is_order(sign, x < y ? -1 : x > y ? 1 : 0));
        return EMB_OK;
    }
    const bool equality =
        sign == 's' || sign == 't' || sign == SIGN('=', '=', 0) || sign == SIGN('!', '=', 0);
    if (a->type == EMB__PY_STR && b->type == EMB__PY_STR) {
        *out = emb__py_bool(is_order(sign, strcmp(a->u.text, b->u.text)));
        return EMB_OK;
    }
    const bool odd = a->type == EMB__PY_TRAINING || b->type == EMB__PY_TRAINING ||
                     (a->type == EMB__PY_BATCH) != (b->type == EMB__PY_BATCH);
    if (!equality || odd) {
        return emb__py_unknown(py, line, out, "%s compared with %s", emb__py_type_name(a),
                               emb__py_type_name(b));
    }
    *out = emb__py_bool(is_order(sign, emb__py_same(a, b) ? 0 : 1));
    return EMB_OK;
}

/* ---- items ----------------------------------------------------------------------------------- */

/* A slice's end, as Python clips it. */
static bool clip(const emb__py_value *end, int64_t fallback, int64_t count, int64_t *out) {
    *out = fallback;
    if (end->type == EMB__PY_NONE) return true;
    if (end->type != EMB__PY_INT) return false;
    *out = end->u.whole < 0 ? end->u.whole + count : end->u.whole;
    if (*out < 0) *out = 0;
    if (*out > count) *out = count;
    return true;
}

static emb_status slice(emb__py *py, int line, const emb__py_row *row, const emb__py_value *index,
                        emb__py_value *out) {
    const emb__py_value *ends = index->u.row->items;
    int64_t from, to, step = 1;
    if (ends[2].type == EMB__PY_INT) step = ends[2].u.whole;
    const int64_t count = row->count;
    if (step == 0 || (ends[2].type != EMB__PY_INT && ends[2].type != EMB__PY_NONE) ||
        !clip(&ends[0], step > 0 ? 0 : count - 1, count, &from) ||
        !clip(&ends[1], step > 0 ? count : -1, count, &to)) {
        return emb__py_unknown(py, line, out, "a part of a list");
    }
    if (step < 0 && from > count - 1) from = count - 1;
    emb__py_row *part = emb__py_row_new(py, row->fixed);
    emb_status status = part ? EMB_OK : emb__last_status();
    for (int64_t i = from; (step > 0 ? i < to : i > to) && status == EMB_OK; i += step) {
        status = emb__py_row_add(py, part, &row->items[i]);
        if (step > count || step < -count) break;
    }
    if (status == EMB_OK) *out = emb__py_row_value(part);
    return status;
}

emb_status emb__py_item(emb__py *py, int line, const emb__py_value *a, const emb__py_value *index,
                        emb__py_value *out) {
    if (a->type == EMB__PY_UNKNOWN || index->type == EMB__PY_UNKNOWN) {
        *out = a->type == EMB__PY_UNKNOWN ? *a : *index;
        return EMB_OK;
    }
    if (a->type == EMB__PY_MAP) {
        const emb__py_value *found = emb__py_map_find(a->u.map, index);
        if (!found) return emb__py_unknown(py, line, out, "a dict has no such key");
        *out = *found;
        return EMB_OK;
    }
    if (a->type == EMB__PY_ROW && index->type == EMB__PY_RANGE) {
        return slice(py, line, a->u.row, index, out);
    }
    if (a->type == EMB__PY_ROW && index->type == EMB__PY_INT) {
        const int64_t count = a->u.row->count;
        const int64_t i = index->u.whole < 0 ? index->u.whole + count : index->u.whole;
        if (i < 0 || i >= count) {
            return emb__py_unknown(py, line, out, "a list of %d has no item %lld", (int)count,
                                   (long long)index->u.whole);
        }
        *out = a->u.row->items[i];
        return EMB_OK;
    }
    return emb__py_unknown(py, line, out, "an item of %s", emb__py_type_name(a));
}
