/* One file from one mirror. See data_fetch.h.
 *
 * Nothing that a server says is trusted unchecked: the length, the range, where it redirects to and
 * how much it sends. It cannot decide where the bytes go. */
#include "data/data_fetch.h"

#ifdef EMB_HAVE_DOWNLOADS

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>
#include <embudo.h>

#include "core/late.h"
#include "core/message.h"
#include "core/progress.h"
#include "core/stop.h"

#ifdef EMB_LATE_CURL
#undef curl_easy_setopt /* these check types by macros of the same name */
#undef curl_easy_getinfo
#define FUNCTIONS(X)                                                                               \
    X(curl_easy_cleanup)                                                                           \
    X(curl_easy_getinfo)                                                                           \
    X(curl_easy_init)                                                                              \
    X(curl_easy_perform)                                                                           \
    X(curl_easy_reset)                                                                             \
    X(curl_easy_setopt)                                                                            \
    X(curl_easy_strerror)                                                                          \
    X(curl_free)                                                                                   \
    X(curl_global_cleanup)                                                                         \
    X(curl_global_init)                                                                            \
    X(curl_url)                                                                                    \
    X(curl_url_cleanup)                                                                            \
    X(curl_url_get)                                                                                \
    X(curl_url_set)

static struct { FUNCTIONS(CLI_LATE_POINTER) } late;

static bool is_ready(void) {
    static const char *const names[] = {FUNCTIONS(CLI_LATE_NAME)};
    return cli_late_load(EMB_LATE_CURL, names, &late, sizeof names / sizeof *names);
}

#define curl_easy_cleanup   late.curl_easy_cleanup
#define curl_easy_getinfo   late.curl_easy_getinfo
#define curl_easy_init      late.curl_easy_init
#define curl_easy_perform   late.curl_easy_perform
#define curl_easy_reset     late.curl_easy_reset
#define curl_easy_setopt    late.curl_easy_setopt
#define curl_easy_strerror  late.curl_easy_strerror
#define curl_free           late.curl_free
#define curl_global_cleanup late.curl_global_cleanup
#define curl_global_init    late.curl_global_init
#define curl_url            late.curl_url
#define curl_url_cleanup    late.curl_url_cleanup
#define curl_url_get        late.curl_url_get
#define curl_url_set        late.curl_url_set
#else
static bool is_ready(void) { return true; }
#endif

enum {
    MOST_REDIRECTS = 5,
    LEAST_SPEED = 100,     /* bytes a second; less, for the time allowed, is a stall */
    MOST_ASIDE = 64 * 1024 /* bytes of headers, or of a page that comes with a redirect */
};

typedef struct transfer {
    cli_fetcher *fetcher;
    cli_part *part;
    cli_text *why;
    int nth, count;
    bool ranged;  /* the rest was asked for, not all */
    bool judged;  /* the answer's first bytes came, and what precedes them was checked */
    bool aside;   /* what comes is not part of the file */
    bool refused; /* for good; `why` says it */
    bool local;
    bool anew; /* asking for a range failed: ask for all */
    bool has_range;
    uint64_t range_from, range_total; /* of Content-Range; total 0: "*" */
    size_t header_bytes, aside_bytes;
    uint64_t length_before;
    double started;
    char trouble[CURL_ERROR_SIZE];
} transfer;

static long answer(const transfer *t) {
    long code = 0;
    curl_easy_getinfo(t->fetcher->curl, CURLINFO_RESPONSE_CODE, &code);
    return code;
}

static size_t refuse(transfer *t, const char *what) {
    t->refused = true;
    if (t->why->length == 0) cli_text_add(t->why, "%s", what);
    return 0; /* to libcurl: no byte was taken, so it stops */
}

/* ---- what the server says -------------------------------------------------------------------- */

static bool read_number(const char **text, uint64_t *number) {
    const size_t digits = strspn(*text, "0123456789");
    if (digits == 0 || digits > 18) return false;
    *number = strtoull(*text, NULL, 10);
    *text += digits;
    return true;
}

