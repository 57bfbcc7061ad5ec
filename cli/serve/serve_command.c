/* `embudo serve`: the explorer, a page in the browser that this process answers. */
#include "core/folders.h"
#include "core/message.h"
#include "core/open_file.h"
#include "core/shared_help.h"
#include "core/stop.h"
#include "serve/server.h"
#include "use/named_images.h"

/* Whether it is a folder that has runs, not one. */
static bool has_runs(const char *path) {
    char *record = cli_format("%s/run.json", path),
         *model = cli_format("%s/model.safetensors", path);
    const bool is_run = cli_is_file(record) || cli_is_file(model);
    free(record);
    free(model);
    return cli_is_folder(path) && !is_run;
}

static bool open_it(cli_explorer *explorer, const cli_args *args) {
    const cli_value *run = cli_arg(args, "RUN|MODEL");
    if (!run->given || (has_runs(run->text) && !cli_arg(args, "DATASET")->given)) {
        return cli_explorer_open_runs(explorer, run->text);
    }
    return cli_explorer_open(explorer, args);
}

static int run_serve(const cli_args *args) {
    cli_explorer explorer = {0};
    if (!cli_server_ready()) return CLI_FAILED;
    cli_server *server = NULL;
    if (open_it(&explorer, args)) {
        server = cli_server_listen(cli_arg(args, "host")->text, (int)cli_arg(args, "port")->whole,
                                   false);
    }
    const bool started = server && cli_server_start(server, &explorer);
    if (started) {
        cli_stop_listen();
        cli_line_result("%s", cli_server_address(server));
        cli_note("serving until Ctrl-C");
        cli_open_address(args, cli_server_address(server));
        cli_server_wait(server);
    }
    cli_server_stop(server);
    cli_explorer_close(&explorer);
    return started ? CLI_DONE : CLI_FAILED;
}

const cli_command cli_command_serve = {
    .name = "serve",
    .summary = "explore a run in the browser: its codes, and what the decoder makes of any point",
    .run = run_serve,
    .about =
        "Prints an address, and answers there until Ctrl-C. The page is a map of the codes of all "
        "images; the decoder's picture follows the pointer; a click shows an image, its "
        "reconstruction, its error and its nearest neighbours; a digit that you draw lands where "
        "the encoder puts it. Without RUN, the runs below runs/ with their curves and scores. "
        "Everything is part of the program: nothing is loaded from the network, and nothing "
        "leaves this machine. Programs may ask, too: docs/API.md.",
    .examples = {{"embudo serve runs/001 --open", "MNIST's 70,000 codes, in the browser"},
                 {"embudo serve runs/001 photos --port 9000", "those of another data set"},
                 {"embudo serve", "all runs below runs/, side by side"}},
    .positionals = {{"RUN|MODEL", "runs", CLI_RUN_HELP ", or a folder of runs"},
                    {"DATASET", "mnist", CLI_RUN_DATASET_HELP}},
    .options =
        {
            CLI_PORT_OPTION,
            CLI_HOST_OPTION,
            {"classifier", 0, CLI_TEXT, "RUN", NULL, 0, 0, 0, CLI_CLASSIFIER_HELP},
            {"split", 0, CLI_CHOICE, CLI_SPLITS, "all", 0, 0, 0, CLI_ALL_SPLIT_HELP},
            CLI_OPEN_OPTION,
            CLI_THREADS_OPTION,
        },
};
