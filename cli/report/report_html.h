/* Writing an HTML page that needs no other file: pictures are in it as data: URIs, and there is no
 * script. Every text is escaped here, by emb_text_for for EMB_XML, so that text from a file is
 * never markup.
 *
 * Only cli_html_raw takes markup, which must be the program's own. */
#ifndef CLI_REPORT_HTML_H
#define CLI_REPORT_HTML_H

#include <stdbool.h>
#include <stddef.h>

#include <embudo.h>

#include "core/strings.h"

/* Zeroed is an empty page. */
enum { CLI_HTML_MOST_HEADS = 64 };

typedef struct cli_html {
    cli_text body, contents; /* contents: the entries of its table */
    bool in_section;
    char *heads[CLI_HTML_MOST_HEADS]; /* of a table that becomes a list on a narrow screen */
    const char *sideways; /* said below a picture that is wider than the screen; NULL: nothing */
} cli_html;

/* The whole page, from what was written; frees that. `head` follows the title, before the table of
 * contents, and is markup made by these functions. */
cli_text cli_html_finish(cli_html *html, const char *language, const char *title,
                         const cli_text *head, const char *contents_title, const char *foot);
void cli_html_free(cli_html *html);

void cli_html_escape(cli_text *out, const char *text);
void cli_html_raw(cli_html *html, const char *markup);

/* <tag>text</tag>; `tag` may have attributes. */
void cli_html_element(cli_html *html, const char *tag, const char *text);
/* A text of several lines, such as a notation. */
void cli_html_lines(cli_html *html, const char *text);
/* A paragraph, as printf writes it, escaped. */
void cli_html_paragraph(cli_html *html, const char *format, ...) CLI_PRINTF(2, 3);

/* A heading with its entry in the table of contents. It ends where the next begins. */
void cli_html_section(cli_html *html, const char *id, const char *title);

/* A table in a box of its own that scrolls. `heads[columns]` NULL: no row of heads. A column whose
 * letter in `kinds` is 'n' holds numbers, with an 'h' the heads of the rows, with any other letter
 * texts. On a narrow screen a table of more than two columns becomes a list, each cell with its
 * head; but for numbers under heads of rows, which are a matrix and get smaller. */
void cli_html_table(cli_html *html, const char *const *heads, const char *kinds);
void cli_html_row(cli_html *html, const char *const *cells, const char *kinds);
void cli_html_table_end(cli_html *html);

/* A picture with its caption below. `what` says in a few words what it shows, for those who do not
 * see it. `wide`: on a narrow screen it scrolls, since its texts would be too small. PNG and
 * SVG. */
typedef struct cli_html_picture {
    const uint8_t *bytes;
    size_t count;
    const char *what, *caption;
    bool wide;
} cli_html_picture;
void cli_html_picture_add(cli_html *html, const cli_html_picture *picture);

#endif
