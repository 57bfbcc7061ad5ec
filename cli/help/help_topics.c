/* The table of topics. See help_topics.h. */
#include "help/help_topics.h"

#include <stdlib.h>
#include <string.h>

#include <embudo.h>

#include "core/language.h"
#include "core/strings.h"
#include "data/data_sets.h"

/* ---- what tables know ------------------------------------------------------------------------ */

static const char *layer(size_t i) {
    enum { MOST = 128 };
    static char *usages[MOST];
    if (i >= MOST) return NULL;
    if (!usages[i]) usages[i] = emb_net_layer_usage(i);
    return usages[i];
}

static const char *data_set(size_t i) { return cli_sets[i].name; }

/* ---- topics ---------------------------------------------------------------------------------- */

const cli_topic cli_topics[] = {
    {"notation", N_("how a network is written"), cli_text_notation, NULL},
    {"layers", N_("the layers that a network may have, and their arguments"), cli_text_layers,
     layer},
    {"networks", N_("what a command takes for a network: a name, a file, a run"), cli_text_networks,
     emb_net_builtin},
    {"datasets", N_("what a command takes for images, and where names are looked for"),
     cli_text_datasets, data_set},
    {"formats", N_("the files that are read and written"), cli_text_formats, NULL},
    {"results", N_("what a training leaves in its folder"), cli_text_results, NULL},
    {"scripts", N_("what scripts read, and the options that are for them"), cli_text_scripts, NULL},
    {"environment", N_("variables that change what embudo does"), cli_text_environment, NULL},
    {NULL, NULL, NULL, NULL},
};

const cli_topic *cli_topic_find(const char *name) {
    for (const cli_topic *topic = cli_topics; topic->name; topic++) {
        if (strcmp(topic->name, name) == 0) return topic;
    }
    return NULL;
}

cli_topic_line *cli_topic_lines(const cli_topic *topic) {
    size_t own = 0, more = 0;
    while (topic->lines[own].kind != CLI_TOPIC_END) own++;
    while (topic->more && topic->more(more)) more++;
    cli_topic_line *lines = cli_alloc((own + more + 1) * sizeof *lines);
    memcpy(lines, topic->lines, own * sizeof *lines);
    for (size_t i = 0; i < more; i++) {
        lines[own + i] = (cli_topic_line){CLI_TOPIC_CODE, topic->more(i), NULL};
    }
    lines[own + more] = (cli_topic_line){CLI_TOPIC_END, NULL, NULL};
    return lines;
}
