/* Libraries that one command needs are loaded by that command. They bring thirty others, and
 * loading them all took half of the time until main begins, of every command, and 5 MB.
 *
 * A file that uses such a library lists its functions, LIST(X) with X(name) for each, and has a
 * struct of pointers to them; its macros turn a call of the name into one through the struct. */
#ifndef CLI_LATE_H
#define CLI_LATE_H

#include <stdbool.h>
#include <stddef.h>

#define CLI_LATE_POINTER(name) __typeof__(name) *name;
#define CLI_LATE_NAME(name)    #name,

/* pointers[count] = the functions of these names in a library, which is loaded for as long as the
 * process lives. False with the error printed; true at once if they are there already. */
bool cli_late_load(const char *library, const char *const *names, void *pointers, size_t count);

#endif
