/* See layer_table.h. */
#include "report/layer_table.h"

#include <stdio.h>
#include <string.h>

#include "core/message.h"
#include "core/terminal.h"

enum { WIDEST = 100, NARROWEST = 73, NAME = 12, SHAPE = 11, PARAMETERS = 12, MULTIPLY_ADDS = 15 };

/* The columns of a layer's name, and what is left for its text: at least some, whatever the
 * names. */
typedef struct widths {
    int name, layer, parameters, multiply_adds;
} widths;

/* A column of numbers: as wide as its title needs it, with a gap. */
static int column_of(const char *title, int least) {
    const int needed = cli_columns(title) + 2;
    return needed > least ? needed : least;
}

enum { NAME_TEXT = 288 };

static void name_text(const emb_layer_info *info, char text[NAME_TEXT]) {
    snprintf(text, NAME_TEXT, "%s.%s", info->part, info->path);
}

static widths find_widths(const cli_layers *layers) {
    enum { LEAST = 18 };
    int name = NAME;
    for (size_t i = 0; i < layers->count; i++) {
        char text[NAME_TEXT];
        emb_layer_info info;
        layers->get(layers->of, i, &info);
        name_text(&info, text);
        if ((int)strlen(text) > name) name = (int)strlen(text);
    }
    int columns = cli_terminal_is(stdout) ? cli_terminal_columns(stdout) : WIDEST;
    columns = columns > WIDEST ? WIDEST : columns < NARROWEST ? NARROWEST : columns;
    const int parameters = column_of(_("parameters"), PARAMETERS);
    const int multiply_adds = column_of(_("multiply-adds"), MULTIPLY_ADDS);
    const int layer = columns - name - 2 - SHAPE - parameters - multiply_adds;
    return (widths){name, layer < LEAST ? LEAST : layer, parameters, multiply_adds};
}

static const char *shape_text(const emb_layer_info *info, char text[48]) {
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < info->rank; i++) {
        used += (size_t)snprintf(text + used, 48 - used, "%s%d", i ? "x" : "", info->shape[i]);
    }
    return text;
}

/* How much of `text` fits on a line of `width`: all of it, or up to the last ", " that fits. */
static int break_at(const char *text, int width) {
    int length = (int)strlen(text), best = 0;
    if (length <= width) return length;
    for (int i = 0; i + 1 < width; i++) {
        if (text[i] == ',' && text[i + 1] == ' ') best = i + 1;
    }
    return best ? best : width;
}

static void print_row(const char *name, const char *layer, const char *shape, size_t parameters,
                      size_t multiply_adds, widths w) {
    char left[CLI_NUMBER_SIZE], right[CLI_NUMBER_SIZE];
    int taken = break_at(layer, w.layer);
    cli_print("%-*s  %-*.*s%*s%*s%*s\n", w.name, name, w.layer, taken, layer, SHAPE, shape,
              w.parameters, cli_thousands(parameters, left), w.multiply_adds,
              cli_thousands(multiply_adds, right));
    while (layer[taken]) {
        layer += taken + (layer[taken] == ' ');
        taken = break_at(layer, w.layer - 2);
        cli_print("%-*s    %.*s\n", w.name, "", taken, layer);
    }
}

static void print_rule(widths w) {
    for (int i = 0; i < w.name + 2 + w.layer + SHAPE + w.parameters + w.multiply_adds; i++)
        putchar('-');
    putchar('\n');
}

static void print_stop(const char *stop, widths w) {
    const int name = (int)strcspn(stop, " ");
    cli_print("%-*.*s  %s\n", w.name, name, stop, stop + name + (stop[name] == ' '));
}

void cli_layers_print(const cli_layers *layers) {
    const widths w = find_widths(layers);
    size_t parameters = 0, multiply_adds = 0;
    emb_layer_info info;
    char name[NAME_TEXT], shape[48];
    cli_print("%-*s  %-*s%*s%*s%*s\n", w.name, _("layer"), w.layer, "", SHAPE, _("output"),
              w.parameters, _("parameters"), w.multiply_adds, _("multiply-adds"));
    print_rule(w);
    for (size_t i = 0; i < layers->count; i++) {
        layers->get(layers->of, i, &info);
        name_text(&info, name);
        print_row(name, info.layer, shape_text(&info, shape), info.parameters, info.multiply_adds,
                  w);
        parameters += info.parameters;
        multiply_adds += info.multiply_adds;
    }
    if (layers->count > 0) print_rule(w);
    if (layers->ends) {
        print_row(_("total"), "", "", parameters, multiply_adds, w);
    } else if (layers->stop) {
        print_stop(layers->stop, w);
    }
}

void cli_layers_json(const cli_layers *layers, cli_json *json) {
    size_t parameters = 0, multiply_adds = 0;
    cli_json_open(json, "layers", '[');
    for (size_t i = 0; i < layers->count; i++) {
        emb_layer_info info;
        layers->get(layers->of, i, &info);
        cli_json_open(json, NULL, '{');
        cli_json_string(json, "part", info.part);
        cli_json_string(json, "path", info.path);
        cli_json_string(json, "layer", info.layer);
        cli_json_open(json, "output", '[');
        for (int k = 0; k < info.rank; k++) cli_json_whole(json, NULL, info.shape[k]);
        cli_json_close(json, ']');
        cli_json_whole(json, "parameters", (int64_t)info.parameters);
        cli_json_whole(json, "multiply_adds", (int64_t)info.multiply_adds);
        cli_json_close(json, '}');
        parameters += info.parameters;
        multiply_adds += info.multiply_adds;
    }
    cli_json_close(json, ']');
    cli_json_whole(json, "parameters", (int64_t)parameters);
    cli_json_whole(json, "multiply_adds", (int64_t)multiply_adds);
}
