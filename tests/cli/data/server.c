/* The worst of mirrors, for tests/cli/data/data.sh: server FOLDER
 *
 * Serves the files of FOLDER on 127.0.0.1, at a port that it prints. A path is /MODE/FILE, and the
 * mode says what is wrong with the answer; see `modes`. A line of standard error for each request:
 * "PATH RANGE SENT", the bytes of the body that it got rid of. A request with a whole URL, as a
 * proxy gets it, is answered the same way and logged as it came. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST_REQUEST = 8192, LONGEST_FILE = 1 << 22, LONGEST_LIFE = 120 };

typedef struct request {
    int socket;
    char path[1024]; /* as it was asked for */
    char mode[64];   /* "cut-100" */
    long number;     /* 100 of that, or 0 */
    char name[256];  /* of the file */
    long range;      /* of "Range: bytes=100-"; -1: none */
    char *bytes;     /* the file's */
    long size, sent;
} request;

static void pause_for(long milliseconds) {
    nanosleep(&(struct timespec){milliseconds / 1000, milliseconds % 1000 * 1000000}, NULL);
}

static bool put(request *r, const char *bytes, long count) {
    while (count > 0) {
        const ssize_t put = send(r->socket, bytes, (size_t)count, MSG_NOSIGNAL);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        bytes += put;
        count -= put;
    }
    return true;
}

static void put_text(request *r, const char *text) { put(r, text, (long)strlen(text)); }

/* False where the client went away. */
static bool body(request *r, long from, long count) {
    if (from + count > r->size) count = r->size - from;
    if (count <= 0) return true;
    if (!put(r, r->bytes + from, count)) return false;
    r->sent += count;
    return true;
}

/* The first lines of an answer; length -1: does not say. `more`: whole lines, or "". */
static void head(request *r, const char *status, long length, const char *more) {
    char text[1400], size[64] = "";
    if (length >= 0) snprintf(size, sizeof size, "Content-Length: %ld\r\n", length);
    snprintf(text, sizeof text, "HTTP/1.1 %s\r\nConnection: close\r\n%s%s\r\n", status, size, more);
    put_text(r, text);
}

/* The head of a right answer, with its range where one was asked for. Returns where to begin. */
static long good_head(request *r, const char *more) {
    char lines[512];
    if (r->range < 0) {
        head(r, "200 OK", r->size, more);
        return 0;
    }
    snprintf(lines, sizeof lines, "Content-Range: bytes %ld-%ld/%ld\r\n%s", r->range, r->size - 1,
             r->size, more);
    head(r, "206 Partial Content", r->size - r->range, lines);
    return r->range;
}

/* ---- modes ----------------------------------------------------------------------------------- */

static void good(request *r) { body(r, good_head(r, ""), r->size); }

static void evil(request *r) {
    body(r, good_head(r, "Content-Disposition: attachment; filename=\"../../evil\"\r\n"), r->size);
}

/* Says that the bytes are compressed once more, as some servers do with a .gz. */
static void encoded(request *r) { body(r, good_head(r, "Content-Encoding: gzip\r\n"), r->size); }

static void plain(request *r) { /* knows no ranges */
    head(r, "200 OK", r->size, "");
    body(r, 0, r->size);
}

static void unsized(request *r) {
    head(r, "200 OK", -1, "");
    body(r, 0, r->size);
}

static void cut(request *r) { body(r, good_head(r, ""), r->number); }

static void silent(request *r) { /* until the client has enough */
    char byte;
    while (recv(r->socket, &byte, 1, 0) > 0) continue;
}

static void stall(request *r) {
    cut(r);
    silent(r);
}

static void drip(request *r) {
    for (long at = good_head(r, ""); at < r->size && body(r, at, 1); at++) pause_for(100);
}

static void slow(request *r) { /* in `number` milliseconds */
    const long from = good_head(r, ""), step = (r->size - from) / 10 + 1;
    for (long at = from; at < r->size && body(r, at, step); at += step) pause_for(r->number / 10);
}

static void lies(request *r) {
    for (long i = 0; i < r->size; i++) r->bytes[i] ^= 1;
    good(r);
}

