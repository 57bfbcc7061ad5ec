/* What a command takes, declared as data, and reading it from a command line.
 *
 * A command is a row at the end of its own file; commands.c lists them. Help texts, parsing, range
 * checks and "did you mean" all come from that row; nothing else knows an option's name, range or
 * default. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/option_row.h"
#include "core/strings.h"

/* One positional argument; those with a fallback come last. A list ends with a NULL name. */
typedef struct cli_positional {
    const char *name; /* "DATASET" */
    const char *fallback;
    const char *help;
} cli_positional;

typedef struct cli_example {
    const char *line, *meaning;
} cli_example;

typedef struct cli_args cli_args;

enum { CLI_MAX_OPTIONS = 96, CLI_MAX_POSITIONALS = 4, CLI_MAX_EXAMPLES = 4 };

typedef struct cli_command cli_command;
struct cli_command {
    const char *name, *summary;
    /* Commands within it, NULL-ended: "data get", called by the word behind its own; or NULL. */
    const cli_command *const *actions;
    int (*run)(const cli_args *args); /* returns the exit code */
    const char *about;                /* what it prints and writes; NULL: the summary says it all */
    cli_example examples[CLI_MAX_EXAMPLES];
    cli_positional positionals[CLI_MAX_POSITIONALS];
    bool many; /* the last positional takes every word that is left: cli_args.words */
    cli_option options[CLI_MAX_OPTIONS];
};

typedef struct cli_value {
    bool given; /* on the command line; otherwise the rest is the default */
    const char *text;
    int64_t whole;
    uint64_t seed;
    double real;
} cli_value;

/* A command line, read and checked. Strings are borrowed from argv and from the table. */
struct cli_args {
    const cli_command *command;
    int argc;
    char **argv; /* the program's own, for the record */
    bool wants_help;
    cli_value options[CLI_MAX_OPTIONS];
    cli_value positionals[CLI_MAX_POSITIONALS];
    /* For a command that takes many words: those of its last positional, or the fallback if none
     * was given; else NULL. cli_arg gives the first. */
    const char **words;
    size_t word_count;
    char *dataset; /* replaces the default of DATASET, see open_data.h; or NULL */
};

/* Reads argv[2..] by the command's row. CLI_DONE, or CLI_USAGE with the message printed. Nothing is
 * checked when the line asks for help. A word that begins like a number, "-0.5", is not an option.
 * Free `args` with cli_args_free in any case. */
int cli_parse(const cli_command *command, int argc, char **argv, cli_args *args);
void cli_args_free(cli_args *args);
bool cli_asks_for_help(int argc, char **argv);

/* ---- parts of that, for other lines of options --------------------------------------------------
 */

/* A command's option by its name; NULL. And the name that is nearest to a mistyped one; NULL. */
const cli_option *cli_option_find(const cli_command *command, const char *name);
const char *cli_option_nearest(const cli_command *command, const char *typed);

/* Whether an option that is no flag takes that value; and, if not, what it takes, with "; did you
 * mean ..." or "". */
bool cli_option_reads(const cli_option *option, const char *text);
enum { CLI_WANTED = 192, CLI_HINT = 64 };
void cli_option_wanted(const cli_option *option, const char *got, char wanted[CLI_WANTED],
                       char hint[CLI_HINT]);

/* A line's words one by one. Zeroed but for the first three is its beginning. */
typedef struct cli_scan {
    const cli_command *command;
    int argc;
    char **argv;
    int at;     /* words that are taken */
    bool ended; /* by "--" */
} cli_scan;

typedef struct cli_scanned {
    const cli_option *option; /* NULL: an argument or, without a value, something else */
    const char *value;        /* NULL for a flag */
} cli_scanned;

/* False at the line's end. Nothing is checked. */
bool cli_scan_next(cli_scan *scan, cli_scanned *word);

/* A value by its option's or positional's name, which must be in the command's row. */
const cli_value *cli_arg(const cli_args *args, const char *name);

#endif
