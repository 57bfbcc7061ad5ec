/* The codes of failures: "E0123", the same in every language and version.
 *
 * po/codes.txt has a line for each message; a message that is worded anew keeps its code. */
#ifndef CLI_MESSAGE_CODE_H
#define CLI_MESSAGE_CODE_H

enum { CLI_CODE_SIZE = 16 };

/* " [E0123]" in `code`, of a message made of this English format. If the format only passes on what
 * the library said, as in "%s: %s", the code is that of the library's text. "" if there is none. */
const char *cli_message_code(const char *format, const char *message, char code[CLI_CODE_SIZE]);

/* The code goes with this text from here on: a message that has the text in it, and no code of its
 * own, gets it. One text is kept, the last. */
void cli_message_code_keep(const char *message, const char *code);

/* What the library said, to be freed; its code is kept, whatever fails before it is told. */
char *cli_error_kept(void);

#endif
