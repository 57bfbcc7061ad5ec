/* "Did you mean": the nearest of some words. */
#ifndef CLI_SUGGEST_H
#define CLI_SUGGEST_H

/* The word of `words` (NULL-ended) nearest to a mistyped one, or NULL if none is near. */
const char *cli_nearest(const char *typed, const char *const *words);

#endif
