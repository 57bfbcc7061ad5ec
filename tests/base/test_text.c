/* base/text.c: what foreign text becomes on its way to each target. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "support/support.h"

/* A text that holds NUL bytes says how long it is. */
typedef struct text_case {
    const char *text;
    size_t length;
    const char *expected;
} text_case;
#define TEXT(bytes) (bytes), sizeof(bytes) - 1

static void check(emb_target target, const text_case *c) {
    const size_t length = strlen(c->expected);
    char *out = malloc(length + 1);
    assert_non_null(out);
    assert_int_equal(emb_text_for(target, c->text, c->length, NULL, 0), length);
    assert_int_equal(emb_text_for(target, c->text, c->length, out, length + 1), length);
    assert_string_equal(out, c->expected);
    free(out);
}

static void people_see_what_is_there(void **state) {
    (void)state;
    static const text_case cases[] = {
        {TEXT(""), ""},
        {TEXT("a \"plain\" text, \\n"), "a \"plain\" text, \\n"},
        {TEXT("caf\u00e9 \u4e2d \U0001f600 \u200d"), "caf\u00e9 \u4e2d \U0001f600 \u200d"},
        {TEXT("a\nb\tc\rd"), "a\\nb\\tc\\rd"},
        {TEXT("\033[31m\a\b\x7f"), "\\x1b[31m\\x07\\x08\\x7f"},
        {TEXT("a\0b"), "a\\x00b"},
        {TEXT("\xc2\x80\xc2\x9b\xc2\x9f\u00a0"), "\\u0080\\u009b\\u009f\u00a0"}, /* C1 */
        {TEXT("\x9b\xe9"), "\\x9b\\xe9"}, /* the same, bare */
        {TEXT("\u202a\u202e\u2066\u2069\u200e\u200f\u061c"),
         "\\u202a\\u202e\\u2066\\u2069\\u200e\\u200f\\u061c"},
        {TEXT("\u2028\u2029\ufeff\u200b\u00ad\u2060"),
         "\\u2028\\u2029\\ufeff\\u200b\\u00ad\\u2060"},
        {TEXT("\xef\xbf\xbe\xef\xbf\xbf\xef\xb7\x90"), "\\ufffe\\uffff\\ufdd0"},
        {TEXT("\xf0\x9f\xbf\xbe\xf3\xa0\x80\x81"), "\\U0001fffe\\U000e0001"},
        {TEXT("\xed\xa0\x80"), "\\xed\\xa0\\x80"},                   /* a surrogate */
        {TEXT("\xc0\xaf\xe0\x80\xaf"), "\\xc0\\xaf\\xe0\\x80\\xaf"}, /* overlong */
        {TEXT("\xf4\x90\x80\x80\xff"), "\\xf4\\x90\\x80\\x80\\xff"},
        {TEXT("\xe4\xb8"), "\\xe4\\xb8"}, /* cut short */
        {TEXT("\xe4\xb8z"), "\\xe4\\xb8z"},
        {TEXT("\xf0\x9f\x98"), "\\xf0\\x9f\\x98"},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) check(EMB_SHOWN, &cases[i]);
}

