/* What the doctor finds, in a word each: for records, which are the same in all languages, and for
 * tables. */
#ifndef CLI_FINDINGS_H
#define CLI_FINDINGS_H

#include <embudo.h>

typedef struct cli_finding {
    emb_finding finding;
    const char *word;  /* in run.json */
    const char *shown; /* in tables, in English */
} cli_finding;

/* The gravest first; the last one's `word` is NULL. */
extern const cli_finding cli_findings[];

#endif
