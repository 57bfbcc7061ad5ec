/* Words in columns. See help_layout.h. */
#include "help/help_layout.h"

#include <stdio.h>
#include <string.h>

#include "core/terminal.h"

enum { NARROWEST = 40, WIDEST = 88 };

size_t cli_layout_width(void) {
    const int width = cli_terminal_columns(stdout);
    return (size_t)(width < NARROWEST ? NARROWEST : width > WIDEST ? WIDEST : width);
}

size_t cli_layout_columns(const char *text, size_t length) {
    size_t columns = 0;
    for (size_t i = 0; i < length; i++) columns += ((unsigned char)text[i] & 0xC0) != 0x80;
    return columns;
}

void cli_layout_words(cli_text *out, const char *words, size_t at, size_t indent, size_t width) {
    bool first = true;
    while (*words) {
        const size_t length = strcspn(words, " "), wide = cli_layout_columns(words, length);
        if (!first && at + 1 + wide > width) {
            cli_text_add(out, "\n%*s", (int)indent, "");
            at = indent;
        } else if (!first) {
            cli_text_add(out, " ");
            at++;
        }
        cli_text_bytes(out, words, length);
        at += wide;
        first = false;
        words += length + (words[length] == ' ');
    }
    cli_text_add(out, "\n");
}

/* Returns the columns that are taken. */
static size_t add_label(cli_text *out, const char *label, size_t width) {
    size_t indent = 2, length = strlen(label);
    while (indent + cli_layout_columns(label, length) > width) {
        size_t end = width - indent;
        while (end > 0 && label[end - 1] != '|') end--;
        if (end == 0) break;
        cli_text_add(out, "%*s%.*s\n", (int)indent, "", (int)end, label);
        label += end;
        length -= end;
        indent = 6;
    }
    cli_text_add(out, "%*s%s", (int)indent, "", label);
    return indent + cli_layout_columns(label, length);
}

void cli_layout_row(cli_text *out, const char *label, const char *text, size_t column,
                    size_t width) {
    size_t used = add_label(out, label, width);
    if (used + 2 > column) {
        cli_text_add(out, "\n");
        used = 0;
    }
    cli_text_add(out, "%*s", (int)(column - used), "");
    cli_layout_words(out, text, column, column, width);
}

void cli_layout_title(cli_text *out, const char *title) { cli_text_add(out, "\n%s\n", title); }
