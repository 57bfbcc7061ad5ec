/* See input_size.h. */
#include "core/input_size.h"

#include <stdlib.h>

#include <embudo.h>

#include "core/message.h"

int cli_input_size(const cli_args *args, const char *option, int shape[3], int *rank) {
    const char *text = cli_arg(args, option)->text, *at = text;
    int sides[3], count = 0;
    while (count < 3) {
        char *end;
        if (*at < '0' || *at > '9') break;
        const long side = strtol(at, &end, 10);
        if (side < 1 || side > EMB_MAX_SIZE) break;
        sides[count++] = (int)side;
        at = end;
        if (*at != 'x') break;
        at++;
    }
    if (count == 0 || *at || at[-1] == 'x') {
        return cli_usage(args->command->name,
                         "--%s: expected CxHxW, HxW or a number of numbers, each 1 to %d, such "
                         "as 3x64x64, 28x28 or 784, got '%s'",
                         option, EMB_MAX_SIZE, text);
    }
    *rank = count == 1 ? 1 : 3;
    shape[0] = count == 2 ? 1 : sides[0];
    shape[1] = count == 1 ? 1 : sides[count - 2];
    shape[2] = count == 1 ? 1 : sides[count - 1];
    if ((double)shape[0] * shape[1] * shape[2] <= EMB_MAX_ELEMENTS) return CLI_DONE;
    return cli_usage(args->command->name, "--%s: expected at most %d numbers, got %s", option,
                     EMB_MAX_ELEMENTS, text);
}
