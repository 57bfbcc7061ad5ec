/* cli/serve/slow.c: which connections are dropped, and when. */
#include "serve/slow.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <setjmp.h>

#include <cmocka.h>

enum { SECONDS = 3600 };

/* Whether the other end sees the connection's end at once. */
static bool is_shut(int other) {
    char byte;
    return recv(other, &byte, 1, MSG_DONTWAIT) == 0;
}

static void pause_long(void) {
    nanosleep(&(struct timespec){.tv_sec = 1, .tv_nsec = 100000000}, NULL);
}

/* Zero seconds are over at the second after. */
static void test_drops(void **state) {
    static const struct {
        const char *name;
        int request, answer;
        bool marked, answers, removed, dropped;
    } cases[] = {
        {"waits for a request", 0, SECONDS, false, false, false, true},
        {"has time", SECONDS, 0, false, false, false, false},
        {"reads an answer slowly", SECONDS, 0, true, true, false, true},
        {"reads an answer in time", 0, SECONDS, true, true, false, false},
        {"waits for the next request", 0, SECONDS, true, false, false, true},
        {"is closed already", 0, 0, false, false, true, false},
    };
    enum { COUNT = sizeof cases / sizeof *cases };
    cli_slow *slow[COUNT];
    int ends[COUNT][2];
    (void)state;
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(0, socketpair(AF_UNIX, SOCK_STREAM, 0, ends[i]));
        slow[i] = cli_slow_new(cases[i].request, cases[i].answer);
        cli_slow_place *place = cli_slow_add(slow[i], ends[i][0]);
        if (cases[i].marked) cli_slow_mark(slow[i], place, cases[i].answers);
        if (cases[i].removed) cli_slow_remove(slow[i], place);
    }
    pause_long();
    pause_long();
    for (int i = 0; i < COUNT; i++) {
        cli_slow_drop(slow[i]);
        if (is_shut(ends[i][1]) != cases[i].dropped) fail_msg("%s", cases[i].name);
        cli_slow_free(slow[i]);
        close(ends[i][0]);
        close(ends[i][1]);
    }
}

static void test_full(void **state) {
    (void)state;
    cli_slow *slow = cli_slow_new(SECONDS, SECONDS);
    cli_slow_place *seventh = NULL;
    for (int i = 0; i < CLI_MOST_CONNECTIONS; i++) {
        cli_slow_place *place = cli_slow_add(slow, -1);
        assert_non_null(place);
        if (i == 7) seventh = place;
    }
    assert_null(cli_slow_add(slow, -1));
    cli_slow_remove(slow, seventh);
    assert_ptr_equal(seventh, cli_slow_add(slow, -1));
    cli_slow_free(slow);
}

/* Nobody else calls cli_slow_drop. */
static void test_is_watched(void **state) {
    int ends[2];
    (void)state;
    assert_int_equal(0, socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
    cli_slow *slow = cli_slow_new(0, SECONDS);
    cli_slow_add(slow, ends[0]);
    assert_true(cli_slow_watch(slow));
    for (int i = 0; i < 10 && !is_shut(ends[1]); i++) pause_long();
    assert_true(is_shut(ends[1]));
    cli_slow_free(slow);
    close(ends[0]);
    close(ends[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_drops), cmocka_unit_test(test_full),
                                       cmocka_unit_test(test_is_watched)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