/* " bytes 100-199/200" */
static bool read_range(transfer *t, const char *text) {
    uint64_t to;
    text += strspn(text, " \t");
    if (strncasecmp(text, "bytes ", 6) != 0) return false;
    text += 6;
    if (!read_number(&text, &t->range_from) || *text++ != '-') return false;
    if (!read_number(&text, &to) || *text++ != '/' || to < t->range_from) return false;
    t->range_total = 0;
    if (*text == '*') return true;
    return read_number(&text, &t->range_total) && to < t->range_total;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *user) {
    static const char range[] = "content-range:";
    transfer *t = user;
    char line[128];
    t->header_bytes += size * count;
    if (t->header_bytes > MOST_ASIDE) return refuse(t, _("sends endless headers"));
    snprintf(line, sizeof line, "%.*s", (int)(size * count), bytes);
    if (strncasecmp(line, "http/", 5) == 0) t->has_range = false;
    if (strncasecmp(line, range, sizeof range - 1) == 0) {
        t->has_range = read_range(t, line + sizeof range - 1);
    }
    return size * count;
}

/* Before the first byte: whether what comes can be what was asked for. */
static bool judge(transfer *t) {
    const uint64_t missing = t->part->file->size - t->part->length;
    const long code = answer(t);
    curl_off_t length = -1;
    char words[96];
    curl_easy_getinfo(t->fetcher->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    t->aside = code >= 300;
    if (t->aside) return true;
    if (code == 206 && t->ranged) {
        const uint64_t size = t->part->file->size;
        t->anew = !t->has_range || t->range_from != t->part->length ||
                  (t->range_total != 0 && t->range_total != size) ||
                  (length >= 0 && (uint64_t)length > missing);
        return !t->anew;
    }
    if (code != 200) {
        snprintf(words, sizeof words, _("answers %ld"), code);
        return refuse(t, words) != 0;
    }
    if (length >= 0 && (uint64_t)length != t->part->file->size) {
        snprintf(words, sizeof words, _("has %lld bytes, but the file has %llu"), (long long)length,
                 (unsigned long long)t->part->file->size);
        return refuse(t, words) != 0;
    }
    /* It does not know ranges, and sends everything. */
    t->local = t->part->length > 0 && !cli_part_restart(t->part);
    t->length_before = 0;
    return !t->local;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *user) {
    transfer *t = user;
    const size_t length = size * count;
    if (!t->judged && !judge(t)) return 0;
    t->judged = true;
    if (t->aside) {
        t->aside_bytes += length;
        return t->aside_bytes > MOST_ASIDE ? refuse(t, _("redirects with an endless page"))
                                           : length;
    }
    if (length > t->part->file->size - t->part->length) {
        t->local = !cli_part_restart(t->part);
        return refuse(t, _("sends more bytes than the file has"));
    }
    t->local = !cli_part_add(t->part, bytes, length);
    return t->local ? 0 : length;
}

/* ---- during the transfer
 * ---------------------------------------------------------------------- */

static void draw(transfer *t) {
    const double now = cli_clock(), spent = now - t->started;
    if (!cli_bar_due(&t->fetcher->bar, now)) return;
    const cli_part *part = t->part;
    const uint64_t came = part->length > t->length_before ? part->length - t->length_before : 0;
    const double speed = spent > 0 ? (double)came / spent : 0;
    char number[CLI_NUMBER_SIZE];
    cli_bar_text text = {.share = (double)part->length / (double)part->file->size};
    snprintf(text.label, sizeof text.label, "%s", part->file->name);
    snprintf(text.short_label, sizeof text.short_label, "%d/%d", t->nth, t->count);
    snprintf(text.speed, sizeof text.speed, "%s/s", cli_size((size_t)speed, number));
    snprintf(text.left, sizeof text.left, "%s",
             speed > 0 ? cli_duration((double)(part->file->size - part->length) / speed, number)
                       : "-:--");
    cli_bar_draw(&t->fetcher->bar, &text);
}

static int on_progress(void *user, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
    (void)a, (void)b, (void)c, (void)d;
    draw(user);
    return cli_stop_signal() != 0;
}

/* ---- asking ---------------------------------------------------------------------------------- */

static bool is_secure(const char *url) { return strncasecmp(url, "https:", 6) == 0; }

static void allow(CURL *curl, bool secure_only) {
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, secure_only ? "https" : "http,https");
#else
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS,
                     secure_only ? (long)CURLPROTO_HTTPS
                                 : (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

/* Everything that stays the same from one request to the next. Proxies are libcurl's own business:
 * it reads http_proxy and the others. Certificates are checked unless libcurl is told not to. */
static void prepare(transfer *t) {
    CURL *curl = t->fetcher->curl;
    char agent[64];
    /* As in the command curl, for users behind a proxy that signs certificates itself. */
    const char *authorities = getenv("CURL_CA_BUNDLE");
    if (!authorities || !*authorities) authorities = getenv("SSL_CERT_FILE");
    snprintf(agent, sizeof agent, "embudo/%s", emb_version());
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, agent);
    if (authorities && *authorities) curl_easy_setopt(curl, CURLOPT_CAINFO, authorities);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)t->fetcher->timeout);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, (long)LEAST_SPEED);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)t->fetcher->timeout);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, t->trouble);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t);
}

