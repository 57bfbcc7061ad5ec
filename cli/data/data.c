/* `embudo data`: the table of its actions. Alone it lists the known data sets. */
#include <stddef.h>

#include "core/command_table.h"
#include "core/message.h"
#include "core/shared_help.h"
#include "data/data_actions.h"

static const cli_command *const actions[] = {&cli_action_list,    &cli_action_get,
                                             &cli_action_export,  &cli_action_cache,
                                             &cli_action_preview, NULL};

static int run_data(const cli_args *args) {
    const char *word = cli_arg(args, "ACTION")->text;
    if (*word && !cli_arg(args, "list")->given) return cli_command_no_action(args->command, word);
    if (*word) return cli_usage("data", "--list: name the action first: embudo data get --list");
    return cli_action_list.run(args);
}

const cli_command cli_command_data = {
    .name = "data",
    .summary = "list data sets, download one, write one as pictures, preview one",
    .run = run_data,
    .actions = actions,
    .about = "Without an action prints each known set's name, size, licence and folder.",
    .examples = {{"embudo data get fashion-mnist", "31 MB; then: embudo train fashion-mnist"},
                 {"embudo data export mnist", "mnist-png, with a folder for each digit"},
                 {"embudo data cache", "what is kept of folders of pictures"}},
    .positionals = {{"ACTION", "", "one of those above"}},
    .options = {CLI_JSON_OPTION, {"list", 0, CLI_TEXT, "FILE", NULL, 0, 0, 0, CLI_LIST_HELP}},
};
