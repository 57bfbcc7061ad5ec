/* `embudo report`: everything about a run, on one page that needs no other file. */
#include <stddef.h>
#include <stdlib.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/open_file.h"
#include "core/options.h"
#include "core/shared_help.h"
#include "data/picture_options.h"
#include "plot/plot_words.h"
#include "report/report_write.h"

static int run_report(const cli_args *args) {
    const char *run = cli_arg(args, "RUN|MODEL")->text, *dataset = cli_arg(args, "DATASET")->text;
    const char *output = cli_arg(args, "output")->text;
    if (output && !cli_output_ready(output)) return CLI_FAILED;
    if (!cli_report_write(run, dataset, output, (int)cli_arg(args, "threads")->whole)) {
        return CLI_FAILED;
    }
    const bool beside = !output && cli_is_folder(run);
    if (beside) {
        char *path = cli_format("%s/%s", run, "report.html");
        cli_line("%s", path);
        cli_open_file(args, path);
        free(path);
    } else {
        cli_line("%s", output ? output : "report.html");
        cli_open_file(args, output ? output : "report.html");
    }
    return CLI_DONE;
}

const cli_command cli_command_report = {
    .name = "report",
    .summary = "show everything about a run on one HTML page",
    .run = run_report,
    .about =
        "The page needs no other file: the pictures are in it, and it opens offline. For an "
        "autoencoder it shows the loss by epoch, reconstructions, where the codes lie, the plane "
        "of codes decoded or a walk between images, the worst cases, and how well the labels can "
        "be told from the codes; for a classifier, which classes it confuses. Then follow the "
        "network's layers, the command that makes the model again, its options, and the machine. "
        "If something is missing in the run's folder, the page leaves it out and says so.",
    .examples = {{"embudo report runs/001", "runs/001/report.html"},
                 {"embudo report runs/001 --language es -o informe.html", "the same in Spanish"}},
    .positionals = {{.name = "RUN|MODEL", .help = CLI_RUN_HELP},
                    {.name = "DATASET", .fallback = "mnist", .help = CLI_RUN_DATASET_HELP}},
    .options =
        {
            {"output", 'o', CLI_TEXT, "FILE", NULL, 0, 0, CLI_TO_PAGE,
             "the page; default: report.html in the run's folder, or in the current folder for a "
             "model file"},
            CLI_OPEN_OPTION,
            CLI_READING_OPTIONS CLI_THREADS_OPTION,
        },
};