static void lies_cut(request *r) {
    for (long i = 0; i < r->size; i++) r->bytes[i] ^= 1;
    cut(r);
}

static void short_size(request *r) {
    head(r, "200 OK", r->size - 1, "");
    body(r, 0, r->size - 1);
}

static void long_size(request *r) {
    head(r, "200 OK", r->size + 1, "");
    body(r, 0, r->size);
    put_text(r, "x");
}

static void endless_bytes(request *r) {
    while (put(r, r->bytes, r->size)) r->sent += r->size;
}

static void endless(request *r) {
    head(r, "200 OK", -1, "");
    endless_bytes(r);
}

static void gigabytes(request *r) {
    head(r, "200 OK", 8000000000, "");
    endless_bytes(r);
}

/* The right range and no length: nothing but counting tells. */
static void endless_rest(request *r) {
    char lines[128];
    snprintf(lines, sizeof lines, "Content-Range: bytes %ld-%ld/%ld\r\n", r->range, r->size - 1,
             r->size);
    head(r, r->range < 0 ? "200 OK" : "206 Partial Content", -1, r->range < 0 ? "" : lines);
    endless_bytes(r);
}

static void endless_headers(request *r) {
    static const char line[] = "X-More: and more\r\n";
    put_text(r, "HTTP/1.1 200 OK\r\n");
    while (put(r, line, sizeof line - 1)) r->sent += (long)sizeof line - 1;
}

static void redirect(request *r, const char *to) {
    char line[1100];
    snprintf(line, sizeof line, "Location: %s\r\n", to);
    head(r, "302 Found", 0, line);
}

static void circle(request *r) { redirect(r, r->path); }

static void hops(request *r) {
    char to[512];
    snprintf(to, sizeof to, "/hops-%ld/%s", r->number - 1, r->name);
    if (r->number > 0) {
        redirect(r, to);
    } else {
        good(r);
    }
}

static void to_file(request *r) { redirect(r, "file:///etc/passwd"); }
static void to_ftp(request *r) { redirect(r, "ftp://127.0.0.1/x"); }
static void nowhere(request *r) { head(r, "302 Found", 0, ""); }

static void redirect_endless(request *r) {
    head(r, "302 Found", -1, "Location: /good/x\r\n");
    endless_bytes(r);
}

static void status(request *r) {
    char text[32];
    snprintf(text, sizeof text, "%ld Trouble", r->number);
    head(r, text, r->number == 204 ? -1 : 5, "");
    if (r->number != 204) put_text(r, "sorry");
}

static void no_range(request *r) { /* 416 to any range */
    if (r->range < 0) {
        good(r);
    } else {
        head(r, "416 Range Not Satisfiable", 0, "");
    }
}

static void wrong_range(request *r) { /* as long as what was asked for, but from elsewhere */
    char lines[128];
    if (r->range < 0) {
        good(r);
        return;
    }
    const long length = r->size - r->range, from = r->range / 2;
    snprintf(lines, sizeof lines, "Content-Range: bytes %ld-%ld/%ld\r\n", from, from + length - 1,
             r->size);
    head(r, "206 Partial Content", length, lines);
    body(r, from, length);
}

static void early_range(request *r) { /* more than was asked for */
    if (r->range >= 0) r->range = r->range / 2;
    good(r);
}

static void wrong_total(request *r) {
    char lines[128];
    if (r->range < 0) {
        good(r);
        return;
    }
    snprintf(lines, sizeof lines, "Content-Range: bytes %ld-%ld/%ld\r\n", r->range, r->size,
             r->size + 1);
    head(r, "206 Partial Content", r->size - r->range, lines);
    body(r, r->range, r->size);
}

static void always_206(request *r) {
    if (r->range < 0) r->range = 0;
    good(r);
}

static void noise(request *r) { put_text(r, "\001\002 this is not HTTP \r\n\r\n"); }

