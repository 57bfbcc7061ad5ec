/* The explorer's gate and routes, asked without a socket: what is right, and each request cut short
 * and changed, as the fuzzer asks them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/serve/asked.h"

#define HEAD " HTTP/1.1\nHost: 127.0.0.1:8080\n"
#define POST HEAD "Content-Length: 8\nContent-Type: application/octet-stream\n\n"

/* The zeros at the end of a body are in the array. */
static const struct {
    const char *name;
    int status;
    char bytes[200];
    size_t body;
} cases[] = {
    {"what it is", 200, "GET /api/1/" HEAD "\n", 0},
    {"codes", 200, "GET /api/1/codes" HEAD "\n", 0},
    {"the page", 200, "GET /" HEAD "\n", 0},
    {"a code", 200, "GET /api/1/decode?code=0.5,-1" HEAD "\n", 0},
    {"a picture of it", 200, "GET /api/1/decode?code=0.5,-1&as=png" HEAD "\n", 0},
    {"posted codes", 200, "POST /api/1/decode" POST, 8},
    {"there and back", 200, "POST /api/1/return" POST, 8},
    {"neighbours", 200, "POST /api/1/neighbours?most=3" POST, 8},
    {"images", 200, "POST /api/1/images" POST, 8},
    {"an image", 200, "GET /api/1/images/3" HEAD "\n", 0},
    {"its picture", 200, "GET /api/1/images/3/original.png" HEAD "\n", 0},
    {"its layer", 200, "GET /api/1/images/3/layer?layer=1" HEAD "\n", 0},
    {"clusters", 200, "GET /api/1/clusters?k=3" HEAD "\n", 0},
    {"the score", 200, "GET /api/1/score" HEAD "\n", 0},
    {"no such image", 404, "GET /api/1/images/12" HEAD "\n", 0},
    {"images that are not there", 404,
     "POST /api/1/images" HEAD "Content-Length: 4\n\n\377\377\377\177", 0},
    {"a wrong length of pixels", 400, "POST /api/1/encode" POST, 8},
    {"another Host", 403, "GET / HTTP/1.1\nHost: evil.example\n\n", 0},
    {"another Origin", 403, "GET /" HEAD "Origin: http://evil.example\n\n", 0},
    {"another method", 405, "PUT /api/1/run" HEAD "\n", 0},
    {"no training", 404,
     "POST /api/1/training/stop" HEAD "Content-Length: 0\nAuthorization: Bearer " ASKED_TOKEN
     "\n\n",
     0},
    {"a change without the token", 401, "POST /api/1/training/stop" HEAD "Content-Length: 0\n\n",
     0},
    {"no request", 0, "nonsense", 0},
};

static void answers(void **state) {
    (void)state;
    cli_explorer explorer;
    asked_open(&explorer);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const size_t count = strlen(cases[i].bytes) + cases[i].body;
        const int status = asked(&explorer, (const uint8_t *)cases[i].bytes, count);
        if (status != cases[i].status) fail_msg("%s: %d", cases[i].name, status);
        for (size_t cut = 0; cut < count; cut++) {
            (void)asked(&explorer, (const uint8_t *)cases[i].bytes, cut);
            uint8_t changed[sizeof cases[i].bytes];
            memcpy(changed, cases[i].bytes, sizeof changed);
            changed[cut] ^= (uint8_t)(1u << cut % 8);
            (void)asked(&explorer, changed, count);
        }
    }
    cli_explorer_close(&explorer);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(answers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