static void each_target_reads_it_as_text(void **state) {
    (void)state;
    static const struct {
        emb_target target;
        text_case c;
    } cases[] = {
        {EMB_XML, {TEXT("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;"}},
        {EMB_XML, {TEXT("]]>\n\xe9\xef\xbf\xbe\xc2\x85"), "]]&gt;\\n\\xe9\\ufffe\\u0085"}},
        {EMB_JSON, {TEXT("a\"b\\c\n\t\r\b\f"), "a\\\"b\\\\c\\n\\t\\r\\b\\f"}},
        {EMB_JSON,
         {TEXT("\033\x7f\xc2\x85\u202e\u2028\u00e9"), "\\u001b\\u007f\\u0085\\u202e\\u2028\u00e9"}},
        {EMB_JSON, {TEXT("\xf3\xa0\x80\x81"), "\\udb40\\udc01"}},
        {EMB_JSON, {TEXT("\xe9"), "\\\\xe9"}},
        {EMB_CSV, {TEXT("plain"), "plain"}},
        {EMB_CSV, {TEXT("a,b"), "\"a,b\""}},
        {EMB_CSV, {TEXT("a;b"), "\"a;b\""}},
        {EMB_CSV, {TEXT("say \"so\""), "\"say \"\"so\"\"\""}},
        {EMB_CSV, {TEXT(" a"), "\" a\""}},
        {EMB_CSV, {TEXT("a\nb\r"), "a\\nb\\r"}},
        {EMB_CSV, {TEXT("=1+1"), "'=1+1"}},
        {EMB_CSV, {TEXT("=cmd|' /C calc'!A0,"), "\"'=cmd|' /C calc'!A0,\""}},
        {EMB_CSV, {TEXT("@SUM(A1)"), "'@SUM(A1)"}},
        {EMB_CSV, {TEXT("+1-2"), "'+1-2"}},
        {EMB_CSV, {TEXT("-a.png"), "'-a.png"}},
        {EMB_CSV, {TEXT("-"), "'-"}},
        {EMB_CSV, {TEXT("\uff1d1"), "'\uff1d1"}},
        {EMB_CSV, {TEXT("\t=1"), "\\t=1"}},
        {EMB_CSV, {TEXT("-1"), "-1"}},
        {EMB_CSV, {TEXT("+1.50"), "+1.50"}},
        {EMB_C_COMMENT, {TEXT("*/ int x; /*"), "* / int x; / *"}},
        {EMB_C_COMMENT, {TEXT("*//**/"), "* // ** /"}},
        {EMB_C_COMMENT, {TEXT("ends in \\"), "ends in \\x5c"}},
        {EMB_C_COMMENT, {TEXT("\?\?/\n"), "? ?/\\n"}},
        {EMB_C_COMMENT, {TEXT("\u00e9\U0001f600\xe9"), "\\u00e9\\U0001f600\\xe9"}},
        {EMB_C_STRING, {TEXT("\"\\\?\?/"), "\\\"\\\\\\\?\\\?/"}},
        {EMB_C_STRING, {TEXT("\n1\0012\u00e9\xff"), "\\0121\\0012\\303\\251\\377"}},
        {EMB_C_STRING, {TEXT("a\0b"), "a\\000b"}},
        {EMB_C_NAME, {TEXT("conv-1.weight"), "conv_1_weight"}},
        {EMB_C_NAME, {TEXT("7up"), "_7up"}},
        {EMB_C_NAME, {TEXT(""), "_"}},
        {EMB_C_NAME, {TEXT("\u00e9\xe9 x9"), "___x9"}},
        {EMB_C_NAME, {TEXT("a\0b"), "a_b"}},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) check(cases[i].target, &cases[i].c);
}

static void names_come_back(void **state) {
    (void)state;
    static const struct {
        const char *name, *kept;
    } cases[] = {
        {"plain/name.png", "plain/name.png"},
        {"\xe9", "\\xE9"},
        {"a\\b", "a\\\\b"},
        {"\\xE9", "\\\\xE9"},
        {"\\", "\\\\"},
        {"\\\xff\\", "\\\\\\xFF\\\\"},
        {"line\n\u202e\u00e9", "line\n\u202e\u00e9"},
        {"\xe4\xb8\xe4\xb8\xad", "\\xE4\\xB8\u4e2d"},
    };
    char kept[64], back[64];
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        const size_t length =
            emb_text_for(EMB_NAME, cases[i].name, strlen(cases[i].name), kept, sizeof kept);
        assert_string_equal(kept, cases[i].kept);
        assert_int_equal(emb_text_back(kept, length, back), strlen(cases[i].name));
        assert_string_equal(back, cases[i].name);
    }
    /* All pairs of bytes. */
    for (int pair = 0x101; pair < 0x10000; pair++) {
        const char name[] = {(char)(pair >> 8), (char)(pair & 0xff ? pair & 0xff : 1), '\0'};
        const size_t length = emb_text_for(EMB_NAME, name, 2, kept, sizeof kept);
        assert_true(emb__utf8_whole(kept, length));
        assert_int_equal(emb_text_back(kept, length, kept), 2);
        assert_memory_equal(kept, name, 3);
    }
    /* What nobody wrote so stays: records of before, names with backslashes in them. */
    static const char *const others[] = {"C:\\new\\table", "\\x", "\\xg0", "\\x00", "\\x4", "\\q"};
    for (size_t i = 0; i < TEST_COUNT(others); i++) {
        assert_int_equal(emb_text_back(others[i], strlen(others[i]), back), strlen(others[i]));
        assert_string_equal(back, others[i]);
    }
}

