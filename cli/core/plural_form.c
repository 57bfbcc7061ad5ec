/* The formula by which a language counts, as catalogues have it: an expression of C in `n`, of
 * ?:, ||, &&, comparisons, +, -, *, /, %, ! and parentheses, without a sign. */
#include "core/plural_form.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { DEEPEST = 64 };

typedef struct formula {
    const char *at;
    unsigned long n;
    int depth;
    bool wrong;
} formula;

static unsigned long choice(formula *f);

static bool take(formula *f, const char *word) {
    f->at += strspn(f->at, " \t");
    const size_t length = strlen(word);
    if (strncmp(f->at, word, length) != 0) return false;
    f->at += length;
    return true;
}

static unsigned long single(formula *f) {
    unsigned long value = 0;
    if (++f->depth > DEEPEST) f->wrong = true;
    if (f->wrong) return 0;
    if (take(f, "!")) {
        value = !single(f);
    } else if (take(f, "(")) {
        value = choice(f);
        if (!take(f, ")")) f->wrong = true;
    } else if (take(f, "n")) {
        value = f->n;
    } else if (isdigit((unsigned char)*f->at)) {
        while (isdigit((unsigned char)*f->at)) value = 10 * value + (unsigned long)(*f->at++ - '0');
    } else {
        f->wrong = true;
    }
    f->depth--;
    return value;
}

/* Operators from the tightest to the loosest; those of two letters stand before their beginnings.
 */
typedef struct operation {
    int level;
    const char *word;
} operation;
static const operation operations[] = {
    {0, "*"}, {0, "/"}, {0, "%"},  {1, "+"},  {1, "-"},  {2, "<="}, {2, ">="},
    {2, "<"}, {2, ">"}, {3, "=="}, {3, "!="}, {4, "&&"}, {5, "||"},
};
enum { LOOSEST = 5, OPERATIONS = sizeof operations / sizeof operations[0] };

static unsigned long apply(formula *f, const char *word, unsigned long a, unsigned long b) {
    if (strchr("/%", *word) && b == 0) {
        f->wrong = true;
        return 0;
    }
    switch (*word) {
    case '*':
        return a * b;
    case '/':
        return a / b;
    case '%':
        return a % b;
    case '+':
        return a + b;
    case '-':
        return a - b;
    case '<':
        return word[1] ? a <= b : a < b;
    case '>':
        return word[1] ? a >= b : a > b;
    case '=':
        return a == b;
    case '!':
        return a != b;
    case '&':
        return a && b;
    default:
        return a || b;
    }
}

static unsigned long level(formula *f, int loosest) {
    if (loosest < 0) return single(f);
    unsigned long value = level(f, loosest - 1);
    for (int i = 0; i < OPERATIONS && !f->wrong; i++) {
        if (operations[i].level != loosest || !take(f, operations[i].word)) continue;
        value = apply(f, operations[i].word, value, level(f, loosest - 1));
        i = -1; /* the same level again */
    }
    return value;
}

static unsigned long choice(formula *f) {
    if (++f->depth > DEEPEST) f->wrong = true;
    const unsigned long asked = f->wrong ? 0 : level(f, LOOSEST);
    if (f->wrong || !take(f, "?")) {
        f->depth--;
        return asked;
    }
    const unsigned long yes = choice(f);
    if (!take(f, ":")) f->wrong = true;
    const unsigned long no = f->wrong ? 0 : choice(f);
    f->depth--;
    return asked ? yes : no;
}

size_t cli_plural_form(const char *text, unsigned long n) {
    formula f = {.at = text, .n = n};
    const unsigned long form = choice(&f);
    return f.wrong ? 0 : form;
}
