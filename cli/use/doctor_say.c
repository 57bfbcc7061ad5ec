/* See doctor_say.h. */
#include "use/doctor_say.h"

#include <stdlib.h>
#include <string.h>

#include "core/general_options.h"
#include "core/message.h"

enum { MOST = 32, MOST_LINES = 8 };

static const char *found[MOST];
static char *lines[MOST_LINES];
static size_t said, kinds;

bool cli_doctor_is_off(void) { return cli_general_given()->no_doctor; }

static void remember(const char *finding) {
    said++;
    for (size_t i = 0; i < kinds; i++) {
        if (strcmp(found[i], finding) == 0) return;
    }
    if (kinds < MOST) found[kinds++] = finding;
}

void cli_doctor_say(const char *finding, char *line) {
    if (line && !cli_doctor_is_off()) {
        if (said < MOST_LINES) lines[said] = cli_format("%s", line);
        remember(finding);
        cli_warn("doctor: %s", line);
    }
    free(line);
}

size_t cli_doctor_findings(void) { return said; }

const char *cli_doctor_line(size_t i) { return i < MOST_LINES ? lines[i] : NULL; }

const char *cli_doctor_finding(size_t i) { return i < kinds ? found[i] : NULL; }

void cli_doctor_json(cli_json *json) {
    cli_json_open(json, "doctor", '[');
    for (size_t i = 0; i < kinds; i++) cli_json_string(json, NULL, found[i]);
    cli_json_close(json, ']');
}

void cli_doctor_put_json(cli_json *json) {
    cli_doctor_json(json);
    cli_json_close(json, '}');
    cli_json_put(json);
}
