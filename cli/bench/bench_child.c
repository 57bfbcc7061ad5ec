/* A training in a process of its own, for `embudo bench`: how long it takes and how much memory it
 * holds. Its folder is temporary and is removed at the end. */
#include "bench/bench_child.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/class_options.h"
#include "core/message.h"
#include "core/progress.h"
#include "core/stop.h"
#include "core/system_error.h"

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place) {
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

/* What cannot be measured, and why, in one line. */
static void leave_out(const cli_bench *bench, const char *why, int length) {
    bool start = bench->wanted[CLI_BENCH_START], memory = bench->wanted[CLI_BENCH_MEMORY];
    cli_note(start && memory ? N_("left out: start and memory: %.*s")
             : start         ? N_("left out: start: %.*s")
                             : N_("left out: memory: %.*s"),
             length, why);
}

/* The child's side: standard error goes to the pipe. */
static void become_training(const cli_bench *bench, const char *steps, const char *folder,
                            int output) {
    int nothing = open("/dev/null", O_RDWR);
    emb_net_options class = {0};
    cli_class_fill(&class);
    const char *words[] = {bench->program, "train",    "--model", bench->model, "--max-steps",
                           steps,          "--output", folder,    NULL,         NULL,
                           NULL,           NULL,       NULL};
    size_t count = 8;
    if (class.class_name) words[count++] = "--class", words[count++] = class.class_name;
    if (class.set) words[count++] = "--set", words[count++] = class.set;
    char **argv = (char **)words;
    if (nothing >= 0) {
        dup2(nothing, STDIN_FILENO);
        dup2(nothing, STDOUT_FILENO);
    }
    dup2(output, STDERR_FILENO);
    execv("/proc/self/exe", argv); /* on Linux; elsewhere as this process was started */
    execvp(bench->program, argv);
    dprintf(STDERR_FILENO, "embudo: cannot start %s: %s\n", bench->program,
            cli_system_error(errno));
    _exit(1);
}

/* Everything that the child says, until it ends. */
static void read_all(int input, cli_text *text) {
    char bytes[1024];
    for (;;) {
        ssize_t count = read(input, bytes, sizeof bytes);
        if (count > 0) cli_text_bytes(text, bytes, (size_t)count);
        if (count == 0 || (count < 0 && errno != EINTR)) return;
    }
}

/* Repeats what the child's own line says. */
static void explain(const cli_bench *bench, const cli_text *said) {
    static const char mark[] = "embudo: ";
    const char *error = said->bytes ? strstr(said->bytes, mark) : NULL;
    if (cli_stop_signal()) return;
    if (error) error += strlen(mark);
    if (!error) error = "embudo train failed without a message";
    leave_out(bench, error, (int)strcspn(error, "\n"));
}

/* ru_maxrss is in bytes on macOS, in KiB elsewhere. */
static double peak_bytes(const struct rusage *usage) {
#ifdef __APPLE__
    return (double)usage->ru_maxrss;
#else
    return 1024.0 * (double)usage->ru_maxrss;
#endif
}

/* Whether the child ended well. */
static bool run_child(const cli_bench *bench, const char *steps, const char *folder,
                      double *seconds, double *bytes) {
    int ends[2], status = 1;
    struct rusage usage = {0};
    cli_text said = {0};
    if (pipe(ends) != 0) {
        leave_out(bench, cli_system_error(errno), 100);
        return false;
    }
    double from = cli_clock();
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        become_training(bench, steps, folder, ends[1]);
    }
    close(ends[1]);
    if (child > 0) {
        read_all(ends[0], &said);
        while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR) continue;
    }
    *seconds = cli_clock() - from;
    *bytes = peak_bytes(&usage);
    close(ends[0]);
    if (status != 0) explain(bench, &said);
    cli_text_free(&said);
    return status == 0;
}

bool cli_bench_child(const cli_bench *bench, int steps, double *seconds, double *bytes) {
    const char *temporary = getenv("TMPDIR");
    if (!temporary || !*temporary) temporary = "/tmp";
    char *folder = cli_format("%s/embudo-bench-XXXXXX", temporary);
    char *count = cli_format("%d", steps), *run = NULL;
    bool good = mkdtemp(folder) != NULL;
    if (good) {
        run = cli_format("%s/run", folder);
        good = run_child(bench, count, run, seconds, bytes);
        nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    } else {
        char *why =
            cli_told("%s: no folder can be made there: %s", temporary, cli_system_error(errno));
        leave_out(bench, why, (int)strlen(why));
        free(why);
    }
    free(folder);
    free(count);
    free(run);
    return good;
}
