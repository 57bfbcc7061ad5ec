/* What the run's record says about the machine. */
#ifndef CLI_MACHINE_H
#define CLI_MACHINE_H

#include "core/strings.h"

/* The processor's model, the operating system and the compiler, to be freed with free(). */
char *cli_machine_processor(void);
char *cli_machine_system(void);
const char *cli_machine_compiler(void);

/* Processors that the system has running. */
long cli_machine_cores(void);

/* Bytes of memory that this process has now, and the most that it has had. */
void cli_machine_memory(size_t *now, size_t *most);
/* The most that a process had which has ended. */
struct rusage;
size_t cli_machine_most(const struct rusage *usage);

/* Now, in UTC: "2025-01-31T12:00:00Z". Returns `text`. */
const char *cli_machine_time(char text[CLI_NUMBER_SIZE]);

#endif
