/* See remedies.h. */
#include "core/remedies.h"
#include "core/told.h"

#include <stdlib.h>
#include <string.h>

#include "core/network.h"

/* ---- lines ----------------------------------------------------------------------------------- */

/* "1x28x28", or "784" of a row. */
static void add_shape(cli_text *out, const int s[3]) {
    if (s[1] == 1 && s[2] == 1) {
        cli_text_add(out, "%d", s[0]);
    } else {
        cli_text_add(out, "%dx%dx%d", s[0], s[1], s[2]);
    }
}

enum { LABEL = 11, NAME = 12 }; /* columns */

/* What begins a line: the second text after the first line. */
static void add_label(cli_text *out, const char *first, const char *other) {
    cli_text_tell(out, "  %-*s", LABEL, out->length > 0 ? other : first);
}

static void add_changes(cli_text *out, const emb_remedy *r) {
    add_label(out, _("change"), _("or change"));
    for (size_t i = 0; i < r->count; i++) {
        const emb_change *c = &r->changes[i];
        char *name = cli_format("%s.%s", c->part, c->path);
        if (i > 0) cli_text_tell(out, "  %-*s", LABEL, _("and"));
        cli_text_add(out, "%-*s  %s\n", NAME, name, c->before);
        cli_text_tell(out, "  %-*s%-*s  %s\n", LABEL, "", NAME, _("to"), c->after);
        free(name);
    }
}

void cli_remedies_list(const emb_trial *trial, cli_text *out) {
    const size_t count = emb_trial_remedy_count(trial);
    bool begun = false;
    for (size_t i = 0; i < count; i++) {
        const emb_remedy *r = emb_trial_remedy(trial, i);
        if (r->count > 0) add_changes(out, r);
    }
    for (size_t i = 0; i < count; i++) {
        const emb_remedy *r = emb_trial_remedy(trial, i);
        if (r->count > 0) continue;
        if (begun) {
            cli_text_add(out, "%s", _(" or "));
        } else {
            add_label(out, _("input"), _("or input"));
        }
        add_shape(out, r->input);
        begun = true;
    }
    if (begun) cli_text_add(out, "\n");
}

/* ---- the end of a message -------------------------------------------------------------------- */

/* "input = 1, 28, 28", as the notation has it; to be freed. */
static char *input_line(const emb_trial *trial) {
    const char *notation = emb_trial_notation(trial);
    const char *line = strstr(notation, "input = ");
    return line ? cli_format("%.*s", (int)strcspn(line, "\n"), line) : cli_format("input");
}

static bool is_small(const emb_remedy *r) { return r->count > 0 && r->count <= 2; }

/* "; with input = 1, 9, 9 and decoder.3 Linear(2, 81) it would ...", for a remedy of few changes;
 * else NULL. */
static char *small_change(const emb_trial *trial) {
    cli_text text = {0};
    for (size_t i = 0; i < emb_trial_remedy_count(trial); i++) {
        const emb_remedy *r = emb_trial_remedy(trial, i);
        if (!is_small(r)) continue;
        char *input = input_line(trial);
        const emb_change *c = r->changes;
        if (r->count == 1) {
            cli_text_tell(&text, "; with %s and %s.%s %s in its notation it would take them", input,
                          c[0].part, c[0].path, c[0].after);
        } else {
            cli_text_tell(
                &text, "; with %s and %s.%s %s and %s.%s %s in its notation it would take them",
                input, c[0].part, c[0].path, c[0].after, c[1].part, c[1].path, c[1].after);
        }
        free(input);
        break;
    }
    return text.bytes;
}

char *cli_remedies_short(const emb_net *net, const int shape[3], const char *dataset) {
    int own[3];
    char *small = NULL;
    emb_net_input_shape(net, own);
    if (cli_network_is_trained(net)) {
        return cli_told("; make them %dx%dx%d, as the network was trained, or train another: "
                        "embudo new %s writes one",
                        own[0], own[1], own[2], dataset);
    }
    emb_trial *trial = emb_trial_new(emb_net_notation(net), "the network", NULL, shape);
    if (trial && !emb_trial_error(trial)) {
        char *input = input_line(trial);
        small = cli_told("; with %s in its notation it would take them", input);
        free(input);
    } else if (trial && emb_trial_seek(trial) == EMB_OK) {
        small = small_change(trial);
    }
    emb_trial_free(trial);
    if (small) return small;
    return cli_told("; embudo new %s writes a network that takes them, embudo info --input "
                    "%dx%dx%d says what this one would need",
                    dataset, shape[0], shape[1], shape[2]);
}
