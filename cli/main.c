/* embudo, the program. Finds the command, has its line read, runs it. What there is to run stands
 * in commands.c; how a line is read, in options.c. */
#include <locale.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif
#include <stdio.h>
#include <string.h>

#include <embudo.h>

#include "commands.h"
#include "core/command_table.h"
#include "core/message.h"
#include "core/stop.h"
#include "core/streams.h"
#include "data/open_data.h"
#include "help.h"

static int run_command(int argc, char **argv) {
    const cli_command *command = cli_command_find(argv[1]);
    if (!command) return cli_command_unknown(argv[1]);
    cli_args args;
    int code = cli_parse(command, argc, argv, &args);
    if (code == CLI_DONE) code = cli_dataset_default(&args);
    if (code == CLI_DONE) code = args.wants_help ? cli_help_print(command) : command->run(&args);
    cli_args_free(&args);
    return code;
}

static int run_program(int argc, char **argv) {
    if (argc < 2) return cli_usage(NULL, "no command; 'embudo train' is the one to start with");
    const char *first = argv[1];
    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0) return cli_help_print(NULL);
    if (strcmp(first, "--version") == 0) {
        printf("embudo %s\n", emb_version());
        return CLI_DONE;
    }
    if (first[0] == '-') {
        return cli_usage(NULL, "'%s' stands where a command belongs, as in 'embudo train'", first);
    }
    return run_command(argc, argv);
}

/* What is large is given back as soon as it is freed. glibc begins so, and then learns to keep ever
 * larger blocks: up to a tenth of the memory would be nobody's, and `info` could not tell it. */
static void give_back(void) {
#if defined(__GLIBC__)
    mallopt(M_MMAP_THRESHOLD, 1 << 18);
#endif
}

int main(int argc, char **argv) {
    give_back();
    cli_commands_set(cli_command_rows);
    cli_streams_open();
    /* To know what the terminal can show. Numbers are written and read as in C, everywhere. */
    setlocale(LC_CTYPE, "");
    int code = run_program(argc, argv);
    if (code == CLI_FAILED && cli_stop_signal()) code = 128 + cli_stop_signal();
    if (!cli_close_output() && code == CLI_DONE) code = CLI_FAILED;
    return code;
}
