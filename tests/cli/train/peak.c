/* Runs a command and prints the most memory that it had, in bytes: peak COMMAND ARGUMENTS... Exits
 * as it does. */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc < 2) return 2;
    const pid_t child = fork();
    if (child == 0) {
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    struct rusage used;
    int ended;
    if (child < 0 || waitpid(child, &ended, 0) != child) return 2;
    if (getrusage(RUSAGE_CHILDREN, &used) != 0) return 2;
#if defined(__APPLE__)
    printf("%ld\n", (long)used.ru_maxrss);
#else
    printf("%ld\n", (long)used.ru_maxrss * 1024);
#endif
    return WIFEXITED(ended) ? WEXITSTATUS(ended) : 1;
}
