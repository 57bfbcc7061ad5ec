/* A manual page's source. See roff.h. */
#include "help/roff.h"

#include <stdlib.h>
#include <string.h>

#include <embudo.h>

#include "core/language.h"

/* A character of UTF-8, whose bytes are good, as \[uXXXX]: no reader need know the encoding. */
static const char *add_wide(cli_text *out, const char *text) {
    const unsigned char first = (unsigned char)*text++;
    unsigned code = first >= 0xF0 ? first & 7u : first >= 0xE0 ? first & 15u : first & 31u;
    while (((unsigned char)*text & 0xC0) == 0x80) code = code << 6 | ((unsigned char)*text++ & 63u);
    cli_text_add(out, "\\[u%04X]", code);
    return text;
}

/* Of this version; it need not be the day of the build, so that two builds make the same pages. */
static const char date[] = "2026-11-30";

/* What groff would show as another sign, or obey. */
static const char *sign(char letter) {
    switch (letter) {
    case '\\':
        return "\\(rs";
    case '-':
        return "\\-";
    case '\'':
        return "\\(aq";
    case '`':
        return "\\(ga";
    case '^':
        return "\\(ha";
    case '~':
        return "\\(ti";
    case '"':
        return "\\(dq";
    default:
        return NULL;
    }
}

static void add_text(cli_text *out, const char *text) {
    if (*text == '.') cli_text_add(out, "\\&");
    while (*text) {
        if ((unsigned char)*text >= 0x80) {
            text = add_wide(out, text);
            continue;
        }
        const char *known = sign(*text);
        if (known) cli_text_add(out, "%s", known);
        if (!known) cli_text_bytes(out, text, 1);
        text++;
    }
}

void cli_roff_add(cli_text *out, char font, const char *text) {
    if (font != 'R') cli_text_add(out, "\\f%c", font);
    add_text(out, text);
    if (font != 'R') cli_text_add(out, "\\fR");
}

void cli_roff_begin(cli_text *out, const char *name, const char *section, const char *summary) {
    cli_text_add(out, ".\\\" Written by embudo help --man.\n.TH \"");
    for (const char *c = name; *c; c++) {
        if (*c == '-') cli_text_add(out, "\\");
        cli_text_add(out, "%c", *c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
    }
    cli_text_add(out, "\" \"%s\" \"%s\" \"embudo %s\" \"", section, date, emb_version());
    add_text(out, _("embudo's manual"));
    cli_text_add(out, "\"\n.SH ");
    add_text(out, _("NAME"));
    cli_text_add(out, "\n");
    add_text(out, name);
    cli_text_add(out, " \\- ");
    add_text(out, summary);
    cli_text_add(out, "\n");
}

void cli_roff_title(cli_text *out, const char *title) {
    cli_text_add(out, ".SH ");
    add_text(out, title);
    cli_text_add(out, "\n");
}

/* Whether the last line is a title, which begins a paragraph by itself. */
static bool behind_title(const cli_text *out) {
    size_t at = out->length - 1;
    while (at > 0 && out->bytes[at - 1] != '\n') at--;
    return strncmp(out->bytes + at, ".S", 2) == 0;
}

void cli_roff_paragraph(cli_text *out, const char *text) {
    if (!behind_title(out)) cli_text_add(out, ".PP\n");
    add_text(out, text);
    cli_text_add(out, "\n");
}

void cli_roff_row(cli_text *out, char font, const char *label, const char *text) {
    cli_text_add(out, ".TP\n");
    cli_roff_add(out, font, label);
    cli_text_add(out, "\n");
    add_text(out, text);
    cli_text_add(out, "\n");
}

void cli_roff_option(cli_text *out, const char *label, const char *text) {
    cli_text_add(out, ".TP\n");
    while (*label) {
        const size_t length = strcspn(label, " ,");
        char *word = cli_format("%.*s", (int)length, label);
        cli_roff_add(out, *word == '-' ? 'B' : 'I', word);
        free(word);
        label += length;
        const size_t between = strspn(label, " ,");
        cli_text_bytes(out, label, between);
        label += between;
    }
    cli_text_add(out, "\n");
    add_text(out, text);
    cli_text_add(out, "\n");
}

void cli_roff_code(cli_text *out, const char *line, bool first, bool last) {
    if (first) cli_text_add(out, "%s.RS 4\n.nf\n", behind_title(out) ? "" : ".PP\n");
    add_text(out, line);
    cli_text_add(out, "\n");
    if (last) cli_text_add(out, ".fi\n.RE\n");
}

void cli_roff_reference(cli_text *out, const char *name, const char *section, bool more) {
    cli_text_add(out, ".BR ");
    add_text(out, name);
    cli_text_add(out, " (%s)%s\n", section, more ? "," : "");
}
