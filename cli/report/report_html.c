/* Writing an HTML page. See report_html.h. */
#include "report/report_html.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/report_style.h"

/* ---- texts ----------------------------------------------------------------------------------- */

void cli_html_escape(cli_text *out, const char *text) { cli_text_for(out, EMB_XML, text); }

void cli_html_raw(cli_html *html, const char *markup) {
    cli_text_bytes(&html->body, markup, strlen(markup));
}

static void element(cli_text *out, const char *tag, const char *text) {
    cli_text_add(out, "<%s>", tag);
    cli_html_escape(out, text);
    cli_text_add(out, "</%.*s>\n", (int)strcspn(tag, " "), tag);
}

void cli_html_element(cli_html *html, const char *tag, const char *text) {
    element(&html->body, tag, text);
}

void cli_html_lines(cli_html *html, const char *text) {
    cli_html_raw(html, "<pre>");
    for (;;) {
        const int length = (int)strcspn(text, "\n");
        char *line = cli_format("%.*s", length, text);
        cli_html_escape(&html->body, line);
        free(line);
        text += length;
        if (!*text || !text[1]) break; /* a last line's end is the element's */
        cli_html_raw(html, "\n");
        text++;
    }
    cli_html_raw(html, "</pre>\n");
}

void cli_html_paragraph(cli_html *html, const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *text = cli_format_list(format, list);
    va_end(list);
    element(&html->body, "p", text);
    free(text);
}

static void end_section(cli_html *html) {
    if (html->in_section) cli_html_raw(html, "</section>\n");
    html->in_section = false;
}

void cli_html_section(cli_html *html, const char *id, const char *title) {
    end_section(html);
    cli_text_add(&html->body, "<section id=\"%s\">\n", id);
    element(&html->body, "h2", title);
    cli_text_add(&html->contents, "<li><a href=\"#%s\">", id);
    cli_html_escape(&html->contents, title);
    cli_text_add(&html->contents, "</a></li>\n");
    html->in_section = true;
}

/* ---- tables ---------------------------------------------------------------------------------- */

static void drop_heads(cli_html *html) {
    for (size_t i = 0; i < CLI_HTML_MOST_HEADS; i++) {
        free(html->heads[i]);
        html->heads[i] = NULL;
    }
}

/* What the style sheet does with a table on a narrow screen. */
static const char *table_class(const char *const *heads, const char *kinds) {
    const size_t columns = strlen(kinds);
    if (!heads || columns <= 2 || columns > CLI_HTML_MOST_HEADS) return "";
    return kinds[0] == 'h' && strspn(kinds + 1, "n") == columns - 1 ? " class=\"matrix\""
                                                                    : " class=\"list\"";
}

void cli_html_table(cli_html *html, const char *const *heads, const char *kinds) {
    const char *class = table_class(heads, kinds);
    drop_heads(html);
    cli_text_add(&html->body, "<div class=\"scroll\" tabindex=\"0\"><table%s>\n", class);
    if (heads) {
        cli_html_raw(html, "<thead><tr>\n");
        for (size_t i = 0; kinds[i]; i++) {
            cli_html_element(html,
                             kinds[i] == 'n' ? "th class=\"n\" scope=\"col\"" : "th scope=\"col\"",
                             heads[i]);
            if (strstr(class, "list")) html->heads[i] = cli_format("%s", heads[i]);
        }
        cli_html_raw(html, "</tr></thead>\n");
    }
    cli_html_raw(html, "<tbody>\n");
}

void cli_html_row(cli_html *html, const char *const *cells, const char *kinds) {
    cli_html_raw(html, "<tr>\n");
    for (size_t i = 0; kinds[i]; i++) {
        const bool head = kinds[i] == 'h', named = i < CLI_HTML_MOST_HEADS && html->heads[i];
        cli_text *out = &html->body;
        cli_text_add(out, head ? "<th scope=\"row\"" : kinds[i] == 'n' ? "<td class=\"n\"" : "<td");
        if (!head && named) {
            cli_text_add(out, " data-head=\"");
            cli_html_escape(out, html->heads[i]);
            cli_text_add(out, "\"");
        }
        cli_text_add(out, ">");
        cli_html_escape(out, cells[i] ? cells[i] : "");
        cli_text_add(out, head ? "</th>\n" : "</td>\n");
    }
    cli_html_raw(html, "</tr>\n");
}

