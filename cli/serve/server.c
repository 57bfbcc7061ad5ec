/* See server.h. */
#include "serve/server.h"

#include "core/message.h"

#ifndef EMB_HAVE_SERVER

bool cli_server_ready(void) {
    cli_fail("serving needs libmicrohttpd, which this build is without: install libmicrohttpd-dev "
             "(Debian, Ubuntu) or your system's libmicrohttpd, and build again");
    return false;
}

cli_server *cli_server_listen(const char *address, int port, bool changes) {
    (void)address, (void)port, (void)changes;
    return NULL;
}

bool cli_server_start(cli_server *server, cli_explorer *explorer) {
    (void)server, (void)explorer;
    return false;
}

const char *cli_server_address(const cli_server *server) {
    (void)server;
    return "";
}

void cli_server_tend(cli_server *server) { (void)server; }
void cli_server_wait(cli_server *server) { (void)server; }
void cli_server_stop(cli_server *server) { (void)server; }

#else

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/language.h"
#include "core/late.h"
#include "core/stop.h"
#include "core/system_error.h"
#include "serve/routes.h"
#include "serve/slow.h"

#ifdef EMB_LATE_SERVER
#define FUNCTIONS(X)                                                                               \
    X(MHD_add_response_header)                                                                     \
    X(MHD_create_response_from_buffer)                                                             \
    X(MHD_destroy_response)                                                                        \
    X(MHD_get_connection_info)                                                                     \
    X(MHD_get_connection_values)                                                                   \
    X(MHD_lookup_connection_value)                                                                 \
    X(MHD_queue_response)                                                                          \
    X(MHD_start_daemon)                                                                            \
    X(MHD_stop_daemon)

static struct { FUNCTIONS(CLI_LATE_POINTER) } late;

bool cli_server_ready(void) {
    static const char *const names[] = {FUNCTIONS(CLI_LATE_NAME)};
    return cli_late_load(EMB_LATE_SERVER, names, &late, sizeof names / sizeof *names);
}

#define MHD_add_response_header         late.MHD_add_response_header
#define MHD_create_response_from_buffer late.MHD_create_response_from_buffer
#define MHD_destroy_response            late.MHD_destroy_response
#define MHD_get_connection_info         late.MHD_get_connection_info
#define MHD_get_connection_values       late.MHD_get_connection_values
#define MHD_lookup_connection_value     late.MHD_lookup_connection_value
#define MHD_queue_response              late.MHD_queue_response
#define MHD_start_daemon                late.MHD_start_daemon
#define MHD_stop_daemon                 late.MHD_stop_daemon
#else
bool cli_server_ready(void) { return true; }
#endif

enum {
    REQUEST_SECONDS = 10,
    ANSWER_SECONDS = 60,
    HEAD_BYTES = 16384,
    BACKLOG = 512,
    OTHER_FILES = 64 /* that the process has open beside its connections */
};

struct cli_server {
    cli_explorer *explorer;
    cli_gate gate;
    cli_slow *slow;
    struct MHD_Daemon *daemon; /* NULL: it only listens */
    int fd;                    /* then */
    char address[2 * CLI_HOST_ROOM];
};

/* ---- one request ----------------------------------------------------------------------------- */

/* Made when its first line is there. */
typedef struct exchange {
    char *target; /* its path alone, once it is heard */
    const char *query;
    bool heard; /* its head was judged */
    const cli_route *route;
    long number;
    uint8_t *body;
    size_t length, room;
} exchange;

static void *begin_exchange(void *data, const char *uri, struct MHD_Connection *connection) {
    (void)data, (void)connection;
    exchange *x = calloc(1, sizeof *x);
    if (x) x->target = strdup(uri);
    return x;
}

static void mark(const cli_server *server, struct MHD_Connection *connection, bool answers) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    if (info) cli_slow_mark(server->slow, info->socket_context, answers);
}

static void end_exchange(void *data, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code) {
    cli_server *server = data;
    exchange *x = *state;
    (void)code;
    mark(server, connection, false);
    if (!x) return;
    free(x->target);
    free(x->body);
    free(x);
    *state = NULL;
}

static enum MHD_Result count_header(void *data, enum MHD_ValueKind kind, const char *name,
                                    const char *value) {
    (void)kind;
    cli_head_add(data, name, value);
    return MHD_YES;
}

