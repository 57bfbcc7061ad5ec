/* See gate.h. */
#include "serve/gate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

void cli_head_add(cli_head *head, const char *name, const char *value) {
    const struct {
        const char *name;
        cli_header *header;
    } known[] = {{"Host", &head->host},
                 {"Origin", &head->origin},
                 {"Sec-Fetch-Site", &head->site},
                 {"Authorization", &head->authorization},
                 {"Content-Length", &head->length},
                 {"Transfer-Encoding", &head->transfer},
                 {"Expect", &head->expect},
                 {"Upgrade", &head->upgrade}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcasecmp(name, known[i].name) != 0) continue;
        known[i].header->value = value ? value : "";
        known[i].header->count++;
    }
}

static bool make_token(char token[CLI_TOKEN_SIZE]) {
    unsigned char bytes[(CLI_TOKEN_SIZE - 1) / 2];
    if (getentropy(bytes, sizeof bytes) != 0) return false;
    for (size_t i = 0; i < sizeof bytes; i++) snprintf(token + 2 * i, 3, "%02x", bytes[i]);
    return true;
}

static bool is_loopback(const char *address) {
    return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

/* Names would let another site's name lead here; of names there is localhost alone, which is of no
 * other machine. */
bool cli_gate_make(cli_gate *gate, const char *address, int port, bool guarded, bool changes) {
    *gate = (cli_gate){.guarded = guarded};
    const char *format = strchr(address, ':') ? "[%s]:%d" : "%s:%d";
    char name[CLI_HOST_ROOM];
    snprintf(gate->hosts[0], CLI_HOST_ROOM, format, address, port);
    if (is_loopback(address)) {
        snprintf(gate->hosts[1], CLI_HOST_ROOM, "localhost:%d", port);
    }
    if (port == 80) { /* which browsers leave out */
        for (int i = 0; i < CLI_MOST_HOSTS && *gate->hosts[i]; i++) {
            snprintf(name, sizeof name, "%s", gate->hosts[i]);
            name[strlen(name) - strlen(":80")] = '\0';
            snprintf(gate->hosts[i], CLI_HOST_ROOM, "%s", name);
        }
    }
    return !(guarded || changes) || make_token(gate->token);
}

static bool is_own(const cli_gate *gate, const char *host) {
    for (int i = 0; i < CLI_MOST_HOSTS && *gate->hosts[i]; i++) {
        if (strcasecmp(host, gate->hosts[i]) == 0) return true;
    }
    return false;
}

/* The same whatever the place of the first wrong letter. */
static bool same_token(const char *a, const char *b) {
    const size_t length = strlen(b);
    unsigned difference = strlen(a) != length;
    for (size_t i = 0; i < length; i++) {
        difference |= (unsigned char)(a[i < strlen(a) ? i : 0] ^ b[i]);
    }
    return difference == 0;
}

static bool has_token(const cli_gate *gate, const cli_head *head) {
    static const char scheme[] = "Bearer ";
    const char *given = head->authorization.value;
    return *gate->token && given && head->authorization.count == 1 &&
           strncmp(given, scheme, sizeof scheme - 1) == 0 &&
           same_token(given + sizeof scheme - 1, gate->token);
}

static bool is_target(const char *target) {
    for (const char *at = target; *at; at++) {
        if (*at <= ' ' || *at >= 0x7f || *at == '#' || *at == '\\') return false;
    }
    return target[0] == '/';
}

static bool is_foreign(const cli_gate *gate, const cli_head *head) {
    const char *origin = head->origin.value, *site = head->site.value;
    if (head->origin.count > 1 || head->site.count > 1) return true;
    if (origin && (strncmp(origin, "http://", 7) != 0 || !is_own(gate, origin + 7))) return true;
    return site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0;
}

bool cli_gate_lets(const cli_gate *gate, const cli_head *head, cli_reply *problem) {
    *problem = (cli_reply){0};
    if (strcmp(head->version, "HTTP/1.1") != 0 && strcmp(head->version, "HTTP/1.0") != 0) {
        *problem = cli_reply_problem(400, "expected HTTP/1.1");
    } else if (!is_target(head->target)) {
        *problem = cli_reply_problem(400, "expected a path that begins with /");
    } else if (head->host.count != 1 || !head->host.value) {
        *problem = cli_reply_problem(400, "expected one Host");
    } else if (!is_own(gate, head->host.value)) {
        *problem =
            cli_reply_problem(403, "this is %s, not the Host that was asked for", gate->hosts[0]);
    } else if (is_foreign(gate, head)) {
        *problem = cli_reply_problem(403, "only the explorer's own page may ask");
    } else if (head->transfer.count > 0 && head->length.count > 0) {
        *problem = cli_reply_problem(400, "expected Content-Length or Transfer-Encoding, not both");
    } else if (head->transfer.count > 0) {
        *problem = cli_reply_problem(411, "expected Content-Length");
    } else if (head->length.count > 1 || head->upgrade.count > 0 || head->expect.count > 1) {
        *problem = cli_reply_problem(400, "expected one Content-Length at most, and no Upgrade");
    }
    return problem->status == 0;
}

/* The body's length; -1: none is given, -2: it is no number or too large. */
static long length_of(const cli_head *head) {
    const char *end, *text = head->length.value;
    if (head->length.count == 0 || !text) return -1;
    const long length = cli_digits(text, CLI_MOST_BODY, &end);
    if (length >= 0 && !*end) return length;
    return -2;
}

static const struct way {
    bool reads, posts;
    const char *methods, *expected;
} ways[CLI_WAYS] = {[CLI_WAY_PAGE] = {true, false, "GET, HEAD", "GET or HEAD"},
                    [CLI_WAY_READ] = {true, false, "GET, HEAD", "GET or HEAD"},
                    [CLI_WAY_POST] = {true, true, "GET, HEAD, POST", "GET, HEAD or POST"},
                    [CLI_WAY_CHANGE] = {false, true, "POST", "POST"}};

const char *cli_gate_methods(cli_way way) { return ways[way].methods; }

static bool needs_token(const cli_gate *gate, cli_way way) {
    return way == CLI_WAY_CHANGE || (gate->guarded && way != CLI_WAY_PAGE);
}

bool cli_gate_takes(const cli_gate *gate, const cli_head *head, cli_way way, cli_reply *problem) {
    const bool reads =
        ways[way].reads && (strcmp(head->method, "GET") == 0 || strcmp(head->method, "HEAD") == 0);
    const bool posts = ways[way].posts && strcmp(head->method, "POST") == 0;
    const long length = length_of(head);
    *problem = (cli_reply){0};
    if (!reads && !posts) {
        *problem = cli_reply_problem(405, "expected %s", ways[way].expected);
    } else if (needs_token(gate, way) && !has_token(gate, head)) {
        *problem = cli_reply_problem(401, "expected Authorization: Bearer and the token behind the "
                                          "# of the address that embudo printed");
    } else if (length == -2) {
        *problem = cli_reply_problem(413, "expected a body of at most %d bytes", CLI_MOST_BODY);
    } else if (reads && length > 0) {
        *problem = cli_reply_problem(400, "expected no body");
    } else if (posts && length < 0) {
        *problem = cli_reply_problem(411, "expected Content-Length");
    }
    return problem->status == 0;
}
