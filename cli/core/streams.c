/* See streams.h. */
#include "core/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

void cli_streams_open(void) {
    /* The lowest free number is the one that open gives. Each is opened for what nobody does with
     * it: to read nothing in silence from a standard input that is not there would be a wrong
     * answer, and so would be output that went nowhere. */
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
        const int flags = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;
        if (open("/dev/null", flags) < 0) open("/", O_RDONLY); /* in a bare root */
    }
    /* Tables go out whole, when somebody looks whether and why they did not. */
    static char room[1 << 18];
    if (!isatty(STDOUT_FILENO)) setvbuf(stdout, room, _IOFBF, sizeof room);
    signal(SIGPIPE, SIG_IGN);
#ifdef SIGXFSZ
    signal(SIGXFSZ, SIG_IGN);
#endif
}
