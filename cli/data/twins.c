/* Finding images that occur twice. See twins.h. */
#include "data/twins.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/rows.h"
#include "core/strings.h"

/* What identifies an image: with 2^64 sums, no data set has two equal ones by chance. */
static uint64_t sum_of(const float *pixels, size_t count) {
    uint64_t sum = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &pixels[i], sizeof bits);
        sum = (sum ^ bits) * UINT64_C(0x9e3779b97f4a7c15);
        sum ^= sum >> 32;
    }
    return sum;
}

static size_t size_of(const emb_images *images) {
    int shape[3];
    emb_images_shape(images, shape);
    return (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
}

static int by_sum(const void *a, const void *b) {
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

size_t cli_twins_count(const emb_images *scored, const emb_images *learned) {
    const size_t size = size_of(scored), count = emb_images_count(learned);
    size_t twins = 0, known = 0;
    if (size_of(learned) != size) return 0;
    float *pixels = cli_alloc(size * sizeof *pixels);
    uint64_t *sums = cli_alloc(count * sizeof *sums);
    for (size_t i = 0; i < count; i++) {
        if (cli_rows(learned, NULL, i, 1, pixels) != EMB_OK) break;
        sums[known++] = sum_of(pixels, size);
    }
    qsort(sums, known, sizeof *sums, by_sum);
    for (size_t i = 0; i < emb_images_count(scored); i++) {
        if (cli_rows(scored, NULL, i, 1, pixels) != EMB_OK) break;
        const uint64_t sum = sum_of(pixels, size);
        twins += bsearch(&sum, sums, known, sizeof *sums, by_sum) != NULL;
    }
    free(pixels);
    free(sums);
    return twins;
}

void cli_twins_tell(size_t twins, size_t count, cli_part part, const char *dataset) {
    char some[CLI_NUMBER_SIZE], all[CLI_NUMBER_SIZE];
    if (twins == 0) return;
    cli_note("%s: %s of the %s %simages are also among its training images: their score only says "
             "how well they were remembered",
             dataset, cli_thousands(twins, some), cli_thousands(count, all), cli_part_prefix(part));
}
