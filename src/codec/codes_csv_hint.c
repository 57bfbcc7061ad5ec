/* See codes_csv_hint.h. */
#include "codec/codes_csv_hint.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/translate.h"

static bool is_digit(char x) { return x >= '0' && x <= '9'; }

static bool is_letter(char x) {
    return (x >= 'a' && x <= 'z') || (x >= 'A' && x <= 'Z') || x == '_' || (unsigned char)x >= 0x80;
}

bool emb__csv_is_name(const char *text, size_t length) {
    static const char *const missing[] = {"nan",  "inf", "infinity", "na",   "n/a",
                                          "null", "nil", "none",     "true", "false"};
    if (length == 0 || !is_letter(text[0])) return false;
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++) {
        if (strlen(missing[i]) == length && strncasecmp(missing[i], text, length) == 0)
            return false;
    }
    return true;
}

/* Whether the row has a digit, a comma and a digit between quotes, or between `separator`s. */
static bool has_decimal_comma(const char *row, size_t length, char separator) {
    bool quoted = false;
    for (size_t i = 0; i + 1 < length; i++) {
        quoted = quoted != (row[i] == '"');
        if (i == 0 || row[i] != ',' || !is_digit(row[i - 1]) || !is_digit(row[i + 1])) continue;
        if (quoted || separator == ';') return true;
    }
    return false;
}

/* Whether a first column numbers the rows: pandas writes one, without a name. */
static bool has_index(const char *row, size_t length, size_t place, size_t columns, size_t wanted) {
    char number[24];
    static const char unnamed[] = "Unnamed: 0,";
    if (columns != wanted + 1 || length == 0) return false;
    if (row[0] == ',' || strncmp(row, "\"\",", 3) == 0) return true;
    if (length >= sizeof unnamed && memcmp(row, unnamed, sizeof unnamed - 1) == 0) return true;
    /* The field after a name such as "id" or "index". */
    const char *second = memchr(row, ',', length);
    const size_t rest = second ? length - (size_t)(second + 1 - row) : 0;
    const bool named = (row[0] | 0x20) >= 'a' && (row[0] | 0x20) <= 'z';
    static const char *const firsts[] = {"code_0,", "\"code_0\",", "0,"}; /* the last by pandas */
    for (size_t i = 0; i < (named ? 3 : 2); i++) {
        const size_t size = strlen(firsts[i]);
        if (rest > size && memcmp(second + 1, firsts[i], size) == 0) return true;
    }
    const int digits = snprintf(number, sizeof number, "%zu,", place);
    return digits > 0 && (size_t)digits < length && memcmp(row, number, (size_t)digits) == 0;
}

const char *emb__csv_hint(const char *row, size_t length, size_t place, size_t columns,
                          size_t wanted, char hint[EMB__CSV_HINT]) {
    static const struct {
        char sign;
        const char *name;
    } separators[] = {{';', "';'"}, {'\t', N_("tabs")}, {'|', "'|'"}, {' ', N_("spaces")}};
    hint[0] = '\0';
    if (!memchr(row, ';', length) && has_index(row, length, place, columns, wanted)) {
        snprintf(hint, EMB__CSV_HINT, "%s",
                 _(": the first column seems to be an index (pandas: to_csv(..., index=False))"));
        return hint;
    }
    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
        const char *sign = memchr(row, separators[i].sign, length);
        /* (A ';' in front has an index's empty name before it.) */
        const bool between =
            sign && (sign > row || separators[i].sign == ';') && sign + 1 < row + length;
        if (!between || (columns > 1 && separators[i].sign != ';')) continue;
        const bool comma = has_decimal_comma(row, length, separators[i].sign);
        snprintf(hint, EMB__CSV_HINT,
                 comma ? _(": columns are separated by %s and numbers have a decimal comma, "
                           "expected commas and decimal points")
                       : _(": columns are separated by %s, expected commas"),
                 _(separators[i].name));
        return hint;
    }
    size_t end = length;
    while (end > 0 && (row[end - 1] == '\r' || row[end - 1] == ' ')) end--;
    if (columns == wanted + 1 && end > 0 && row[end - 1] == ',') {
        snprintf(hint, EMB__CSV_HINT, "%s",
                 _(": the line ends with a comma, which begins one more column"));
        return hint;
    }
    if (has_decimal_comma(row, length, ',')) {
        snprintf(hint, EMB__CSV_HINT, _(": numbers have a decimal comma, expected decimal points"));
    }
    return hint;
}