/* One request, from where the part ends. */
static CURLcode ask(transfer *t, const char *url, bool secure_only) {
    char range[32];
    CURL *curl = t->fetcher->curl;
    t->judged = t->aside = t->has_range = t->anew = false;
    t->header_bytes = t->aside_bytes = 0;
    t->trouble[0] = '\0';
    snprintf(range, sizeof range, "%llu-", (unsigned long long)t->part->length);
    t->ranged = t->ranged && t->part->length > 0;
    curl_easy_setopt(curl, CURLOPT_RANGE, t->ranged ? range : NULL);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    allow(curl, secure_only);
    return curl_easy_perform(curl);
}

/* Where an answer redirects to, or NULL, with `why` filled if that is refused. Followed here and
 * not by libcurl, which would go from https to http again once http was allowed at the start. */
static char *next_url(transfer *t, bool secure, int hop) {
    const long code = answer(t);
    char *target = NULL, words[96];
    if (code < 300 || code > 399) return NULL;
    curl_easy_getinfo(t->fetcher->curl, CURLINFO_REDIRECT_URL, &target);
    if (!target) {
        snprintf(words, sizeof words, _("answers %ld"), code);
        refuse(t, words);
    } else if (hop == MOST_REDIRECTS) {
        refuse(t, _("redirects more than 5 times"));
    } else if (!is_secure(target) && strncasecmp(target, "http:", 5) != 0) {
        snprintf(words, sizeof words, _("redirects to %.40s, which is neither http nor https"),
                 target);
        refuse(t, words);
    } else if (secure && !is_secure(target)) {
        refuse(t, _("redirects from https to http"));
    } else {
        return cli_format("%s", target);
    }
    return NULL;
}

/* What curl met, in our words where it is usual; else in curl's, which are English. */
static const char *trouble(const transfer *t, CURLcode code) {
    static const struct {
        CURLcode code;
        const char *text;
    } known[] = {
        {CURLE_COULDNT_RESOLVE_HOST, N_("its address is not known: no network, or no such server")},
        {CURLE_COULDNT_CONNECT, N_("cannot be reached")},
        {CURLE_OPERATION_TIMEDOUT, N_("is too slow, or does not answer")},
        {CURLE_PARTIAL_FILE, N_("ends before the file does")},
        {CURLE_GOT_NOTHING, N_("answers nothing")},
        {CURLE_RECV_ERROR, N_("breaks the connection off")},
        {CURLE_PEER_FAILED_VERIFICATION, N_("its certificate is not valid")},
        {CURLE_SSL_CONNECT_ERROR, N_("makes no secure connection")},
        {CURLE_UNSUPPORTED_PROTOCOL, N_("does not speak HTTP")},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].code == code) return _(known[i].text);
    }
    return t->trouble[0] ? t->trouble : curl_easy_strerror(code);
}

