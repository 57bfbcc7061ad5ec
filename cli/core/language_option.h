/* --language, which every command takes, and what the environment says of the language. */
#ifndef CLI_LANGUAGE_OPTION_H
#define CLI_LANGUAGE_OPTION_H

#include <stdbool.h>

/* --language decides (`typed`, NULL without one) or, without it, LC_ALL, LC_MESSAGES or LANG, the
 * first that is set; a language there that has no catalogue is English. EMBUDO_CATALOGUE=FILE.mo
 * puts a catalogue from a file in the environment's place. CLI_USAGE, with the message printed, if
 * --language names one that there is not. */
int cli_language_begin(const char *typed);

/* False if there is no such language. */
bool cli_language_choose(const char *name);

#endif