static void add_headers(struct MHD_Response *response, const cli_reply *reply) {
    static const char *const always[][2] = {
        {"Content-Security-Policy",
         "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
         "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
    };
    for (size_t i = 0; i < sizeof always / sizeof *always; i++) {
        MHD_add_response_header(response, always[i][0], always[i][1]);
    }
    MHD_add_response_header(response, "Content-Type", reply->type);
    MHD_add_response_header(response, "Cache-Control", reply->tag ? "no-cache" : "no-store");
    if (reply->tag) MHD_add_response_header(response, "ETag", reply->tag);
}

/* Takes the reply over. */
static enum MHD_Result answer(const cli_server *server, struct MHD_Connection *connection,
                              cli_reply reply, const char *allowed) {
    static char without_memory[] = "{\"title\":\"There is no memory\",\"status\":503}";
    if (!reply.bytes) {
        reply = (cli_reply){.status = 503,
                            .type = "application/problem+json",
                            .bytes = without_memory,
                            .count = sizeof without_memory - 1,
                            .borrowed = true};
    }
    struct MHD_Response *response = MHD_create_response_from_buffer(
        reply.count, reply.bytes, reply.borrowed ? MHD_RESPMEM_PERSISTENT : MHD_RESPMEM_MUST_FREE);
    if (!response) {
        cli_reply_free(&reply);
        return MHD_NO;
    }
    add_headers(response, &reply);
    if (allowed) MHD_add_response_header(response, "Allow", allowed);
    if (reply.status == 401) MHD_add_response_header(response, "WWW-Authenticate", "Bearer");
    mark(server, connection, true);
    const enum MHD_Result queued = MHD_queue_response(connection, (unsigned)reply.status, response);
    MHD_destroy_response(response);
    return queued;
}

/* The page is the same for everybody, and is asked for again only if it has changed. */
static enum MHD_Result answer_page(const cli_server *server, struct MHD_Connection *connection,
                                   cli_reply reply) {
    const char *known =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_IF_NONE_MATCH);
    if (known && strcmp(known, reply.tag) == 0) {
        reply.status = MHD_HTTP_NOT_MODIFIED;
        reply.count = 0;
    }
    return answer(server, connection, reply, NULL);
}

/* Judges the head. *done: it has been answered. */
static enum MHD_Result hear(cli_server *server, struct MHD_Connection *connection, exchange *x,
                            const char *method, const char *version, bool *done) {
    cli_head head = {.method = method, .version = version, .target = x->target};
    cli_reply reply;
    *done = true;
    MHD_get_connection_values(connection, MHD_HEADER_KIND, count_header, &head);
    if (!cli_gate_lets(&server->gate, &head, &reply))
        return answer(server, connection, reply, NULL);
    char *query = strchr(x->target, '?');
    if (query) *query++ = '\0';
    x->query = query ? query : "";
    const bool page = cli_route_page(x->target, &reply);
    x->route = page ? NULL : cli_route_find(x->target, &x->number);
    if (!page && !x->route) {
        return answer(server, connection, cli_reply_problem(404, "there is no such path"), NULL);
    }
    const cli_way way = page ? CLI_WAY_PAGE : x->route->way;
    cli_reply problem;
    if (!cli_gate_takes(&server->gate, &head, way, &problem)) {
        return answer(server, connection, problem,
                      problem.status == 405 ? cli_gate_methods(way) : NULL);
    }
    if (page) return answer_page(server, connection, reply);
    const char *end;
    x->room = head.length.value ? (size_t)cli_digits(head.length.value, CLI_MOST_BODY, &end) : 0;
    x->body = malloc(x->room + 1);
    if (!x->body) {
        return answer(server, connection,
                      cli_reply_problem(503, "there is no memory for this body"), NULL);
    }
    x->heard = true;
    *done = false;
    return MHD_YES;
}

/* The media type without its parameters. */
static void type_of(struct MHD_Connection *connection, char type[CLI_HOST_ROOM]) {
    const char *given =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_TYPE);
    const size_t length = given ? strcspn(given, "; \t") : 0;
    type[0] = '\0';
    if (length == 0 || length >= CLI_HOST_ROOM) return;
    memcpy(type, given, length);
    type[length] = '\0';
}

static enum MHD_Result handle(void *data, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *body,
                              size_t *length, void **state) {
    cli_server *server = data;
    exchange *x = *state;
    (void)url;
    if (!x || !x->target) return MHD_NO;
    cli_language_plain(true); /* of this thread, which is the server's */
    if (!x->heard) {
        bool done;
        return hear(server, connection, x, method, version, &done);
    }
    if (*length > 0) {
        if (*length > x->room - x->length) return MHD_NO;
        memcpy(x->body + x->length, body, *length);
        x->length += *length;
        *length = 0;
        return MHD_YES;
    }
    char type[CLI_HOST_ROOM];
    type_of(connection, type);
    const cli_request request = {method, x->target, x->query, type, x->body, x->length};
    x->body[x->length] = '\0';
    return answer(server, connection,
                  cli_route_answer(x->route, server->explorer, &request, x->number), NULL);
}

/* ---- connections ----------------------------------------------------------------------------- */

static void connection_changed(void *data, struct MHD_Connection *connection, void **state,
                               enum MHD_ConnectionNotificationCode code) {
    cli_server *server = data;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        cli_slow_remove(server->slow, *state);
        return;
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (info) *state = cli_slow_add(server->slow, info->connect_fd);
}

