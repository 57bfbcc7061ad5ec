/* The oddest images as pictures: a sheet of them, and heat maps of all. */
#ifndef CLI_SCORE_SHEET_H
#define CLI_SCORE_SHEET_H

#include "use/score_table.h"

typedef struct cli_score_sheet {
    const cli_scores *scores;
    emb_net *net;
    double full;  /* see heat_map.h */
    size_t count; /* of images on the sheet: the first of scores->order */
    int threads;
} cli_score_sheet;

/* How many of the `wanted` oddest fit in one picture. */
size_t cli_score_sheet_most(const emb_net *net, size_t wanted);

/* Each image above what was expected, where they differ, and the nearest training image. NULL with
 * the error printed. */
emb_picture *cli_score_sheet_draw(const cli_score_sheet *sheet, emb_format format);

/* A PNG for each image in a folder that is there and held: 00012-name.png, numbered as the lines of
 * the CSV. False with the error printed. */
bool cli_score_heat_write(const cli_score_sheet *sheet, const char *folder);

#endif
