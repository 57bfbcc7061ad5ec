/* Messages, results and the live line. See message.h. */
#include "core/message.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/message_code.h"
#include "core/stop.h"
#include "core/system_error.h"

static cli_text *failures; /* NULL: printed */

/* Errors of standard output: for what was printed, which is a command's result, and for lines that
 * say what was done. */
static int output_error, unsaid_error;
static size_t unsaid_lines;
static bool output_told;
static char *lies_in; /* where the result also is */
static bool quiet;
static int output_file = STDOUT_FILENO; /* what cli_output writes */
static bool aside;

bool cli_quiet(bool on) {
    const bool before = quiet;
    quiet = on;
    cli_live_quiet(on);
    return before;
}

static bool is_quiet(void) { return quiet && !cli_stop_signal(); }

static const char *alias_of, *alias; /* messages call the first the second */

void cli_message_alias(const char *path, const char *name) {
    alias_of = path;
    alias = name;
}

void cli_output_aside(bool on) { aside = on; }

int cli_output_file(void) { return output_file; }

/* cli_told_list with names for paths that nobody typed. */
static char *told(const char *format, va_list list) {
    char *text = cli_told_list(format, list);
    const size_t taken = alias_of ? strlen(alias_of) : 0;
    for (char *at = text; alias_of && (at = strstr(at, alias_of));) {
        char *other = cli_format("%.*s%s%s", (int)(at - text), text, alias, at + taken);
        at = other + (at - text) + strlen(alias);
        free(text);
        text = other;
    }
    return text;
}

static void flush_output(void) {
    errno = 0;
    if ((fflush(stdout) != 0 || ferror(stdout)) && output_error == 0) {
        /* What goes to standard error may be lost. */
        if (output_file == STDOUT_FILENO) output_error = errno != 0 ? errno : EIO;
    }
    clearerr(stdout);
}

cli_text *cli_fail_into(cli_text *sink) {
    cli_text *before = failures;
    failures = sink;
    return before;
}

static bool hushed; /* after a signal */

void cli_fail_after_stop(bool shown) { hushed = !shown; }

int cli_fail(const char *format, ...) {
    char code[CLI_CODE_SIZE];
    va_list list;
    if (hushed && cli_stop_signal()) return CLI_FAILED;
    va_start(list, format);
    char *text = told(format, list);
    va_end(list);
    if (!failures) {
        cli_say_failure(text, cli_message_code(format, text, code));
    } else if (failures->length == 0) {
        cli_text_add(failures, "%s", text);
        cli_message_code_keep(text, cli_message_code(format, text, code));
    }
    free(text);
    return CLI_FAILED;
}

int cli_usage(const char *command, const char *format, ...) {
    char code[CLI_CODE_SIZE];
    if (failures) { /* a line that was read, not typed */
        if (failures->length == 0) cli_text_add(failures, "usage");
        return CLI_USAGE;
    }
    va_list list;
    va_start(list, format);
    char *text = told(format, list);
    va_end(list);
    cli_text tail = {0};
    cli_text_tell(&tail, " (see embudo %s%s--help)", command ? command : "", command ? " " : "");
    cli_text_add(&tail, "%s", cli_message_code(format, text, code));
    cli_say("embudo: ", text, tail.bytes);
    cli_text_free(&tail);
    free(text);
    return CLI_USAGE;
}

void cli_note(const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *text = told(format, list);
    va_end(list);
    if (!is_quiet()) cli_say("", text, "");
    free(text);
}

void cli_warn(const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *text = told(format, list);
    va_end(list);
    cli_say("", text, "");
    free(text);
}

/* Lines that were said are kept, each with its newline. */
static void say_once(const char *line, size_t length) {
    static cli_text said;
    for (const char *at = said.bytes; at && *at; at = strchr(at, '\n') + 1) {
        if (strncmp(at, line, length) == 0 && at[length] == '\n') return;
    }
    cli_text_bytes(&said, line, length);
    cli_text_add(&said, "\n");
    cli_note("%.*s", (int)length, line);
}

