/* The topics' texts, each of which ends with CLI_TOPIC_END. */
#ifndef CLI_HELP_TEXTS_H
#define CLI_HELP_TEXTS_H

typedef enum cli_topic_kind {
    CLI_TOPIC_END,
    CLI_TOPIC_TEXT,  /* a paragraph */
    CLI_TOPIC_TITLE, /* of the lines below it */
    CLI_TOPIC_ROW,   /* a label and what it means */
    CLI_TOPIC_CODE   /* as it is typed, the same in all languages */
} cli_topic_kind;

typedef struct cli_topic_line {
    cli_topic_kind kind;
    const char *text, *label; /* English; code has no translation */
} cli_topic_line;

extern const cli_topic_line cli_text_notation[];
extern const cli_topic_line cli_text_layers[];
extern const cli_topic_line cli_text_networks[];
extern const cli_topic_line cli_text_datasets[];
extern const cli_topic_line cli_text_formats[];
extern const cli_topic_line cli_text_results[];
extern const cli_topic_line cli_text_scripts[];
extern const cli_topic_line cli_text_environment[];

#endif
