/* See run_watch.h. */
#include "serve/run_watch.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/folders.h"
#include "core/message.h"
#include "runs/run_entry.h"
#include "runs/runs_print.h"
#include "serve/run_told.h"

struct cli_run_watch {
    const char *folder;
    time_t read;
    pthread_mutex_t lock; /* of the two that follow */
    cli_json told;
    bool asked;
};

static cli_json as_json(const cli_run_list *list) {
    cli_json json = {0};
    cli_json_open(&json, NULL, '{');
    cli_json_open(&json, "runs", '[');
    for (size_t i = 0; i < list->count; i++) {
        cli_json_open(&json, NULL, '{');
        cli_json_open(&json, "record", '[');
        cli_run_json_add(&json, &list->runs[i]);
        cli_json_close(&json, ']');
        cli_run_told_history(&json, list->runs[i].path);
        cli_json_close(&json, '}');
    }
    cli_json_close(&json, ']');
    cli_json_close(&json, '}');
    return json;
}

cli_run_watch *cli_run_watch_new(const char *folder) {
    cli_run_list list = {0};
    if (cli_is_folder(folder) && !cli_run_list_read(&list, folder)) return NULL;
    cli_run_watch *watch = cli_alloc(sizeof *watch);
    *watch = (cli_run_watch){.folder = folder, .told = as_json(&list), .read = time(NULL)};
    cli_run_list_free(&list);
    if (pthread_mutex_init(&watch->lock, NULL) == 0) return watch;
    cli_fail("the system gives no memory");
    cli_text_free(&watch->told.text);
    free(watch);
    return NULL;
}

void cli_run_watch_free(cli_run_watch *watch) {
    if (!watch) return;
    pthread_mutex_destroy(&watch->lock);
    cli_text_free(&watch->told.text);
    free(watch);
}

cli_reply cli_run_watch_tell(cli_run_watch *watch) {
    pthread_mutex_lock(&watch->lock);
    const cli_text *text = &watch->told.text;
    const cli_reply reply = {
        .status = 200, .type = CLI_JSON_TYPE, .bytes = malloc(text->length), .count = text->length};
    if (reply.bytes) memcpy(reply.bytes, text->bytes, text->length);
    watch->asked = true;
    pthread_mutex_unlock(&watch->lock);
    return reply.bytes ? reply : cli_reply_problem(503, "there is no memory for the runs");
}

static bool take_asked(cli_run_watch *watch) {
    pthread_mutex_lock(&watch->lock);
    const bool asked = watch->asked;
    watch->asked = false;
    pthread_mutex_unlock(&watch->lock);
    return asked;
}

void cli_run_watch_tend(cli_run_watch *watch) {
    cli_run_list list = {0};
    if (!watch || time(NULL) == watch->read || !take_asked(watch)) return;
    watch->read = time(NULL);
    if (cli_is_folder(watch->folder) && !cli_run_list_look(&list, watch->folder)) return;
    cli_json json = as_json(&list);
    cli_run_list_free(&list);
    pthread_mutex_lock(&watch->lock);
    const cli_json before = watch->told;
    watch->told = json;
    pthread_mutex_unlock(&watch->lock);
    cli_text_free((cli_text *)&before.text);
}
