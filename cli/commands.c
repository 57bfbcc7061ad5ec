/* The table of commands. A new command is a line here and a file that ends with its row,
 * cli_command_NAME; the row needs only the type in options.h. */
#include "commands.h"

#include <stddef.h>

/* In the order in which help lists them. */
#define COMMANDS(COMMAND)                                                                          \
    COMMAND(train)                                                                                 \
    COMMAND(new)                                                                                   \
    COMMAND(predict)                                                                               \
    COMMAND(eval)                                                                                  \
    COMMAND(score)                                                                                 \
    COMMAND(reconstruct)                                                                           \
    COMMAND(encode)                                                                                \
    COMMAND(decode)                                                                                \
    COMMAND(sample)                                                                                \
    COMMAND(similar)                                                                               \
    COMMAND(duplicates)                                                                            \
    COMMAND(cluster)                                                                               \
    COMMAND(plot)                                                                                  \
    COMMAND(classify)                                                                              \
    COMMAND(compare)                                                                               \
    COMMAND(runs)                                                                                  \
    COMMAND(report)                                                                                \
    COMMAND(serve)                                                                                 \
    COMMAND(export)                                                                                \
    COMMAND(import)                                                                                \
    COMMAND(info)                                                                                  \
    COMMAND(data)                                                                                  \
    COMMAND(bench)                                                                                 \
    COMMAND(completion)                                                                            \
    COMMAND(help)

#define DECLARED(name) extern const cli_command cli_command_##name;
#define ROW(name)      &cli_command_##name,

COMMANDS(DECLARED)

const cli_command *const cli_command_rows[] = {COMMANDS(ROW) NULL};