/* Nothing is cut in two, whatever the room. */
static void what_does_not_fit_ends_whole(void **state) {
    (void)state;
    static const char text[] = "a\u00e9\n\xe9\u4e2d\"\u202e";
    for (int target = EMB_SHOWN; target <= EMB_NAME; target++) {
        const size_t whole = emb_text_for((emb_target)target, text, sizeof text - 1, NULL, 0);
        char all[128];
        emb_text_for((emb_target)target, text, sizeof text - 1, all, sizeof all);
        assert_int_equal(strlen(all), whole);
        for (size_t room = 1; room <= whole + 1; room++) {
            char *out = malloc(room);
            assert_int_equal(emb_text_for((emb_target)target, text, sizeof text - 1, out, room),
                             whole);
            const size_t length = strlen(out);
            assert_true(length < room && memcmp(out, all, length) == 0);
            assert_true(emb__utf8_whole(out, length));
            assert_true(length == whole || length + 10 >= room);
            free(out);
        }
    }
}

static void a_cut_keeps_characters_whole(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t most;
        int fits;
    } cases[] = {
        {"abc", 5, 3},          {"abc", 2, 2},          {"a\u00e9", 2, 1},    {"a\u00e9", 3, 3},
        {"\u4e2d\u4e2d", 4, 3}, {"\u4e2d\u4e2d", 5, 3}, {"\U0001f600", 3, 0}, {"\U0001f600", 4, 4},
        {"\xe9\xe9\xe9", 2, 2}, {"\xbf\xbf\xbf", 2, 2}, {"", 0, 0},           {"\u00e9", 1, 0},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        assert_int_equal(emb__utf8_fit(cases[i].text, strlen(cases[i].text), cases[i].most),
                         cases[i].fits);
    }
}

/* Errors: the beginning and the end of what is too long, in UTF-8. */
static void a_long_error_says_both_ends(void **state) {
    (void)state;
    for (size_t length = 900; length < 1100; length++) {
        char *path = malloc(3 * length + 1);
        for (size_t i = 0; i < length; i++) memcpy(path + 3 * i, "\u4e2d", 3);
        path[3 * length] = '\0';
        emb__fail(EMB_ERR_IO, "%s: no such file%*s", path, (int)(length % 7), "");
        assert_true(emb__utf8_whole(emb_error(), strlen(emb_error())));
        assert_true(strlen(emb_error()) < 1024 && strlen(emb_error()) > 1000);
        assert_non_null(strstr(emb_error(), " ... "));
        assert_non_null(strstr(emb_error(), ": no such file"));
        emb__fail_prefix(EMB_ERR_IO, "\x1b%s: ", path);
        assert_true(emb__utf8_whole(emb_error(), strlen(emb_error())));
        assert_memory_equal(emb_error(), "\\x1b\u4e2d", 7);
        assert_non_null(strstr(emb_error(), ": no such file"));
        free(path);
    }
    char *bad = malloc(3001);
    memset(bad, '\xe9', 3000);
    bad[3000] = '\0';
    emb__fail(EMB_ERR_IO, "%s: ends", bad);
    assert_true(strlen(emb_error()) < 1024);
    assert_string_equal(emb_error() + strlen(emb_error()) - 10, "\\xe9: ends");
    free(bad);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_see_what_is_there),
        cmocka_unit_test(each_target_reads_it_as_text),
        cmocka_unit_test(names_come_back),
        cmocka_unit_test(what_does_not_fit_ends_whole),
        cmocka_unit_test(a_cut_keeps_characters_whole),
        cmocka_unit_test(a_long_error_says_both_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
