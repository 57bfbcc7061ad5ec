/* Doing a training's end to know its memory. See rehearse.h. */
#include "report/rehearse.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/machine.h"
#include "core/message.h"
#include "core/network.h"
#include "core/system_error.h"
#include "report/report_write.h"
#include "report/tensorboard.h"

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)status;
    (void)place;
    return kind == FTW_DP ? rmdir(path) : unlink(path);
}

/* In a child. Its messages are dropped, since nobody asked for what it does. */
static void hush(void) {
    const int nowhere = open("/dev/null", O_RDWR);
    for (int i = 0; nowhere >= 0 && i <= STDERR_FILENO; i++) dup2(nowhere, i);
}

/* A folder for `work`, which gives the bytes that it found, or 0. */
static bool rehearse(cli_rehearsal *r, size_t (*work)(cli_rehearsal *, const char *),
                     const char *what, size_t *bytes) {
    const char *temporary = getenv("TMPDIR");
    if (!temporary || !*temporary) temporary = "/tmp";
    char *folder = cli_format("%s/embudo-info-XXXXXX", temporary);
    *bytes = 0;
    if (mkdtemp(folder)) {
        *bytes = work(r, folder);
        nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
        if (*bytes == 0) cli_fail("%s could not be tried out in %s", what, temporary);
    } else {
        cli_fail("%s: no folder can be made there: %s", temporary, cli_system_error(errno));
    }
    free(folder);
    return *bytes > 0;
}

static int wait_for(pid_t child, struct rusage *usage) {
    int status = -1;
    while (child > 0 && wait4(child, &status, 0, usage) < 0 && errno == EINTR) continue;
    return status;
}

/* ---- the page -------------------------------------------------------------------------------- */

/* Writes the files of a training that the page reads. */
static bool leave_run(const cli_rehearsal *r, const char *run) {
    static const char history[] = "epoch,loss,validation_loss,seconds,images_per_second,"
                                  "train_loss\n1,0.2,0.2,1,1,0.2\n2,0.1,0.1,1,1,0.1\n";
    char *model = cli_format("%s/model.safetensors", run);
    char *table = cli_format("%s/history.csv", run);
    char *options = cli_terms_print(&r->terms, r->subject.net);
    const emb_pair extra[] = {{CLI_OPTIONS_KEY, options}};
    const bool good = mkdir(run, 0700) == 0 && emb_net_init(r->subject.net, 42) == EMB_OK &&
                      emb_net_save(r->subject.net, model, extra, 1) == EMB_OK &&
                      emb_file_write(table, history, sizeof history - 1) == EMB_OK;
    free(options);
    free(model);
    free(table);
    return good;
}

/* Runs `embudo report` in a process that has nothing else in it; if the system does not say which
 * program this is, in a copy of this process. */
static void become_report(const cli_rehearsal *r, char *run, char *page) {
    char command[] = "embudo", report[] = "report", output[] = "-o", threads[] = "--threads";
    char *number = cli_format("%d", r->terms.options.threads),
         *dataset = cli_format("%s", r->dataset);
    char *const words[] = {command, report, output, page, threads, number, run, dataset, NULL};
    hush();
    execv("/proc/self/exe", words);
    _exit(cli_report_write(run, dataset, page, r->terms.options.threads) ? 0 : 1);
}

static size_t make_report(cli_rehearsal *r, const char *folder) {
    struct rusage usage = {0};
    char *run = cli_format("%s/run", folder), *page = cli_format("%s/report.html", folder);
    fflush(stdout);
    const pid_t child = leave_run(r, run) ? fork() : -1;
    if (child == 0) become_report(r, run, page);
    const bool good = wait_for(child, &usage) == 0;
    free(run);
    free(page);
    return good ? cli_machine_most(&usage) : 0;
}

bool cli_rehearse_report(cli_rehearsal *r, size_t *bytes) {
    return rehearse(r, make_report, _("the report"), bytes);
}

/* ---- TensorBoard's files --------------------------------------------------------------------- */

/* Some images go through the network, so that its workspaces are there: they are the training's. */
static void warm(const cli_rehearsal *r) {
    enum { BLOCK = 16 };
    const size_t count = (size_t)r->terms.options.threads * BLOCK,
                 pixels = cli_network_pixels(r->subject.net);
    float *images = cli_alloc(2 * count * pixels * sizeof *images);
    memset(images, 0, 2 * count * pixels * sizeof *images);
    emb_net_reconstruct(r->subject.net, images, count, images + count * pixels,
                        r->terms.options.threads);
    free(images);
}

static size_t grow(cli_rehearsal *r, const char *folder) {
    size_t now, most, before;
    const emb_epoch done = {.mean_loss = 1, .images = 1, .seconds = 1, .steps = 1};
    cli_subject *s = &r->subject;
    cli_tensorboard board = {0};
    s->run = emb_run_new(s->net, s->images, &r->terms.options);
    if (!s->run || !cli_tensorboard_open(&board, cli_format("%s", folder))) return 0;
    warm(r);
    cli_machine_memory(&before, &most);
    cli_tensorboard_epoch(&board, s, &done, r->terms.options.threads);
    cli_tensorboard_finish(&board, s, r->terms.options.threads);
    cli_machine_memory(&now, &most);
    return most > before ? most - before : 1;
}

/* In a child, which then has all that this process has. */
static size_t make_board(cli_rehearsal *r, const char *folder) {
    struct rusage usage;
    int ends[2];
    size_t bytes = 0;
    if (pipe(ends) != 0) return 0;
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        hush();
        bytes = grow(r, folder);
        _exit(write(ends[1], &bytes, sizeof bytes) == (ssize_t)sizeof bytes ? 0 : 1);
    }
    close(ends[1]);
    ssize_t got = 0;
    while (child > 0 && (got = read(ends[0], &bytes, sizeof bytes)) < 0 && errno == EINTR) continue;
    close(ends[0]);
    return wait_for(child, &usage) == 0 && got == (ssize_t)sizeof bytes ? bytes : 0;
}

bool cli_rehearse_board(cli_rehearsal *r, size_t *bytes) {
    return rehearse(r, make_board, _("TensorBoard's files"), bytes);
}
