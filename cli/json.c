/* Writing JSON. See json.h. */
#include "json.h"

#include <math.h>
#include <stddef.h>

/* Bytes of the UTF-8 character at s, or 0 where there is none: truncated, overlong, a surrogate or
 * above U+10FFFF. */
static size_t utf8_length(const unsigned char *s) {
    static const struct {
        unsigned char first_least, first_most, second_least, second_most;
        size_t length;
    } forms[] = {
        {0x00, 0x7F, 0x00, 0xFF, 1}, {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
        {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
        {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
    };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (s[0] < forms[i].first_least || s[0] > forms[i].first_most) continue;
        if (forms[i].length == 1) return 1;
        if (s[1] < forms[i].second_least || s[1] > forms[i].second_most) return 0;
        for (size_t k = 2; k < forms[i].length; k++) {
            if ((s[k] & 0xC0) != 0x80) return 0;
        }
        return forms[i].length;
    }
    return 0;
}

static void add_string(cli_text *text, const char *value) {
    cli_text_add(text, "\"");
    for (const unsigned char *s = (const unsigned char *)value; *s;) {
        size_t length = utf8_length(s);
        if (length == 0) {
            cli_text_add(text, "\\ufffd");
            length = 1;
        } else if (*s == '\n') {
            cli_text_add(text, "\\n");
        } else if (*s < 0x20 || *s == 0x7F) {
            cli_text_add(text, "\\u%04x", *s);
        } else if (*s == '"' || *s == '\\') {
            cli_text_add(text, "\\%c", *s);
        } else {
            cli_text_bytes(text, s, length);
        }
        s += length;
    }
    cli_text_add(text, "\"");
}

/* The comma after what went before, a new line and the key. */
static void begin(cli_json *json, const char *key) {
    cli_text *text = &json->text;
    if (text->length > 0) {
        char last = text->bytes[text->length - 1];
        cli_text_add(text, "%s\n%*s", last == '{' || last == '[' ? "" : ",", 2 * json->depth, "");
    }
    if (!key) return;
    add_string(text, key);
    cli_text_add(text, ": ");
}

void cli_json_open(cli_json *json, const char *key, char bracket) {
    begin(json, key);
    cli_text_bytes(&json->text, &bracket, 1);
    json->depth++;
}

void cli_json_close(cli_json *json, char bracket) {
    json->depth--;
    cli_text_add(&json->text, "\n%*s%c", 2 * json->depth, "", bracket);
    if (json->depth == 0) cli_text_add(&json->text, "\n");
}

void cli_json_string(cli_json *json, const char *key, const char *value) {
    begin(json, key);
    if (value) {
        add_string(&json->text, value);
    } else {
        cli_text_add(&json->text, "null");
    }
}

void cli_json_whole(cli_json *json, const char *key, int64_t value) {
    begin(json, key);
    cli_text_add(&json->text, "%lld", (long long)value);
}

void cli_json_real(cli_json *json, const char *key, double value) {
    char number[CLI_NUMBER_SIZE];
    begin(json, key);
    cli_text_add(&json->text, "%s", isfinite(value) ? cli_shortest(value, number) : "null");
}

void cli_json_bool(cli_json *json, const char *key, bool value) {
    begin(json, key);
    cli_text_add(&json->text, value ? "true" : "false");
}
