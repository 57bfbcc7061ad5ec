/* The commands. A new one is a line here, one in commands.c, and a file with its row and function.
 */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "core/options.h"

extern const cli_command cli_command_train, cli_command_eval, cli_command_reconstruct,
    cli_command_encode, cli_command_decode, cli_command_plot, cli_command_classify,
    cli_command_compare, cli_command_report, cli_command_export, cli_command_import,
    cli_command_info, cli_command_data, cli_command_bench, cli_command_help;

/* Ends with NULL. */
extern const cli_command *const cli_commands[];

/* NULL where there is none of that name. */
const cli_command *cli_command_find(const char *name);

/* "embudo: there is no command 'trian'; did you mean 'train'?" Returns CLI_USAGE. */
int cli_command_unknown(const char *name);

/* Help that several commands share. */
#define CLI_DATASET_HELP                                                                           \
    "\"mnist\", which comes with embudo, \"fashion-mnist\" or \"kmnist\" (see embudo data), or a " \
    "folder with four files like MNIST's (gzipped or not), or one that torchvision filled, or "    \
    "NumPy arrays (.npy, .npz, a folder of .npy)"
#define CLI_RUN_DATASET_HELP                                                                       \
    CLI_DATASET_HELP "; where none is named, the one that the run's record names"
#define CLI_RUN_HELP     "a run's folder (runs/001) or a model file (model.safetensors)"
#define CLI_NETWORK_HELP "a run's folder, a model file, a notation file (.net) or a built-in name"
#define CLI_THREADS_HELP "threads to compute with; 0: what is fastest here. Never changes a result"

#endif