void cli_notes(const char *notes) {
    while (*notes) {
        const size_t length = strcspn(notes, "\n");
        if (length > 0) say_once(notes, length);
        notes += length + (notes[length] == '\n');
    }
}

/* Whatever was printed before goes out first. Not through stdio, which keeps what it cannot write
 * and tries again. */
static int write_out(int file, const char *bytes, size_t count) {
    while (count > 0) {
        struct pollfd ready = {.fd = file, .events = POLLOUT};
        const ssize_t put = write(file, bytes, count);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0 && errno == EAGAIN && poll(&ready, 1, -1) >= 0) continue;
        if (put < 0) return errno;
        bytes += put;
        count -= (size_t)put;
    }
    return 0;
}

void cli_output(const char *bytes, size_t count) {
    flush_output();
    if (output_error == 0) {
        output_error = write_out(aside ? STDOUT_FILENO : output_file, bytes, count);
    }
}

/* Escaped for a terminal, byte for byte elsewhere. */
static void add_path(cli_text *line, const char *path, int file) {
    if (isatty(file)) {
        cli_text_for(line, EMB_SHOWN, path);
    } else {
        cli_text_add(line, "%s", path);
    }
}

bool cli_output_take(void) {
    if (output_file != STDOUT_FILENO) return true;
    flush_output();
    const int file = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (file < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
        cli_fail("cannot write to standard output: %s", cli_system_error(errno));
        return false;
    }
    output_file = file;
    return true;
}

void cli_output_path(const char *path) {
    cli_text line = {0};
    add_path(&line, path, output_file);
    cli_text_add(&line, "\n");
    cli_output(line.bytes, line.length);
    cli_text_free(&line);
}

static void put_line(cli_text *line) {
    cli_live_clear();
    cli_text_add(line, "\n");
    flush_output();
    const int error = write_out(STDOUT_FILENO, line->bytes, line->length);
    if (error != 0 && output_file == STDOUT_FILENO) {
        unsaid_lines++;
        unsaid_error = error;
    }
    cli_text_free(line);
}

static void put_told(const char *format, va_list list) {
    char *line = told(format, list);
    cli_text text = {0};
    cli_text_for(&text, EMB_SHOWN, line);
    put_line(&text);
    free(line);
}

void cli_line(const char *format, ...) {
    va_list list;
    if (quiet) return; /* what a signal leaves is said by notes */
    va_start(list, format);
    put_told(format, list);
    va_end(list);
}

void cli_line_result(const char *format, ...) {
    va_list list;
    va_start(list, format);
    put_told(format, list);
    va_end(list);
}

void cli_line_path(const char *path) {
    cli_text text = {0};
    add_path(&text, path, STDOUT_FILENO);
    put_line(&text);
}

void cli_output_lies_in(const char *where) {
    free(lies_in);
    lies_in = cli_format("%s", where);
}

bool cli_close_output(void) {
    flush_output();
    if (unsaid_lines > 0) {
        cli_note(cli_plural(unsaid_lines, "%zu line could not be written to standard output: %s",
                            "%zu lines could not be written to standard output: %s"),
                 unsaid_lines, cli_system_error(unsaid_error));
    }
    unsaid_lines = 0;
    if (output_error != 0 && lies_in) {
        if (output_error != EPIPE) {
            cli_note("the result could not be written to standard output: %s; it is in %s",
                     cli_system_error(output_error), lies_in);
        }
        output_error = 0;
    }
    free(lies_in);
    lies_in = NULL;
    if (output_error == 0) return true;
    /* A reader that has seen enough, such as head, closes the pipe and needs no message. */
    if (output_error != EPIPE && !output_told) {
        cli_fail("cannot write to standard output: %s", cli_system_error(output_error));
    }
    output_told = true;
    return false;
}
