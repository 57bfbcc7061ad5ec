/* See open_file.h. */
#include "core/open_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/dash.h"
#include "core/message.h"
#include "core/strings.h"

enum {
    MOST_WORDS = 16,
    TRIES = 40,
    PAUSE = 25 /* milliseconds */,
    NOT_THERE = 127,
    MOST_FILES = 256
};

#ifdef __APPLE__
static const char system_program[] = "open";
#else
static const char system_program[] = "xdg-open";
#endif

/* Whether a program of this name can be run: a path, or one in PATH's folders. */
static bool is_program(const char *name) {
    if (strchr(name, '/')) return access(name, X_OK) == 0;
    const char *at = getenv("PATH");
    bool found = false;
    while (at && *at && !found) {
        const int length = (int)strcspn(at, ":");
        char *path = cli_format("%.*s/%s", length, at, name);
        found = length > 0 && access(path, X_OK) == 0;
        free(path);
        at += length + (at[length] == ':');
    }
    return found;
}

/* "firefox --new-window %s" as words, of which the file's name is one; the last if none is "%s".
 * The words lie in `line`. */
static void split(char *line, char *file, char *words[MOST_WORDS + 2]) {
    int count = 0;
    bool named = false;
    for (char *word = strtok(line, " "); word && count < MOST_WORDS; word = strtok(NULL, " ")) {
        named = named || strcmp(word, "%s") == 0;
        words[count++] = strcmp(word, "%s") == 0 ? file : word;
    }
    if (!named && count > 0) words[count++] = file;
    words[count] = NULL;
}

/* The first of $BROWSER's lines, which colons part, that begins with a program, else the system's
 * program; NULL if there is none. To be freed. */
static char *choose(void) {
    const char *at = getenv("BROWSER");
    while (at && *at) {
        const size_t length = strcspn(at, ":");
        char *line = cli_format("%.*s", (int)length, at);
        char *name = cli_format("%.*s", (int)strcspn(line, " "), line);
        const bool found = *name && is_program(name);
        free(name);
        if (found) return line;
        free(line);
        at += length + (at[length] == ':');
    }
    return is_program(system_program) ? cli_format("%s", system_program) : NULL;
}

/* In the child: a session of its own, so that Ctrl-C here does not end the viewer, and nothing of
 * our streams, so that a pipe behind us ends when we do. */
static void become(char *const words[]) {
    const int none = open("/dev/null", O_RDWR);
    setsid();
    for (int fd = 0; fd <= STDERR_FILENO && none >= 0; fd++) dup2(none, fd);
    for (int fd = STDERR_FILENO + 1; fd < MOST_FILES; fd++) close(fd);
    signal(SIGPIPE, SIG_DFL);
    execvp(words[0], words);
    _exit(NOT_THERE);
}

/* Starts it. 0 if it runs or has ended well; else what it ended with, or -1. */
static int start(char *const words[]) {
    int status = 0;
    const pid_t child = fork();
    if (child < 0) return -1;
    if (child == 0) become(words);
    /* What hands the file over, as xdg-open does, ends soon; a viewer goes on. */
    for (int i = 0; i < TRIES; i++) {
        const pid_t ended = waitpid(child, &status, WNOHANG);
        if (ended < 0 && errno != EINTR) return -1;
        if (ended == child) return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        nanosleep(&(struct timespec){.tv_nsec = PAUSE * 1000000L}, NULL);
    }
    return 0;
}

static void open_that(const char *path, char *file) {
    char *line = choose(), *words[MOST_WORDS + 2];
    if (!line) {
        cli_note("%s is not opened: there is no %s here, and BROWSER names no program", path,
                 system_program);
        return;
    }
    split(line, file, words);
    const int ended = start(words);
    if (ended != 0) cli_note("%s is not opened: %s failed (exit code %d)", path, words[0], ended);
    free(line);
}

void cli_open_file(const cli_args *args, const char *path) {
    if (!cli_arg(args, "open")->given) return;
    if (!path || strcmp(path, "-") == 0 || cli_dash_is(path)) {
        cli_note("standard output is not opened; name a file with -o");
        return;
    }
    char *whole = realpath(path, NULL), *file = whole ? whole : cli_format("%s", path);
    open_that(path, file);
    free(file);
}

void cli_open_address(const cli_args *args, const char *address) {
    if (!cli_arg(args, "open")->given) return;
    char *copy = cli_format("%s", address);
    open_that(address, copy);
    free(copy);
}
