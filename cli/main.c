/* embudo, the program. Finds the command, has its command line read, and runs it. commands.c lists
 * the commands; options.c reads a command line. */
#include <locale.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif
#include <stdio.h>
#include <string.h>

#include <embudo.h>

#include "commands.h"
#include "core/command_table.h"
#include "core/config.h"
#include "core/dash.h"
#include "core/folders.h"
#include "core/general_options.h"
#include "core/message.h"
#include "core/stop.h"
#include "core/streams.h"
#include "core/word_order.h"
#include "data/data_sets.h"
#include "data/open_data.h"
#include "data/picture_options.h"
#include "help/help.h"
#include "serve/watch.h"
#include "train/watcher.h"
#include "use/doctor_say.h"

static int run_command(int argc, char **argv) {
    const cli_command *command = cli_command_find(argv[1]);
    if (!command) return cli_command_unknown(argv[1]);
    const cli_command *action = cli_command_action(command, argc > 2 ? argv[2] : NULL);
    if (action) {
        command = action;
        argc--;
        argv++;
    }
    const char *word = argc > 2 && !action ? argv[2] : NULL;
    if (word && *word != '-' && !cli_is_there(word) && cli_command_near_action(command, word)) {
        return cli_command_no_action(command, word);
    }
    cli_args args = {0};
    cli_config config = {.words = argv, .count = argc};
    int code = CLI_DONE;
    if (!cli_asks_for_help(argc, argv)) code = cli_config_read(&config, command, argc, argv);
    if (code == CLI_DONE) code = cli_parse(command, config.count, config.words, &args);
    if (code == CLI_DONE && !args.wants_help) code = cli_words_ordered(&args);
    if (code == CLI_DONE && !args.wants_help) code = cli_pictures_read_reading(&args);
    if (code == CLI_DONE) code = cli_dataset_default(&args);
    if (code == CLI_DONE && !args.wants_help) code = cli_dash_begin(&args);
    if (code == CLI_DONE) code = args.wants_help ? cli_help_print(command) : command->run(&args);
    if (code == CLI_FAILED && config.missing && !cli_set_find(cli_sets, config.missing)) {
        cli_note("the name %s is from %s, and is looked for from the folder you are in",
                 config.missing, cli_general_given()->config);
    }
    cli_dash_end();
    cli_args_free(&args);
    cli_config_free(&config);
    return code;
}

/* Words before the command that are general options; cli_general_begin has read them. */
static int general_words(int argc, char **argv) {
    int words = 0, more = 1;
    while (more > 0 && words + 1 < argc) {
        const char *next = words + 2 < argc ? argv[words + 2] : NULL;
        more = cli_general_words(argv[words + 1], next);
        words += more;
    }
    return words;
}

static int run_program(int argc, char **argv) {
    const int skipped = general_words(argc, argv);
    argc -= skipped;
    argv += skipped;
    if (argc < 2) return cli_usage(NULL, "no command given; start with 'embudo train'");
    const char *first = argv[1];
    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0) return cli_help_print(NULL);
    if (strcmp(first, "--version") == 0) {
        printf("embudo %s\n", emb_version());
        if (*emb_libraries()) cli_print("with %s\n", emb_libraries());
        return CLI_DONE;
    }
    if (first[0] == '-') {
        return cli_usage(NULL, "expected a command first, as in 'embudo train', got '%s'", first);
    }
    return run_command(argc, argv);
}

/* Large blocks go back to the system as soon as they are freed. glibc begins that way, but then
 * learns to keep larger and larger blocks: up to a tenth of the memory would be unused, and `info`
 * could not predict it. */
static void give_back(void) {
#if defined(__GLIBC__)
    mallopt(M_MMAP_THRESHOLD, 1 << 18);
#endif
}

int main(int argc, char **argv) {
    give_back();
    cli_commands_set(cli_command_rows);
    cli_watcher_set(&cli_serve_watcher);
    cli_streams_open();
    /* Tells what the terminal can show. Numbers are written and read as in C everywhere. */
    setlocale(LC_CTYPE, "");
    int code = cli_general_begin(argc, argv);
    if (code == CLI_DONE) code = run_program(argc, argv);
    if (code == CLI_DONE && cli_general_given()->strict && cli_doctor_findings() > 0)
        code = CLI_ILL;
    if (code == CLI_FAILED && cli_stop_signal()) code = 128 + cli_stop_signal();
    if (!cli_close_output() && (code == CLI_DONE || code == CLI_ILL)) code = CLI_FAILED;
    return code;
}
