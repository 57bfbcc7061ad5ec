/* See label_names.h. */
#include "core/label_names.h"

#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/strings.h"

char *cli_labels_print(const emb_images *images) {
    cli_text text = {0};
    for (int i = 0; i < emb_images_classes(images); i++) {
        const char *name = emb_images_class_name(images, i);
        if (!name || strchr(name, '\n')) {
            cli_text_free(&text);
            return NULL;
        }
        char *kept = cli_name_kept(name);
        cli_text_add(&text, "%s%s", i > 0 ? "\n" : "", kept);
        free(kept);
    }
    return text.bytes;
}

/* The first line of label `label` in the names; NULL if they do not have it. */
static const char *line_of(const char *names, int label) {
    for (; names && label > 0; label--) {
        names = strchr(names, '\n');
        if (names) names++;
    }
    return names;
}

char *cli_label_text(const emb_net *net, int label) {
    const char *line = line_of(emb_net_metadata(net, CLI_LABELS_KEY), label);
    char *kept = line ? cli_format("%.*s", (int)strcspn(line, "\n"), line) : NULL;
    char *text = kept ? cli_name_back(kept) : cli_format("%d", label);
    free(kept);
    return text;
}

static bool is_number(const char *name) { return *name && !name[strspn(name, "0123456789")]; }

/* Words of a network that keeps no names cannot be compared. Numbers are taken for its labels, as
 * of MNIST, if the images have fewer classes: else they may be those that it learned from, in the
 * order of their names. */
static bool are_known(const emb_net *net, const emb_images *images) {
    const int classes = emb_net_classes(net), here = emb_images_classes(images);
    if (classes == 0) return false;
    if (emb_net_metadata(net, CLI_LABELS_KEY)) return true;
    for (int i = 0; i < here; i++) {
        const char *name = emb_images_class_name(images, i);
        if (!name || !is_number(name) || strtol(name, NULL, 10) >= classes) return false;
    }
    return here < classes;
}

bool cli_labels_follow(const emb_net *net, emb_images *images, const char *dataset) {
    char *names[EMB_MAX_CLASSES];
    const int count = emb_net_classes(net);
    if (!are_known(net, images)) return true;
    for (int k = 0; k < count; k++) names[k] = cli_label_text(net, k);
    const bool good = emb_images_rename(images, (const char *const *)names, count) == EMB_OK;
    for (int k = 0; k < count; k++) free(names[k]);
    if (!good) cli_fail("%s: %s", dataset, emb_error());
    return good;
}

char **cli_label_titles(const emb_net *net, size_t count) {
    const int labels = emb_net_conditions(net);
    if (labels == 0 || !emb_net_metadata(net, CLI_LABELS_KEY)) return NULL;
    char **titles = cli_alloc(count * sizeof *titles);
    for (size_t i = 0; i < count; i++) titles[i] = cli_label_text(net, (int)(i % (size_t)labels));
    return titles;
}

void cli_label_titles_free(char **titles, size_t count) {
    for (size_t i = 0; titles && i < count; i++) free(titles[i]);
    free((void *)titles);
}

/* "cero, dos, tres, uno", to be freed. */
static char *list_names(const char *names, int labels) {
    enum { SHOWN = 10 };
    cli_text list = {0};
    for (int i = 0; i < labels && i < SHOWN; i++) {
        const char *line = line_of(names, i);
        if (!line) break;
        cli_text_add(&list, "%s%.*s", i > 0 ? ", " : "", (int)strcspn(line, "\n"), line);
    }
    if (labels > SHOWN) cli_text_add(&list, ", ...");
    return list.bytes;
}

/* A name comes before a number: folders may be called 3, 5 and 7. */
bool cli_label_find(const emb_net *net, const char *text, int *label) {
    enum { DIGITS = 5 };
    const char *names = emb_net_metadata(net, CLI_LABELS_KEY), *line = names;
    const int labels = emb_net_conditions(net);
    char *kept = cli_name_kept(text);
    const size_t length = strlen(kept), digits = strspn(text, "0123456789");
    bool found = false;
    for (int i = 0; line && i < labels && !found; i++, line = line_of(line, 1)) {
        found = strcspn(line, "\n") == length && memcmp(line, kept, length) == 0;
        if (found) *label = i;
    }
    free(kept);
    if (found) return true;
    if (digits > 0 && digits <= DIGITS && !text[digits]) {
        *label = (int)strtol(text, NULL, 10);
        if (labels == 0 || *label < labels) return true;
    }
    if (labels > 0 && names) {
        char *list = list_names(names, labels);
        cli_fail("--label %s: the network has no such label; expected one of %s, or 0 to %d", text,
                 list, labels - 1);
        free(list);
    } else {
        cli_fail("--label %s: expected a whole number from 0 to %d", text,
                 labels > 0 ? labels - 1 : EMB_MAX_CLASSES - 1);
    }
    return false;
}
