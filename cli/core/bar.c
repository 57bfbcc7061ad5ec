/* A bar on the live line. See bar.h. */
#include "core/bar.h"

#include <stdio.h>
#include <string.h>

#include "core/message.h"
#include "core/terminal.h"

enum { WIDEST_BAR = 40 };

/* Between two drawings. A line that another process prints stays undisturbed for that long: `embudo
 * train | tee log` stays readable. */
static const double pause_seconds = 0.15;

/* How the line is put together, widest first: which parts, and the least length of the bar. */
static const struct layout {
    bool long_label, speed, word_left;
    size_t bar;
} layouts[] = {
    {true, true, true, 10},   {true, false, true, 6},   {false, false, true, 4},
    {false, false, false, 4}, {false, false, false, 0},
};

void cli_bar_start(cli_bar *bar) {
    *bar = (cli_bar){
        .on = cli_terminal_is(stderr),
        .utf8 = cli_terminal_utf8(),
        .colours = cli_terminal_colours() != CLI_COLOURS_NONE,
    };
}

bool cli_bar_due(cli_bar *bar, double now) {
    if (!bar->on || now - bar->drawn < pause_seconds || !cli_terminal_ours(stderr)) return false;
    bar->drawn = now;
    return true;
}

static void add_bar(const cli_bar *bar, cli_text *line, size_t length, double share) {
    const char *full = bar->utf8 ? "\u2501" : "#", *empty = bar->utf8 ? "\u2500" : "-";
    size_t filled = (size_t)(share * (double)length);
    if (bar->colours) cli_text_add(line, "\033[36m");
    for (size_t i = 0; i < length; i++) {
        if (i == filled && bar->colours) cli_text_add(line, "\033[2;39m");
        cli_text_add(line, "%s", i < filled ? full : empty);
    }
    if (bar->colours) cli_text_add(line, "\033[0m");
    cli_text_add(line, " ");
}

static size_t columns_of(const char *text) { return (size_t)cli_columns(text); }

/* Puts the line together in the widest layout that leaves the last column free. */
static void compose(const cli_bar *bar, const cli_bar_text *text, cli_text *line) {
    const int columns = cli_terminal_columns(stderr);
    const size_t room = columns > 1 ? (size_t)columns - 1 : 0;
    char share[8];
    snprintf(share, sizeof share, "%3u%%", (unsigned)(100 * text->share) % 1000);
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        const struct layout *l = &layouts[i];
        const char *label = l->long_label ? text->label : text->short_label;
        char left[64];
        snprintf(left, sizeof left, l->word_left ? _("%s left") : "%s", text->left);
        size_t fixed = columns_of(label) + 1 + columns_of(share) + 2 + columns_of(left);
        if (l->speed) fixed += columns_of(text->speed) + 2;
        if (fixed + (l->bar ? l->bar + 1 : 0) > room) continue;
        size_t length = l->bar ? room - fixed - 1 : 0;
        cli_text_add(line, "%s ", label);
        if (length) {
            add_bar(bar, line, length < WIDEST_BAR ? length : WIDEST_BAR, text->share);
        }
        cli_text_add(line, "%s  ", share);
        if (l->speed) cli_text_add(line, "%s  ", text->speed);
        cli_text_add(line, "%s", left);
        return;
    }
    if (strlen(share) <= room) cli_text_add(line, "%s", share);
}

void cli_bar_draw(const cli_bar *bar, const cli_bar_text *text) {
    cli_text line = {0};
    compose(bar, text, &line);
    cli_live(line.bytes ? line.bytes : "");
    cli_text_free(&line);
}
