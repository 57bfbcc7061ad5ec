/* Scores as files: CSV and JSON. */
#ifndef CLI_SCORE_TEXT_H
#define CLI_SCORE_TEXT_H

#include "core/strings.h"
#include "use/score_table.h"

/* "name,label,score,reconstruction,neighbours,unusual", a line each; or as JSON the same with all
 * other numbers, the nearest image, and what belongs to all of them. */
void cli_scores_csv(const cli_scores *scores, cli_text *out);
void cli_scores_json(const cli_scores *scores, const char *model_name, cli_text *out);

#endif
