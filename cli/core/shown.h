/* Pictures that a command makes are also drawn in the terminal, if it can show them and nobody
 * minds, and opened if that was asked for.
 *
 * Each of the calls that make a picture stands for the library's of the same name. After
 * cli_shown_begin it draws the picture in the terminal too, in a size that the terminal has room
 * for; without it, and in a build without cairo, only the picture is made. */
#ifndef CLI_SHOWN_H
#define CLI_SHOWN_H

#include <embudo.h>
#include <stdbool.h>

#include "core/open_file.h"
#include "core/options.h"

/* Rows of the options of a command that makes a picture. */
#define CLI_NO_PREVIEW_OPTION                                                                      \
    {                                                                                              \
        "no-preview", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,                                            \
            "draw nothing in the terminal; without a terminal nothing is drawn anyway"             \
    }
#define CLI_SHOWN_OPTIONS CLI_OPEN_OPTION, CLI_NO_PREVIEW_OPTION

/* From here on pictures are drawn in the terminal: if it can, and --no-preview was not given. */
void cli_shown_begin(const cli_args *args);
/* Whether they are; switches it, and returns what it was. */
bool cli_shown_on(void);
bool cli_shown_set(bool show);

/* Only in the terminal. */
void cli_show_figure(const emb_figure *figure);

emb_picture *cli_shown_figure(const emb_figure *figure, emb_format format);
emb_picture *cli_shown_charts(const emb_chart *charts, size_t count, emb_format format);
emb_picture *cli_shown_scatter(const emb_scatter *scatter, emb_format format);
emb_picture *cli_shown_sheet(const emb_sheet *sheet, emb_format format);
emb_picture *cli_shown_funnel(const emb_funnel *funnel, emb_format format);
emb_picture *cli_shown_transposed(const emb_transposed *transposed, emb_format format);

#endif
