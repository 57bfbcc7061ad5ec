/* codec/file.c: whole reads, and writes that appear complete or not at all. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "codec/file.h"
#include "support/folder.h"

static void expect_content(const char *path, const char *content) {
    uint8_t *bytes;
    size_t count;
    assert_int_equal(emb__file_load(path, 1 << 20, &bytes, &count), EMB_OK);
    assert_int_equal(count, strlen(content));
    assert_string_equal((char *)bytes, content);
    emb__free(bytes);
}

static void expect_error(const char *path, const char *text) {
    char whole[1024];
    snprintf(whole, sizeof whole, "%s: %s", path, text);
    assert_string_equal(emb_error(), whole);
}

static void test_write_and_load(void **state) {
    (void)state;
    const size_t before = test_folder_entries();
    assert_int_equal(emb_file_write(test_path("a"), "first", 5), EMB_OK);
    expect_content(test_path("a"), "first");
    assert_int_equal(emb_file_write(test_path("a"), "the second", 10), EMB_OK);
    expect_content(test_path("a"), "the second");
    assert_int_equal(emb_file_write(test_path("none"), NULL, 0), EMB_OK);
    assert_int_equal(emb__path_look(test_path("none")), EMB__PATH_FILE);
    assert_int_equal(test_folder_entries(), before + 2);
}

static void test_write_in_working_folder(void **state) {
    (void)state;
    char back[4096];
    assert_non_null(getcwd(back, sizeof back));
    assert_int_equal(chdir(test_folder), 0);
    assert_int_equal(emb_file_write("plain-name", "x", 1), EMB_OK);
    assert_int_equal(chdir(back), 0);
    expect_content(test_path("plain-name"), "x");
}

static void test_mode_follows_umask(void **state) {
    (void)state;
    static const mode_t masks[] = {022, 077, 002};
    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
        struct stat seen;
        mode_t old = umask(masks[i]);
        unlink(test_path("mode"));
        assert_int_equal(emb_file_write(test_path("mode"), "x", 1), EMB_OK);
        umask(old);
        assert_int_equal(stat(test_path("mode"), &seen), 0);
        assert_int_equal(seen.st_mode & 0777, 0666 & ~masks[i]);
    }
}

static void test_stale_temporary(void **state) {
    (void)state;
    char name[64];
    snprintf(name, sizeof name, "stale.tmp.%ld.0", (long)getpid());
    assert_int_equal(emb_file_write(test_path(name), "left behind", 11), EMB_OK);
    assert_int_equal(emb_file_write(test_path("stale"), "fresh", 5), EMB_OK);
    expect_content(test_path("stale"), "fresh");
    expect_content(test_path(name), "left behind");
}

static void test_refused_targets(void **state) {
    (void)state;
    char long_name[300];
    memset(long_name, 'n', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    assert_int_equal(mkdir(test_path("sub"), 0777), 0);
    assert_int_equal(mkfifo(test_path("fifo"), 0666), 0);
    assert_int_equal(emb_file_write(test_path("file"), "x", 1), EMB_OK);
    const size_t before = test_folder_entries();
    /* The FIFO stands for /dev/null too, which a broken check would replace where root tests. */
    const struct {
        const char *name, *text;
    } cases[] = {
        {"sub", "cannot write: is a folder"},
        {"fifo", "cannot write: is not a regular file"},
        {"nowhere/x", "cannot write: its folder does not exist"},
        {"file/x", "cannot write: a part of the path is not a folder"},
        {long_name, "cannot write: the name is too long"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path = test_path(cases[i].name);
        assert_int_equal(emb_file_write(path, "new", 3), EMB_ERR_IO);
        expect_error(path, cases[i].text);
    }
    assert_int_equal(emb_file_write(NULL, "new", 3), EMB_ERR_ARGUMENT);
    assert_int_equal(emb_file_write(test_path("file"), NULL, 3), EMB_ERR_ARGUMENT);
    assert_int_equal(test_folder_entries(), before);
    unlink(test_path("fifo"));
}

