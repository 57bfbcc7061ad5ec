/* Writing JSON. See json.h. */
#include "core/json.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "core/message.h"

static void add_string(cli_text *text, const char *value) {
    cli_text_add(text, "\"");
    cli_text_for(text, EMB_JSON, value);
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

void cli_json_name(cli_json *json, const char *key, const char *name) {
    char *kept = name ? cli_name_kept(name) : NULL;
    cli_json_string(json, key, kept);
    free(kept);
}

void cli_json_whole(cli_json *json, const char *key, int64_t value) {
    begin(json, key);
    cli_text_add(&json->text, "%lld", (long long)value);
}

void cli_json_seed(cli_json *json, const char *key, uint64_t seed) {
    cli_json_whole(json, key, (int64_t)seed);
}

void cli_json_real(cli_json *json, const char *key, double value) {
    char number[CLI_NUMBER_SIZE];
    begin(json, key);
    if (fabs(value) < 1e15 && !(fabs(value) > fabs(trunc(value)))) { /* not 6e+04 */
        cli_text_add(&json->text, "%.0f", value);
        return;
    }
    cli_text_add(&json->text, "%s", isfinite(value) ? cli_shortest(value, number) : "null");
}

void cli_json_bool(cli_json *json, const char *key, bool value) {
    begin(json, key);
    cli_text_add(&json->text, value ? "true" : "false");
}

void cli_json_put(cli_json *json) {
    cli_output(json->text.bytes, json->text.length);
    cli_text_free(&json->text);
}