static const struct mode {
    const char *name; /* a number may follow: "cut-100" */
    void (*answer)(request *r);
} modes[] = {
    {"good", good},
    {"evil", evil},
    {"encoded", encoded},
    {"plain", plain},
    {"unsized", unsized},
    {"cut", cut},
    {"stall", stall},
    {"silent", silent},
    {"drip", drip},
    {"slow", slow},
    {"lies", lies},
    {"liescut", lies_cut},
    {"short", short_size},
    {"long", long_size},
    {"endless", endless},
    {"gigabytes", gigabytes},
    {"endlessrest", endless_rest},
    {"endlessheaders", endless_headers},
    {"circle", circle},
    {"hops", hops},
    {"tofile", to_file},
    {"toftp", to_ftp},
    {"nowhere", nowhere},
    {"redirectendless", redirect_endless},
    {"status", status},
    {"norange", no_range},
    {"wrongrange", wrong_range},
    {"earlyrange", early_range},
    {"wrongtotal", wrong_total},
    {"always206", always_206},
    {"noise", noise},
};

/* ---- one request ----------------------------------------------------------------------------- */

/* Up to the empty line; false where the client went away or asks for too much. */
static bool read_request(int socket, char text[LONGEST_REQUEST]) {
    size_t length = 0;
    while (length < LONGEST_REQUEST - 1) {
        const ssize_t got = recv(socket, text + length, LONGEST_REQUEST - 1 - length, 0);
        if (got <= 0) return false;
        length += (size_t)got;
        text[length] = '\0';
        if (strstr(text, "\r\n\r\n")) return true;
    }
    return false;
}

static bool parse(request *r, const char *text) {
    const char *range = strcasestr(text, "\nRange: bytes=");
    if (sscanf(text, "GET %1023s ", r->path) != 1) return false;
    r->range = range ? strtol(range + 14, NULL, 10) : -1;
    const char *path = r->path, *host = strstr(path, "://");
    if (host) path = strchr(host + 3, '/');
    if (!path || sscanf(path, "/%63[a-z0-9]", r->mode) != 1) return false;
    const char *rest = path + 1 + strlen(r->mode);
    if (*rest == '-') r->number = strtol(rest + 1, NULL, 10);
    const char *name = strrchr(path, '/') + 1;
    snprintf(r->name, sizeof r->name, "%s", name);
    return true;
}

static bool load(request *r, int folder) {
    const int fd = openat(folder, r->name, O_RDONLY);
    if (fd < 0) return false;
    r->bytes = malloc(LONGEST_FILE);
    const ssize_t got = r->bytes ? read(fd, r->bytes, LONGEST_FILE) : -1;
    close(fd);
    r->size = (long)got;
    return got > 0;
}

static void serve(int socket, int folder) {
    char text[LONGEST_REQUEST], line[1400];
    request r = {.socket = socket};
    if (!read_request(socket, text) || !parse(&r, text)) return;
    const bool there = load(&r, folder);
    bool known = false;
    for (size_t i = 0; there && i < sizeof modes / sizeof *modes; i++) {
        if (strcmp(modes[i].name, r.mode) != 0) continue;
        known = true;
        /* Before too: a test may look while the answer stalls. */
        snprintf(line, sizeof line, "ASKED %s %ld\n", r.path, r.range);
        if (write(2, line, strlen(line)) < 0) break;
        modes[i].answer(&r);
    }
    if (!known) head(&r, "404 Not Found", 0, "");
    snprintf(line, sizeof line, "%s %ld %ld\n", r.path, r.range, r.sent);
    if (write(2, line, strlen(line)) < 0) return;
    free(r.bytes);
}

int main(int argc, char **argv) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    const int folder = argc == 2 ? open(argv[1], O_RDONLY | O_DIRECTORY) : -1;
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (folder < 0 || listener < 0 || bind(listener, (struct sockaddr *)&address, length) != 0 ||
        listen(listener, 16) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
        perror("server FOLDER");
        return 1;
    }
    signal(SIGCHLD, SIG_IGN);
    alarm(LONGEST_LIFE); /* whoever started it may be gone */
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        const int client = accept(listener, NULL, NULL);
        if (client < 0) continue;
        if (fork() == 0) {
            alarm(LONGEST_LIFE);
            close(listener);
            serve(client, folder);
            shutdown(client, SHUT_WR);
            _exit(0);
        }
        close(client);
    }
}