/* What is below a held folder stays there, whatever becomes of its path, and leads nowhere else. */
static void test_held(void **state) {
    (void)state;
    char *bytes;
    size_t count;
    assert_int_equal(emb_folder_make(test_path("held")), EMB_OK);
    assert_int_equal(emb_folder_make(test_path("held")), EMB_OK);
    assert_int_equal(emb_file_write(test_path("outside"), "x", 1), EMB_OK);
    assert_int_equal(symlink("held", test_path("by")), 0);
    assert_null(emb_folder_open(test_path("by"), false));
    expect_error(test_path("by"), "is a link; name the folder itself");
    assert_null(emb_folder_open(test_path("outside"), true));
    emb_folder *held = emb_folder_open(test_path("held"), false);
    assert_non_null(held);
    assert_int_equal(symlink("../outside", test_path("held/link")), 0);
    assert_int_equal(link(test_path("outside"), test_path("held/second")), 0);
    assert_int_equal(symlink("..", test_path("held/up")), 0);
    static const char *const refused[] = {"held/link", "held/second", "held/up/outside",
                                          "held/../outside"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_int_equal(emb_file_read(test_path(refused[i]), 10, &bytes, &count), EMB_ERR_IO);
        assert_null(bytes);
    }
    static const char *const unwritten[] = {"held/link", "held/up/outside", "held/up/new"};
    for (size_t i = 0; i < sizeof unwritten / sizeof *unwritten; i++) {
        assert_int_equal(emb_file_write(test_path(unwritten[i]), "new", 3), EMB_ERR_IO);
    }
    assert_int_equal(emb_folder_make(test_path("held/up")), EMB_ERR_IO);
    assert_int_equal(emb_file_write(test_path("held/second"), "new", 3), EMB_OK);
    assert_int_equal(emb_folder_make(test_path("held/part")), EMB_OK);
    assert_int_equal(emb_file_write(test_path("held//./part/a"), "a", 1), EMB_OK);
    assert_int_equal(rename(test_path("held"), test_path("moved")), 0);
    assert_int_equal(mkdir(test_path("held"), 0777), 0);
    assert_int_equal(emb_file_write(test_path("held/b"), "b", 1), EMB_OK);
    assert_int_equal(emb_file_remove(test_path("held/part/a")), EMB_OK);
    emb_folder_free(held);
    expect_content(test_path("outside"), "x");
    expect_content(test_path("moved/b"), "b");
    expect_content(test_path("moved/second"), "new");
    assert_int_equal(emb__path_look(test_path("moved/part/a")), EMB__PATH_NONE);
    assert_int_equal(emb__path_look(test_path("held/b")), EMB__PATH_NONE);
}

/* A limit on the size of files stands in for a disk that fills in the middle of a write. */
static void test_full_disk_leaves_the_old(void **state) {
    (void)state;
    struct rlimit old, small;
    char big[10000];
    memset(big, 'b', sizeof big);
    assert_int_equal(emb_file_write(test_path("kept"), "old", 3), EMB_OK);
    const size_t before = test_folder_entries();
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = old;
    small.rlim_cur = 4096;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    emb_status status = emb_file_write(test_path("kept"), big, sizeof big);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(status, EMB_ERR_IO);
    expect_error(test_path("kept"), "cannot write: larger than a file may be here");
    expect_content(test_path("kept"), "old");
    assert_int_equal(test_folder_entries(), before);
}

static void test_no_space(void **state) {
    (void)state;
    int fd = open("/dev/full", O_WRONLY);
    if (fd < 0) skip();
    assert_int_equal(emb__file_put(fd, "here", "x", 1), EMB_ERR_IO);
    expect_error("here", "cannot write: no space left on the disk");
    close(fd);
}

static volatile sig_atomic_t alarms;
static void on_alarm(int signal_number) {
    (void)signal_number;
    alarms = alarms + 1;
}

enum { PIPED = 1 << 20 };

