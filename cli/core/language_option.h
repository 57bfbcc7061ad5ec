/* --language, which every command takes, and what the environment says of the language. */
#ifndef CLI_LANGUAGE_OPTION_H
#define CLI_LANGUAGE_OPTION_H

/* Called first in the program. --language decides or, without one, LC_ALL, LC_MESSAGES or LANG, the
 * first that is set; a language there that has no catalogue is English. EMBUDO_CATALOGUE=FILE.mo
 * puts a catalogue from a file in the environment's place. CLI_USAGE, with the message printed, if
 * --language names one that there is not. */
int cli_language_begin(int argc, char **argv);

/* How many of a command line's word and the one behind it (or NULL) are --language and its name. */
int cli_language_words(const char *word, const char *next);

#endif