/* Many clients that do nothing are not to keep others out: as many files as the system lets us. */
static unsigned most_connections(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return CLI_MOST_CONNECTIONS / 8;
    const rlim_t wanted = CLI_MOST_CONNECTIONS + OTHER_FILES;
    if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < wanted) {
        limit.rlim_cur =
            limit.rlim_max == RLIM_INFINITY || limit.rlim_max > wanted ? wanted : limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
        if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return CLI_MOST_CONNECTIONS / 8;
    }
    if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= wanted) return CLI_MOST_CONNECTIONS;
    return limit.rlim_cur > 2 * OTHER_FILES ? (unsigned)(limit.rlim_cur - OTHER_FILES)
                                            : OTHER_FILES;
}

/* ---- listening ------------------------------------------------------------------------------- */

typedef union place {
    struct sockaddr any;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
} place;

/* A numeric address of this machine; its length, 0 if it is none. */
static socklen_t read_address(const char *address, int port, place *where) {
    memset(where, 0, sizeof *where);
    if (inet_pton(AF_INET, address, &where->four.sin_addr) == 1) {
        where->four.sin_family = AF_INET;
        where->four.sin_port = htons((uint16_t)port);
        return where->four.sin_addr.s_addr ? sizeof where->four : 0;
    }
    if (inet_pton(AF_INET6, address, &where->six.sin6_addr) == 1) {
        where->six.sin6_family = AF_INET6;
        where->six.sin6_port = htons((uint16_t)port);
        return IN6_IS_ADDR_UNSPECIFIED(&where->six.sin6_addr) ? 0 : sizeof where->six;
    }
    return 0;
}

static bool is_local(const place *where) {
    if (where->any.sa_family == AF_INET) return ntohl(where->four.sin_addr.s_addr) >> 24 == 127;
    return IN6_IS_ADDR_LOOPBACK(&where->six.sin6_addr);
}

/* The socket, and the port that it got; -1 with the error printed. */
static int listen_there(const char *address, place *where, socklen_t size, int *port) {
    const int on = 1, fd = socket(where->any.sa_family, SOCK_STREAM, 0);
    if (fd >= 0) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (fd < 0 || bind(fd, &where->any, size) != 0 || listen(fd, BACKLOG) != 0 ||
        getsockname(fd, &where->any, &size) != 0) {
        if (errno == EADDRINUSE) {
            cli_fail("port %d of %s is in use: another --port, or --port 0 for a free one", *port,
                     address);
        } else {
            cli_fail("cannot listen on port %d of %s: %s", *port, address, cli_system_error(errno));
        }
        if (fd >= 0) close(fd);
        return -1;
    }
    *port = ntohs(where->any.sa_family == AF_INET ? where->four.sin_port : where->six.sin6_port);
    return fd;
}

bool cli_server_start(cli_server *server, cli_explorer *explorer) {
    server->explorer = explorer;
    server->daemon = MHD_start_daemon(
        MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, handle, server,
        MHD_OPTION_LISTEN_SOCKET, server->fd, MHD_OPTION_URI_LOG_CALLBACK, begin_exchange, server,
        MHD_OPTION_NOTIFY_COMPLETED, end_exchange, server, MHD_OPTION_NOTIFY_CONNECTION,
        connection_changed, server, MHD_OPTION_CONNECTION_LIMIT, most_connections(),
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)ANSWER_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)HEAD_BYTES, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    if (server->daemon && cli_slow_watch(server->slow)) return true;
    cli_fail("libmicrohttpd cannot start: %s", cli_system_error(errno));
    return false;
}

cli_server *cli_server_listen(const char *address, int port, bool changes) {
    place where;
    const socklen_t size = read_address(address, port, &where);
    if (size == 0) {
        cli_fail("--host: expected the numeric address of one of this machine's interfaces, such "
                 "as 192.168.1.20, got '%s'",
                 address);
        return NULL;
    }
    const int fd = listen_there(address, &where, size, &port);
    if (fd < 0) return NULL;
    cli_server *server = cli_alloc(sizeof *server);
    *server = (cli_server){.fd = fd};
    server->slow = cli_slow_new(REQUEST_SECONDS, ANSWER_SECONDS);
    if (server->slow && cli_gate_make(&server->gate, address, port, !is_local(&where), changes)) {
        snprintf(server->address, sizeof server->address, "http://%s/%s%s", server->gate.hosts[0],
                 *server->gate.token ? "#token=" : "", server->gate.token);
        return server;
    }
    cli_fail("the system gives no memory or no random numbers");
    cli_server_stop(server);
    return NULL;
}

const char *cli_server_address(const cli_server *server) { return server->address; }

void cli_server_tend(cli_server *server) { cli_explorer_tend(server->explorer); }

void cli_server_wait(cli_server *server) {
    const struct timespec pause = {.tv_nsec = 200 * 1000000L};
    while (!cli_stop_signal()) {
        cli_server_tend(server);
        nanosleep(&pause, NULL);
    }
}

void cli_server_stop(cli_server *server) {
    if (!server) return;
    if (server->daemon) {
        MHD_stop_daemon(server->daemon);
    } else {
        close(server->fd);
    }
    cli_slow_free(server->slow);
    free(server);
}

#endif
