/* What was scored, in words: the names of a data set's parts in lines, tables and files. */
#ifndef CLI_SCORED_H
#define CLI_SCORED_H

#include <stddef.h>

/* What is scored. */
typedef enum cli_part {
    CLI_PART_TEST,
    CLI_PART_VAL,
    CLI_PART_TRAIN,
    CLI_PART_HELD, /* held out of a training that builds on a model, which may have seen them */
    CLI_PART_ALL   /* all there are; it is not known which of them were learned from */
} cli_part;

/* "test", "validation", "training", "held-out", "all". */
const char *cli_part_name(cli_part part);
/* The word before a number: "test ", ...; "" for all. */
const char *cli_part_prefix(cli_part part);

/* "10,000 test images of mnist", to be freed; and the data set's name without its folders. */
char *cli_scored_phrase(size_t count, cli_part part, const char *dataset);
char *cli_scored_set(const char *dataset);

/* ",mnist,test,10000": the last columns of a CSV's row, to be freed, and their names. */
#define CLI_SCORED_COLUMNS ",data,part,images"
char *cli_scored_cells(const char *dataset, cli_part part, size_t count);

#endif
