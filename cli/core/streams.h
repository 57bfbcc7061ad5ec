/* Standard input, output and error, whatever the program was started with: open, closed, full, a
 * pipe that nobody reads. */
#ifndef CLI_STREAMS_H
#define CLI_STREAMS_H

/* Called first in the program. Closed streams get a placeholder, so that no file gets their
 * numbers; reading or writing them stays an error. A closed pipe and a limit on the size of files
 * become errors of the write that meets them. */
void cli_streams_open(void);

#endif
