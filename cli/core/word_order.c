/* See word_order.h. */
#include "core/word_order.h"

#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/strings.h"

/* A run's folder, or a model file: nothing else of a command line is one. */
static bool is_run(const char *word) {
    static const char *const files[] = {"run.json", "model.safetensors"};
    bool found = cli_ends_with(word, ".safetensors") && cli_is_file(word);
    for (size_t i = 0; i < sizeof files / sizeof *files && !found; i++) {
        char *path = cli_format("%s/%s", word, files[i]);
        found = cli_is_file(path);
        free(path);
    }
    return found;
}

/* What could be meant for a network: another file of one, or the name of one. */
static bool is_network(const char *word) {
    static const char *const endings[] = {".net", ".py", ".ipynb", ".onnx", ".safetensors"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (cli_ends_with(word, endings[i])) return true;
    }
    for (size_t i = 0; emb_net_builtin(i); i++) {
        if (strcmp(word, emb_net_builtin(i)) == 0) return true;
    }
    return is_run(word);
}

/* The words with that one first, to be freed. */
static char *with_first(const cli_args *args, int first) {
    cli_text text = {0};
    cli_text_add(&text, "%s", args->positionals[first].text);
    for (int i = 0; i < CLI_MAX_POSITIONALS && args->positionals[i].given; i++) {
        if (i != first) cli_text_add(&text, " %s", args->positionals[i].text);
    }
    return text.bytes;
}

int cli_words_ordered(const cli_args *args) {
    const cli_command *command = args->command;
    const cli_value *words = args->positionals;
    if (!command->positionals[0].name || strcmp(command->positionals[0].name, "RUN|MODEL") != 0 ||
        !words[0].given || is_network(words[0].text)) {
        return CLI_DONE;
    }
    for (int i = 1; i < CLI_MAX_POSITIONALS && words[i].given; i++) {
        if (!is_run(words[i].text)) continue;
        char *line = with_first(args, i);
        const int code = cli_usage(
            command->name, "%s is a run, and stands behind %s; the run comes first: embudo %s %s",
            words[i].text, words[0].text, command->name, line);
        free(line);
        return code;
    }
    return CLI_DONE;
}
