/* Reading a list of data sets: lines of a word and what belongs to it.
 *
 * A list may come from anywhere, so it cannot name a file outside its set's folder, and what is not
 * understood is an error and never skipped. */
#include "data/data_list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <embudo.h>

#include "core/message.h"
#include "core/strings.h"

enum { LONGEST_LIST = 65536, MOST_SETS = 32, MOST_WORDS = 4 };

/* A set is then far below what any counter here holds. */
static const uint64_t largest_file = (uint64_t)1 << 40;

typedef struct reader {
    const char *path;
    int line;
    cli_set *sets;
    int count;
} reader;

static bool refuse(const reader *r, const char *what, const char *got) {
    cli_fail("%s:%d: expected %s, got '%s'", r->path, r->line, what, got);
    return false;
}

/* Cuts a line into its words; what is beyond MOST_WORDS stays in the last one. */
static int split(char *line, char *words[MOST_WORDS]) {
    static const char blanks[] = " \t\r";
    int count = 0;
    for (line += strspn(line, blanks); *line && count < MOST_WORDS;) {
        words[count++] = line;
        line += count < MOST_WORDS ? strcspn(line, blanks) : strlen(line);
        if (*line) *line++ = '\0';
        line += strspn(line, blanks);
    }
    return count;
}

static bool add_set(reader *r, char **words, int count) {
    if (count != 2 || !cli_set_name_is_safe(words[1])) {
        return refuse(r, _("set NAME (letters, digits, '.', '_', '-')"), count > 1 ? words[1] : "");
    }
    /* Every command finds a known set by its name: no list may put other files there. */
    for (const cli_set *known = cli_sets; known->name; known++) {
        if (strcasecmp(known->name, words[1]) == 0) {
            return refuse(r, _("a name that no known set has"), words[1]);
        }
    }
    for (int i = 0; i < r->count; i++) {
        if (strcasecmp(r->sets[i].name, words[1]) == 0) {
            return refuse(r, _("a name that no other set has"), words[1]);
        }
    }
    if (r->count == MOST_SETS) return refuse(r, _("at most 32 sets"), words[1]);
    r->sets[r->count++] = (cli_set){.name = words[1], .licence = ""};
    return true;
}

static bool add_mirror(const reader *r, cli_set *set, char **words, int count) {
    if (count != 2 || !cli_set_url_is_safe(words[1])) {
        return refuse(r, _("mirror URL (http:// or https://)"), count > 1 ? words[1] : "");
    }
    int i = 0;
    while (i < CLI_SET_MIRRORS && set->mirrors[i]) i++;
    if (i == CLI_SET_MIRRORS) return refuse(r, _("at most 8 mirrors"), words[1]);
    set->mirrors[i] = words[1];
    return true;
}

static bool read_size(const char *word, uint64_t *size) {
    if (strlen(word) > 15 || word[strspn(word, "0123456789")] != '\0') return false;
    *size = strtoull(word, NULL, 10);
    return *size >= 1 && *size <= largest_file;
}

static bool add_file(const reader *r, cli_set *set, char **words, int count) {
    uint64_t size;
    const bool archive = strcmp(words[0], "archive") == 0;
    if (count != 4) {
        return refuse(r, archive ? _("archive NAME SIZE SHA256") : _("file NAME SIZE SHA256"),
                      count > 1 ? words[1] : "");
    }
    if (!cli_set_name_is_safe(words[1])) {
        return refuse(r, _("a file's name (letters, digits, '.', '_', '-')"), words[1]);
    }
    if (!read_size(words[2], &size)) {
        return refuse(r, _("a size in bytes, from 1 to 2^40"), words[2]);
    }
    if (strlen(words[3]) != 64 || strspn(words[3], "0123456789abcdef") != 64) {
        return refuse(r, _("a SHA-256 as sha256sum prints it, 64 hexadecimal digits"), words[3]);
    }
    int i = 0;
    for (; i < CLI_SET_FILES && set->files[i].name; i++) {
        if (strcasecmp(set->files[i].name, words[1]) == 0) {
            return refuse(r, _("a name that no other file of the set has"), words[1]);
        }
    }
    if (i == CLI_SET_FILES) return refuse(r, _("at most 8 files"), words[1]);
    set->files[i] = (cli_set_file){words[1], size, words[3], archive};
    return true;
}

/* Everything after the first word, blanks included: the line was cut into words, so they are joined
 * again in place. */
static bool add_licence(const reader *r, cli_set *set, char **words, int count) {
    if (count < 2) return refuse(r, _("licence TEXT"), "");
    for (int i = 2; i < count; i++) words[i - 1][strlen(words[i - 1])] = ' ';
    set->licence = words[1];
    return true;
}

static bool read_line(reader *r, char *line) {
    char *words[MOST_WORDS];
    const int count = split(line, words);
    if (count == 0 || words[0][0] == '#') return true;
    if (strcmp(words[0], "set") == 0) return add_set(r, words, count);
    static const struct {
        const char *word;
        bool (*add)(const reader *r, cli_set *set, char **words, int count);
    } kinds[] = {{"mirror", add_mirror},
                 {"file", add_file},
                 {"archive", add_file},
                 {"licence", add_licence}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(words[0], kinds[i].word) != 0) continue;
        if (r->count == 0) return refuse(r, _("set NAME before anything else"), words[0]);
        return kinds[i].add(r, &r->sets[r->count - 1], words, count);
    }
    return refuse(r, _("set, licence, mirror, file or archive"), words[0]);
}

/* The file's text with a NUL behind it; NULL with the error printed. */
static char *load(const char *path) {
    char *text;
    size_t length;
    if (emb_file_read(path, LONGEST_LIST, &text, &length) != EMB_OK) {
        cli_fail("%s", emb_error());
        return NULL;
    }
    if (!memchr(text, '\0', length)) return text;
    cli_fail("%s: is not text", path);
    free(text);
    return NULL;
}

static bool is_complete(const reader *r) {
    if (r->count == 0) cli_fail("%s: lists no set; expected a line 'set NAME'", r->path);
    for (int i = 0; i < r->count; i++) {
        const cli_set *set = &r->sets[i];
        if (set->files[0].name) continue;
        cli_fail("%s: set %s has no file; expected a line 'file NAME SIZE SHA256'", r->path,
                 set->name);
        return false;
    }
    return r->count > 0;
}

bool cli_set_list_read(cli_set_list *list, const char *path) {
    *list = (cli_set_list){.text = load(path)};
    if (!list->text) return false;
    list->sets = cli_alloc((MOST_SETS + 1) * sizeof *list->sets);
    memset(list->sets, 0, (MOST_SETS + 1) * sizeof *list->sets);
    reader r = {.path = path, .sets = list->sets};
    for (char *line = list->text; line;) {
        char *end = strchr(line, '\n');
        if (end) *end++ = '\0';
        r.line++;
        if (!read_line(&r, line)) return false;
        line = end;
    }
    return is_complete(&r);
}

void cli_set_list_free(cli_set_list *list) {
    free(list->text);
    free(list->sets);
    *list = (cli_set_list){0};
}
