/* See measures.h. */
#include "data/measures.h"

#include <math.h>
#include <string.h>

/* The names that are abbreviations, as a sentence has them. */
static const char *const shown[][2] = {
    {"elbo", "ELBO"}, {"kl", "KL"}, {"mmd", "MMD"}, {"l1", "L1"}};

static const char *shown_name(const char *name) {
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        if (strcmp(shown[i][0], name) == 0) return shown[i][1];
    }
    return name;
}

void cli_measures_print(cli_text *text, const emb_measure *measures, int count, bool validation) {
    for (int i = 0; i < count; i++) {
        cli_text_add(text, "%s%s %.5g", i > 0 ? ", " : "", shown_name(measures[i].name),
                     validation ? measures[i].validation : measures[i].value);
    }
}

void cli_measures_columns(cli_text *text, const emb_measure *measures, int count) {
    for (int i = 0; i < count; i++) {
        cli_text_add(text, ",%s,validation_%s", measures[i].name, measures[i].name);
    }
}

void cli_measures_cells(cli_text *text, const emb_measure *measures, int count) {
    for (int i = 0; i < count; i++) {
        cli_text_add(text, ",%.9g,", measures[i].value);
        if (!isnan(measures[i].validation)) cli_text_add(text, "%.9g", measures[i].validation);
    }
}
