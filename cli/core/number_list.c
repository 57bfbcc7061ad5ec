/* Whole numbers with commas between them. See number_list.h. */
#include "core/number_list.h"

#include <stddef.h>

bool cli_number_next(const char **text, uint64_t least, uint64_t most, uint64_t *number) {
    const char *at = *text;
    uint64_t value = 0;
    for (; *at >= '0' && *at <= '9'; at++) {
        const uint64_t digit = (uint64_t)(*at - '0');
        if (digit > most || value > (most - digit) / 10) return false;
        value = 10 * value + digit;
    }
    if (at == *text || (*at != ',' && *at != '\0') || value < least) return false;
    *number = value;
    *text = *at == ',' ? at + 1 : NULL;
    return true;
}