static cli_fetched end(transfer *t, CURLcode code) {
    const long answered = answer(t);
    if (t->local) return CLI_FETCHED_LOCAL;
    if (cli_stop_signal()) return CLI_FETCHED_STOPPED;
    if (t->refused) return CLI_FETCHED_REFUSED;
    if (code == CURLE_HTTP_RETURNED_ERROR) {
        cli_text_tell(t->why, "answers %ld", answered);
        /* A server that is too busy now may be asked again later. */
        const bool later = answered >= 500 || answered == 429 || answered == 408;
        return later ? CLI_FETCHED_SOME : CLI_FETCHED_REFUSED;
    }
    if (code == CURLE_OK && answered != 200 && answered != 206) {
        cli_text_tell(t->why, "answers %ld", answered);
        return CLI_FETCHED_REFUSED;
    }
    if (t->part->length == t->part->file->size) return CLI_FETCHED_ALL;
    if (code == CURLE_OK) {
        cli_text_tell(t->why, "ends after %llu of %llu bytes", (unsigned long long)t->part->length,
                      (unsigned long long)t->part->file->size);
    } else {
        cli_text_add(t->why, "%s", trouble(t, code));
    }
    return code == CURLE_PEER_FAILED_VERIFICATION ? CLI_FETCHED_REFUSED : CLI_FETCHED_SOME;
}

cli_fetched cli_fetch(cli_fetcher *fetcher, const char *url, cli_part *part, int nth, int count,
                      bool *whole, cli_text *why) {
    transfer t = {.fetcher = fetcher,
                  .part = part,
                  .why = why,
                  .nth = nth,
                  .count = count,
                  .ranged = true,
                  .length_before = part->length,
                  .started = cli_clock()};
    char *at = cli_format("%s", url);
    bool secure = is_secure(at);
    CURLcode code = CURLE_OK;
    prepare(&t);
    for (int hop = 0; at; hop++) {
        code = ask(&t, at, secure);
        const bool unranged = t.anew || (t.ranged && answer(&t) == 416);
        if (unranged && !t.local && !cli_stop_signal()) {
            t.local = !cli_part_restart(part);
            if (t.local) break;
            t.length_before = 0;
            code = ask(&t, at, secure);
        }
        char *next = t.refused || t.local ? NULL : next_url(&t, secure, hop);
        free(at);
        at = next;
        secure = secure || (at && is_secure(at));
    }
    free(at);
    *whole = part->length > 0 && t.length_before == 0;
    return end(&t, code);
}

bool cli_fetcher_open(cli_fetcher *fetcher, int timeout) {
    *fetcher = (cli_fetcher){.timeout = timeout};
    cli_bar_start(&fetcher->bar);
    if (!is_ready()) return false;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) fetcher->curl = curl_easy_init();
    if (!fetcher->curl) cli_fail("libcurl cannot be started");
    return fetcher->curl != NULL;
}

void cli_fetcher_close(cli_fetcher *fetcher) {
    curl_easy_cleanup(fetcher->curl);
    curl_global_cleanup();
    fetcher->curl = NULL;
}

char *cli_url_host(const char *url) {
    CURLU *parsed = is_ready() ? curl_url() : NULL;
    char *host = NULL, *text;
    const bool good = parsed && curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
                      curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK;
    text = cli_format("%s", good ? host : _("a mirror"));
    if (parsed) {
        curl_free(host);
        curl_url_cleanup(parsed);
    }
    return text;
}

#endif