/* The reader of the pipe below: slow at first, so that the writer is interrupted while it waits. */
static int drain(int fd) {
    struct timespec pause = {0, 30000000};
    static uint8_t bytes[PIPED + 1];
    size_t got = 0;
    ssize_t n;
    nanosleep(&pause, NULL);
    while ((n = read(fd, bytes + got, sizeof bytes - got)) > 0) got += (size_t)n;
    for (size_t i = 0; i < got; i++) {
        if (bytes[i] != (uint8_t)(i * 7)) return 1;
    }
    return got == PIPED ? 0 : 2;
}

static void test_interrupted_and_short_writes(void **state) {
    (void)state;
    int ends[2], result;
    assert_int_equal(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        close(ends[1]);
        _exit(drain(ends[0]));
    }
    close(ends[0]);
    uint8_t *bytes = emb__alloc(PIPED);
    for (size_t i = 0; i < PIPED; i++) bytes[i] = (uint8_t)(i * 7);
    struct sigaction action = {.sa_handler = on_alarm}; /* no SA_RESTART */
    struct itimerval each = {{0, 1000}, {0, 1000}}, none = {{0, 0}, {0, 0}};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &each, NULL);
    emb_status status = emb__file_put(ends[1], "pipe", bytes, PIPED);
    setitimer(ITIMER_REAL, &none, NULL);
    close(ends[1]);
    emb__free(bytes);
    assert_int_equal(status, EMB_OK);
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
    assert_true(alarms > 0);
}

static void test_refused_reads(void **state) {
    (void)state;
    uint8_t *bytes;
    size_t count;
    assert_int_equal(mkdir(test_path("folder"), 0777), 0);
    assert_int_equal(mkfifo(test_path("pipe"), 0666), 0);
    assert_int_equal(emb_file_write(test_path("empty"), "", 0), EMB_OK);
    assert_int_equal(emb_file_write(test_path("eleven"), "12345678901", 11), EMB_OK);
    assert_int_equal(emb_file_write(test_path("secret"), "x", 1), EMB_OK);
    chmod(test_path("secret"), 0);
    const struct {
        const char *name, *text;
        emb_status status;
    } cases[] = {
        {"absent", "cannot open: no such file or folder", EMB_ERR_IO},
        {"folder", "is a folder; expected a file", EMB_ERR_IO},
        {"pipe", "is not a regular file", EMB_ERR_IO},
        {"empty", "is empty", EMB_ERR_FORMAT},
        {"eleven", "has 11 bytes; expected at most 10", EMB_ERR_FORMAT},
        {"secret", "cannot open: permission denied", EMB_ERR_IO},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (strcmp(cases[i].name, "secret") == 0 && geteuid() == 0) continue; /* root reads all */
        const char *path = test_path(cases[i].name);
        assert_int_equal(emb__file_load(path, 10, &bytes, &count), cases[i].status);
        expect_error(path, cases[i].text);
    }
    assert_int_equal(emb__file_load(test_path("eleven"), 11, &bytes, &count), EMB_OK);
    emb__free(bytes);
}

static void test_look_and_join(void **state) {
    (void)state;
    static const struct {
        const char *test_folder, *name, *joined;
    } cases[] = {{"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"/", "b", "/b"}, {".", "x/y", "./x/y"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *joined = emb__path_join(cases[i].test_folder, cases[i].name);
        assert_string_equal(joined, cases[i].joined);
        emb__free(joined);
    }
    assert_int_equal(emb__path_look(test_folder), EMB__PATH_FOLDER);
    assert_int_equal(emb__path_look("/dev/null"), EMB__PATH_OTHER);
    assert_int_equal(emb__path_look(test_path("not-there")), EMB__PATH_NONE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write_and_load),
        cmocka_unit_test(test_write_in_working_folder),
        cmocka_unit_test(test_mode_follows_umask),
        cmocka_unit_test(test_stale_temporary),
        cmocka_unit_test(test_refused_targets),
        cmocka_unit_test(test_held),
        cmocka_unit_test(test_full_disk_leaves_the_old),
        cmocka_unit_test(test_no_space),
        cmocka_unit_test(test_interrupted_and_short_writes),
        cmocka_unit_test(test_refused_reads),
        cmocka_unit_test(test_look_and_join),
    };
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
