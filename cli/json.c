/* Writing JSON. See json.h. */
#include "json.h"

#include <math.h>
#include <stddef.h>

#include "utf8.h"

static void add_string(cli_text *text, const char *value) {
    cli_text_add(text, "\"");
    for (const unsigned char *s = (const unsigned char *)value; *s;) {
        size_t length = cli_utf8_length(s);
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

void cli_json_unsigned(cli_json *json, const char *key, uint64_t value) {
    begin(json, key);
    cli_text_add(&json->text, "%llu", (unsigned long long)value);
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
