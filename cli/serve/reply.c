/* See reply.h. */
#include "serve/reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <embudo.h>

enum { DETAIL = 512, NPY_HEAD = 128 };

static const struct title {
    int status;
    const char *title;
} titles[] = {{400, "Bad request"},        {401, "Not authorised"},
              {403, "Forbidden"},          {404, "Not found"},
              {405, "Method not allowed"}, {409, "Conflict"},
              {411, "Length required"},    {413, "Content too large"},
              {414, "Address too long"},   {415, "Unsupported media type"},
              {500, "It failed"},          {503, "Busy"}};

static const char *title_of(int status) {
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        if (titles[i].status == status) return titles[i].title;
    }
    return "Failure";
}

/* ---- replies --------------------------------------------------------------------------------- */

static cli_reply reply_text(int status, const char *type, json_t *value) {
    char *text = value ? json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(value);
    return (cli_reply){
        .status = status, .type = type, .bytes = text, .count = text ? strlen(text) : 0};
}

cli_reply cli_reply_problem(int status, const char *detail, ...) {
    char text[DETAIL], clean[2 * DETAIL];
    va_list list;
    va_start(list, detail);
    vsnprintf(text, sizeof text, detail, list);
    va_end(list);
    emb_text_for(EMB_SHOWN, text, strlen(text), clean, sizeof clean);
    return reply_text(
        status, "application/problem+json",
        json_pack("{s:s, s:i, s:s}", "title", title_of(status), "status", status, "detail", clean));
}

cli_reply cli_reply_failure_as(int status) {
    const char *text = emb_error();
    return cli_reply_problem(strcasestr(text, "memory") ? 503 : status, "%s", text);
}

cli_reply cli_reply_failure(void) { return cli_reply_failure_as(500); }

cli_reply cli_reply_json(json_t *value) { return reply_text(200, CLI_JSON_TYPE, value); }

cli_reply cli_reply_png(const float *pixels, const int shape[3]) {
    size_t count;
    uint8_t *bytes = emb_picture_png(pixels, shape, &count);
    if (!bytes) return cli_reply_failure();
    return (cli_reply){.status = 200, .type = "image/png", .bytes = bytes, .count = count};
}

cli_reply cli_reply_image(const float *image, const int shape[3]) {
    int view[3];
    float range[2];
    emb_view_shape(shape, view);
    emb_view_range(image, 1, shape, range);
    float *pixels = malloc((size_t)view[0] * (size_t)view[1] * (size_t)view[2] * sizeof *pixels);
    if (!pixels) return cli_reply_problem(503, "there is no memory for this picture");
    const cli_reply reply = emb_view(image, shape, range, pixels) == EMB_OK
                                ? cli_reply_png(pixels, view)
                                : cli_reply_failure();
    free(pixels);
    return reply;
}

/* Its header is 128 bytes long, with one for every shape of up to four numbers. */
cli_reply cli_reply_npy(const char *kind, int rank, const size_t *shape, const void *values) {
    char head[NPY_HEAD], sizes[NPY_HEAD];
    size_t count = (size_t)(kind[2] - '0'), length = 0;
    sizes[0] = '\0';
    for (int i = 0; i < rank; i++) {
        count *= shape[i];
        length += (size_t)snprintf(sizes + length, sizeof sizes - length, "%zu%s", shape[i],
                                   rank == 1      ? ","
                                   : i < rank - 1 ? ", "
                                                  : "");
    }
    uint8_t *bytes = malloc(NPY_HEAD + count);
    if (!bytes) return cli_reply_problem(503, "there is no memory for this array");
    static const uint8_t magic[] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 0x76, 0};
    const size_t used = (size_t)snprintf(
        head, sizeof head, "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", kind, sizes);
    memcpy(bytes, magic, sizeof magic);
    for (size_t i = 0; i < NPY_HEAD - sizeof magic; i++) {
        bytes[sizeof magic + i] = i < used ? (uint8_t)head[i] : ' ';
    }
    bytes[NPY_HEAD - 1] = '\n';
    memcpy(bytes + NPY_HEAD, values, count);
    return (cli_reply){
        .status = 200, .type = CLI_NPY_TYPE, .bytes = bytes, .count = NPY_HEAD + count};
}

void cli_reply_free(cli_reply *reply) {
    if (!reply->borrowed) free(reply->bytes);
    *reply = (cli_reply){0};
}

/* ---- a query --------------------------------------------------------------------------------- */

/* The part of a query at `at`: its name's and its value's lengths. What follows, or NULL. */
static const char *next_part(const char *at, size_t *name, size_t *value) {
    const size_t length = strcspn(at, "&");
    *name = strcspn(at, "=&");
    *value = *name < length ? length - *name - 1 : 0;
    return at[length] ? at + length + 1 : NULL;
}

static const char *find_value(const cli_request *request, const char *wanted, size_t *value) {
    size_t name;
    for (const char *at = request->query, *next; at; at = next) {
        next = next_part(at, &name, value);
        if (name == strlen(wanted) && strncmp(at, wanted, name) == 0 && at[name] == '=') {
            return at + name + 1;
        }
    }
    return NULL;
}

bool cli_query_text(const cli_request *request, const char *name, char text[CLI_QUERY_ROOM]) {
    size_t length, used = 0;
    const char *value = find_value(request, name, &length);
    text[0] = '\0';
    if (!value || length >= CLI_QUERY_ROOM) return false;
    for (size_t i = 0; i < length; i++) {
        const bool comma = length - i >= 3 &&
                           (strncmp(value + i, "%2C", 3) == 0 || strncmp(value + i, "%2c", 3) == 0);
        text[used++] = comma ? ',' : value[i];
        if (comma) i += 2;
    }
    text[used] = '\0';
    return true;
}

long cli_digits(const char *text, long most, const char **end) {
    long number = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++) {
        number = 10 * number + (*at - '0');
        if (number > most) return -1;
    }
    *end = at;
    return at > text && (text[0] != '0' || at == text + 1) ? number : -1;
}

long cli_query_whole(const cli_request *request, const char *name, long most, long fallback) {
    char text[CLI_QUERY_ROOM];
    size_t length;
    const char *end = text;
    if (!find_value(request, name, &length)) return fallback;
    if (!cli_query_text(request, name, text)) return -1;
    const long number = cli_digits(text, most, &end);
    return *end ? -1 : number;
}

/* The place of a name in a list of words; -1. */
static int place_of(const char *names, const char *name, size_t length) {
    int place = 0;
    for (const char *at = names; *at; place++) {
        const size_t here = strcspn(at, " ");
        if (here == length && strncmp(at, name, length) == 0) return place;
        at += here + (at[here] == ' ');
    }
    return -1;
}

bool cli_query_knows(const cli_request *request, const char *names) {
    size_t name, value;
    unsigned seen = 0;
    if (!*request->query) return true;
    for (const char *at = request->query, *next; at; at = next) {
        next = next_part(at, &name, &value);
        const int place = place_of(names, at, name);
        if (place < 0 || seen & 1u << place) return false;
        seen |= 1u << place;
    }
    return true;
}
