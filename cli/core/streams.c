/* See streams.h. */
#include "core/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

void cli_streams_open(void) {
    /* open gives the lowest free number. Each stream is opened for the direction that nobody uses:
     * if standard input is missing, silently reading nothing would be wrong, and so would output
     * that goes nowhere. */
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
        const int flags = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;
        if (open("/dev/null", flags) < 0) open("/", O_RDONLY); /* in a bare root */
    }
    /* Tables are written in one piece, at a place where a failure is noticed and reported. */
    static char room[1 << 18];
    if (!isatty(STDOUT_FILENO)) setvbuf(stdout, room, _IOFBF, sizeof room);
    signal(SIGPIPE, SIG_IGN);
#ifdef SIGXFSZ
    signal(SIGXFSZ, SIG_IGN);
#endif
}
