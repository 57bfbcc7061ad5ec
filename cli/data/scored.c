/* What was scored, in words. See scored.h. */
#include "data/scored.h"

#include <stdlib.h>
#include <string.h>

#include <embudo.h>

#include "core/strings.h"
#include "core/told.h"

static const struct {
    const char *name, *prefix;
} names[] = {
    [CLI_PART_TEST] = {"test", "test "},
    [CLI_PART_VAL] = {"validation", "validation "},
    [CLI_PART_TRAIN] = {"training", "training "},
    [CLI_PART_HELD] = {"held-out", "held-out "},
    [CLI_PART_ALL] = {"all", ""},
};

const char *cli_part_name(cli_part part) { return names[part].name; }

const char *cli_part_prefix(cli_part part) {
    return *names[part].prefix ? _(names[part].prefix) : "";
}

char *cli_scored_phrase(size_t count, cli_part part, const char *dataset) {
    char number[CLI_NUMBER_SIZE];
    return cli_told(cli_plural((unsigned long)count, "%s%s %simage of %s", "%s%s %simages of %s"),
                    part == CLI_PART_ALL ? _("all ") : "", cli_thousands(count, number),
                    cli_part_prefix(part), cli_shown(dataset));
}

char *cli_scored_set(const char *dataset) {
    size_t end = strlen(dataset);
    while (end > 1 && dataset[end - 1] == '/') end--;
    size_t begin = end;
    while (begin > 0 && dataset[begin - 1] != '/') begin--;
    return cli_format("%.*s", (int)(end - begin), dataset + begin);
}

char *cli_scored_cells(const char *dataset, cli_part part, size_t count) {
    const size_t length = strlen(dataset), room = emb_text_for(EMB_CSV, dataset, length, NULL, 0);
    char *cell = cli_alloc(room + 1);
    emb_text_for(EMB_CSV, dataset, length, cell, room + 1);
    char *cells = cli_format(",%s,%s,%zu", cell, cli_part_name(part), count);
    free(cell);
    return cells;
}
