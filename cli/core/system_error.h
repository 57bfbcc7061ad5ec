/* What an errno means, in the reader's language. */
#ifndef CLI_SYSTEM_ERROR_H
#define CLI_SYSTEM_ERROR_H

const char *cli_system_error(int error);

#endif
