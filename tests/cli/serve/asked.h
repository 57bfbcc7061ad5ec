/* Asking the explorer without a socket: what server.c does with a request's head and body, for the
 * fuzzer (tests/fuzz/request.c) and test_asked.c. Whatever is asked, there is one answer of a known
 * status, and a failure is JSON that says so; else the process ends. */
#ifndef EMB_TESTS_ASKED_H
#define EMB_TESTS_ASKED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "serve/gate.h"
#include "serve/routes.h"

enum { ASKED_IMAGES = 12, ASKED_SIDE = 4, ASKED_PIXELS = ASKED_SIDE * ASKED_SIDE };
#define ASKED_HOST  "127.0.0.1:8080"
#define ASKED_TOKEN "0123456789abcdef0123456789abcdef"

/* A tiny network and a few images; cli_explorer_close ends it. */
static void asked_open(cli_explorer *e) {
    static const char notation[] =
        "input = 1, 4, 4\n"
        "encoder = Sequential(Flatten(), Linear(16, 2))\n"
        "decoder = Sequential(Linear(2, 16), Sigmoid(), Unflatten(1, (1, 4, 4)))\n";
    static uint8_t pixels[ASKED_IMAGES * ASKED_PIXELS], labels[ASKED_IMAGES];
    const int shape[3] = {1, ASKED_SIDE, ASKED_SIDE};
    for (size_t i = 0; i < sizeof pixels; i++) pixels[i] = (uint8_t)(i * 37);
    for (size_t i = 0; i < ASKED_IMAGES; i++) labels[i] = (uint8_t)(i % 3);
    float *codes = malloc(2 * ASKED_IMAGES * sizeof *codes);
    *e = (cli_explorer){.name = "asked", .threads = 1, .latent = 2, .white = 1};
    e->net = emb_net_parse(notation, "asked.net", NULL);
    e->split.images = emb_images_new(pixels, labels, ASKED_IMAGES, shape);
    e->split.count = e->count = ASKED_IMAGES;
    e->pixels = ASKED_PIXELS;
    memcpy(e->shape, shape, sizeof shape);
    if (!codes || !e->net || !e->split.images || emb_net_init(e->net, 1) != EMB_OK ||
        emb_images_follow(e->split.images, e->net) != EMB_OK ||
        emb_net_encode_images(e->net, e->split.images, NULL, ASKED_IMAGES, codes, 1) != EMB_OK) {
        fprintf(stderr, "asked: %s\n", emb_error());
        abort();
    }
    e->codes = codes;
}

/* The text up to `end`, which is taken away; NULL if it does not end so. */
static char *asked_part(char **at, const char *end) {
    char *part = *at, *found = strstr(part, end);
    if (!found) return NULL;
    *found = '\0';
    *at = found + strlen(end);
    return part;
}

static cli_reply asked_route(cli_explorer *e, const cli_head *head, char *target, const char *type,
                             const uint8_t *body, size_t length) {
    cli_reply reply;
    long number;
    char *query = strchr(target, '?');
    if (query) *query++ = '\0';
    const bool page = cli_route_page(target, &reply);
    const cli_route *route = page ? NULL : cli_route_find(target, &number);
    cli_gate gate = {.hosts = {ASKED_HOST}, .token = ASKED_TOKEN};
    cli_reply problem;
    if (!page && !route) return cli_reply_problem(404, "there is no such path");
    if (!cli_gate_takes(&gate, head, page ? CLI_WAY_PAGE : route->way, &problem)) return problem;
    if (page) return reply;
    const cli_request request = {head->method, target, query ? query : "", type, body, length};
    return cli_route_answer(route, e, &request, number);
}

/* What is right of every answer. */
static int asked_check(cli_reply *reply) {
    static const int known[] = {200, 202, 400, 401, 403, 404, 405, 411, 413, 414, 415, 500, 503};
    const int status = reply->status;
    bool good = false;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) good |= known[i] == status;
    if (status >= 400) {
        json_error_t error;
        json_t *told = json_loadb(reply->bytes, reply->count, 0, &error);
        const char *detail = json_string_value(json_object_get(told, "detail"));
        good &= strcmp(reply->type, "application/problem+json") == 0 && detail && *detail &&
                json_integer_value(json_object_get(told, "status")) == status;
        json_decref(told);
    }
    if (!good || !reply->bytes || reply->count == 0) {
        fprintf(stderr, "answered %d: %.*s\n", status, (int)reply->count,
                reply->bytes ? (char *)reply->bytes : "");
        abort();
    }
    cli_reply_free(reply);
    return status;
}

/* The status of what is answered; 0: the bytes are no request. */
static int asked(cli_explorer *e, const uint8_t *bytes, size_t count) {
    char *text = malloc(count + 1), *at = text, type[64] = "";
    if (!text) abort();
    if (count > 0) memcpy(text, bytes, count);
    text[count] = '\0';
    cli_head head = {0};
    cli_reply reply = {0};
    char *method = asked_part(&at, " "), *target = method ? asked_part(&at, " ") : NULL;
    char *version = target ? asked_part(&at, "\n") : NULL, *line;
    while (version && (line = asked_part(&at, "\n")) && *line) {
        char *value = line, *name = asked_part(&value, ": ");
        if (!name) continue;
        cli_head_add(&head, name, value);
        if (strcmp(name, "Content-Type") == 0) snprintf(type, sizeof type, "%s", value);
    }
    if (version) {
        head.method = method;
        head.version = version;
        head.target = target;
        if (cli_gate_lets(&(cli_gate){.hosts = {ASKED_HOST}, .token = ASKED_TOKEN}, &head,
                          &reply)) {
            reply = asked_route(e, &head, target, type, (const uint8_t *)at,
                                count - (size_t)(at - text));
        }
    }
    const int status = version ? asked_check(&reply) : 0;
    free(text);
    return status;
}

#endif