void cli_html_table_end(cli_html *html) {
    drop_heads(html);
    cli_html_raw(html, "</tbody></table></div>\n");
}

/* ---- pictures -------------------------------------------------------------------------------- */

/* RFC 4648, section 4. */
static void add_base64(cli_text *out, const uint8_t *bytes, size_t count) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    enum { GROUPS = 1024 };
    char piece[4 * GROUPS];
    size_t used = 0;
    for (size_t i = 0; i < count; i += 3) {
        const size_t left = count - i;
        const uint32_t group = (uint32_t)bytes[i] << 16 |
                               (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
                               (left > 2 ? bytes[i + 2] : 0u);
        for (unsigned k = 0; k < 4; k++) {
            piece[used++] = k <= left ? digits[group >> (18 - 6 * k) & 63] : '=';
        }
        if (used < sizeof piece) continue;
        cli_text_bytes(out, piece, used);
        used = 0;
    }
    cli_text_bytes(out, piece, used);
}

static bool is_png(const cli_html_picture *picture) {
    return picture->count >= 24 && memcmp(picture->bytes, "\211PNG\r\n\032\n", 8) == 0;
}

static unsigned png_number(const uint8_t *bytes) {
    return (unsigned)bytes[0] << 24 | (unsigned)bytes[1] << 16 | (unsigned)bytes[2] << 8 | bytes[3];
}

/* The value of an attribute of the outermost element, in its first bytes; 0 if there is none. */
static unsigned svg_number(const cli_html_picture *picture, const char *attribute) {
    char head[512];
    snprintf(head, sizeof head, "%.*s",
             (int)(picture->count < sizeof head ? picture->count : sizeof head - 1),
             (const char *)picture->bytes);
    const char *at = strstr(head, attribute);
    const double value = at ? strtod(at + strlen(attribute), NULL) : 0;
    return value >= 1 && value <= 1e6 ? (unsigned)value : 0;
}

/* So that the page does not jump as it opens. */
static void add_size(cli_text *out, const cli_html_picture *picture) {
    const bool png = is_png(picture);
    const unsigned width = png ? png_number(picture->bytes + 16) : svg_number(picture, " width=\"");
    const unsigned height =
        png ? png_number(picture->bytes + 20) : svg_number(picture, " height=\"");
    if (width > 0 && height > 0) cli_text_add(out, " width=\"%u\" height=\"%u\"", width, height);
}

void cli_html_picture_add(cli_html *html, const cli_html_picture *picture) {
    cli_text *out = &html->body;
    cli_text_add(out, "<figure>\n<div class=\"card%s\"%s><img", picture->wide ? " wide" : "",
                 picture->wide ? " tabindex=\"0\"" : "");
    add_size(out, picture);
    cli_text_add(out, " alt=\"");
    cli_html_escape(out, picture->what);
    cli_text_add(out, "\" src=\"data:image/%s;base64,", is_png(picture) ? "png" : "svg+xml");
    add_base64(out, picture->bytes, picture->count);
    cli_text_add(out, "\"></div>\n");
    if (picture->wide && html->sideways) element(out, "p class=\"sideways\"", html->sideways);
    element(out, "figcaption", picture->caption);
    cli_text_add(out, "</figure>\n");
}

/* ---- the page -------------------------------------------------------------------------------- */

cli_text cli_html_finish(cli_html *html, const char *language, const char *title,
                         const cli_text *head, const char *contents_title, const char *foot) {
    cli_text page = {0};
    end_section(html);
    cli_text_add(&page, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
                 language);
    cli_text_add(&page,
                 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    element(&page, "title", title);
    cli_text_add(&page, "<style>\n%s</style>\n</head>\n<body>\n<main>\n", cli_report_style);
    cli_text_bytes(&page, head->bytes, head->length);
    cli_text_add(&page, "<nav>\n");
    element(&page, "h2", contents_title);
    cli_text_add(&page, "<ol>\n");
    cli_text_bytes(&page, html->contents.bytes, html->contents.length);
    cli_text_add(&page, "</ol>\n</nav>\n");
    cli_text_bytes(&page, html->body.bytes, html->body.length);
    cli_text_add(&page, "</main>\n");
    element(&page, "footer", foot);
    cli_text_add(&page, "</body>\n</html>\n");
    cli_html_free(html);
    return page;
}

void cli_html_free(cli_html *html) {
    cli_text_free(&html->body);
    cli_text_free(&html->contents);
    drop_heads(html);
    *html = (cli_html){0};
}
