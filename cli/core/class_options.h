/* Networks that are classes in a Python file or a notebook: which class, its arguments and the
 * shape of its images, as they hold for the command. */
#ifndef CLI_CLASS_OPTIONS_H
#define CLI_CLASS_OPTIONS_H

#include <stdbool.h>

#include <embudo.h>

#include "core/input_size.h"
#include "core/options.h"

/* Rows of a command that opens such networks. */
#define CLI_CLASS_OPTIONS                                                                          \
    {"class",                                                                                      \
     0,                                                                                            \
     CLI_TEXT,                                                                                     \
     "NAME",                                                                                       \
     NULL,                                                                                         \
     0,                                                                                            \
     0,                                                                                            \
     0,                                                                                            \
     "of a Python file or a notebook with several classes: the one that is the network; default: " \
     "the one that is made last or, if none is made, the only one that gives back its input's "    \
     "shape"},                                                                                     \
        {"set",                                                                                    \
         0,                                                                                        \
         CLI_TEXT,                                                                                 \
         "NAME=VALUE",                                                                             \
         NULL,                                                                                     \
         0,                                                                                        \
         0,                                                                                        \
         0,                                                                                        \
         "of such a file: a value for an argument of the class, or for a constant of the file "    \
         "(--set hidden=64); may be given several times"},

/* ... and of one that has no data set beside it. */
#define CLI_CLASS_INPUT_OPTION                                                                     \
    {"input", 0,    CLI_TEXT,                                                                      \
     "CxHxW", NULL, 0,                                                                             \
     0,       0,    "of such a file: the shape of its images, " CLI_INPUT_SIZE_HELP},

/* Whether the file is one that has a class. */
bool cli_class_file(const char *name);

/* Reads --class, --set and, if the command has it, --input, for the network of that name. CLI_DONE,
 * or CLI_USAGE with the message printed. */
int cli_class_read(const cli_args *args, const char *network);
/* The shape of the images. */
void cli_class_input(const int shape[3]);
/* What is known of it, for emb_net_open. */
void cli_class_fill(emb_net_options *options);
/* The same for a network of that name, with the shape of MNIST's images, and a note, if it is a
 * class and nobody said another. */
void cli_class_fill_for(emb_net_options *options, const char *network);

#endif
