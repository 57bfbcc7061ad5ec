/* Reading seeds. See seed.h. */
#include "core/seed.h"

bool cli_seed_read(const char *text, const char **end, uint64_t *seed) {
    const bool minus = *text == '-';
    const char *at = text + (*text == '-' || *text == '+');
    uint64_t number = 0;
    *end = at;
    for (; *at >= '0' && *at <= '9'; at++) {
        const uint64_t digit = (uint64_t)(*at - '0');
        if (number > (UINT64_MAX - digit) / 10) return false;
        number = 10 * number + digit;
    }
    if (at == *end || (minus && number > (uint64_t)1 << 63)) return false;
    *end = at;
    *seed = minus ? 0 - number : number;
    return true;
}

uint64_t cli_seed_option(uint64_t seed) { return seed == 0 ? (uint64_t)1 << 32 : seed; }

uint64_t cli_seed_of_option(uint64_t option) { return option == (uint64_t)1 << 32 ? 0 : option; }
