/* One option of a command, declared as data. options.h says what is made of it. */
#ifndef CLI_OPTION_ROW_H
#define CLI_OPTION_ROW_H

typedef enum cli_type {
    CLI_FLAG,  /* takes no value */
    CLI_INT,   /* a whole number */
    CLI_SEED,  /* of any size that torch.manual_seed takes */
    CLI_REAL,  /* a decimal number */
    CLI_TEXT,  /* any text that is not empty */
    CLI_CHOICE /* one of the words of `value`: "auto|cpu" */
} cli_type;

/* Ends that do not belong to the range. */
enum { CLI_ABOVE_LEAST = 1, CLI_BELOW_MOST = 2 };

/* A text that names a file that is written, and what it is: for it "-" is standard output
 * (dash.h). */
enum {
    CLI_TO_PICTURE = 4,
    CLI_TO_PAGE = 8,
    CLI_TO_MODEL = 16,
    CLI_TO_NET = 32,     /* a network's text, which is printed without a name */
    CLI_TO_TABLE = 64,   /* that the command itself prints for "-" */
    CLI_TO_STREAM = 128, /* written bit by bit */
    CLI_TO_FOLDER = 256, /* which standard output is not */
    CLI_TO_ANY = 508
};

/* One option. A list of them ends with a NULL name. */
typedef struct cli_option {
    const char *name; /* "epochs" of --epochs */
    char letter;      /* 'o' of -o, or 0 */
    cli_type type;
    const char *value;    /* what help calls the value: "N", "DIR", "auto|cpu" */
    const char *fallback; /* the default, as it would be typed; NULL: 0, false or NULL */
    double least, most;   /* of a number; whole numbers here are below 2^53 */
    int open;             /* CLI_ABOVE_LEAST, CLI_BELOW_MOST or both; or one of CLI_TO_... */
    const char *help;     /* what it does; range and default are added */
} cli_option;

#endif
