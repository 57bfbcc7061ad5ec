/* embudo completion: the scripts that let a shell complete a command line. They ask the program
 * itself for each word, by `embudo completion words -- WORD... +WORD`, the last one being what is
 * typed of the next; so they know all commands, files and runs, in the reader's language. */
#include <stdio.h>
#include <string.h>

#include "core/message.h"
#include "core/options.h"
#include "core/suggest.h"
#include "help/completion_words.h"

static const char bash[] =
    "# bash completion for embudo; written by: embudo completion bash\n"
    "_embudo() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} program=${COMP_WORDS[0]/#\\~/$HOME} word file\n"
    "    local before=(\"${COMP_WORDS[@]:1:COMP_CWORD-1}\")\n"
    "    [[ $cur == = ]] && cur=\n"
    "    COMPREPLY=()\n"
    "    while IFS=$'\\t' read -r word _; do\n"
    "        case $word in\n"
    "        :files | :folders)\n"
    "            compopt -o filenames 2>/dev/null\n"
    "            while IFS= read -r file; do\n"
    "                # a name with a newline comes as several, which are none\n"
    "                [[ $file == \\~* || -e $file || -L $file ]] && COMPREPLY+=(\"$file\")\n"
    "            done < <(\n"
    "                if [[ $word == :files ]]; then compgen -f -- \"$cur\"; else compgen -d -- "
    "\"$cur\"; fi\n"
    "            ) ;;\n"
    "        *) COMPREPLY+=(\"$word\") ;;\n"
    "        esac\n"
    "    done < <(\"$program\" completion words -- \"${before[@]}\" \"+$cur\" 2>/dev/null)\n"
    "}\n"
    "complete -F _embudo embudo\n";

static const char zsh[] =
    "#compdef embudo\n"
    "# zsh completion for embudo; written by: embudo completion zsh\n"
    "_embudo() {\n"
    "    local word meaning\n"
    "    local -a candidates\n"
    "    integer files=0 folders=0\n"
    "    while IFS=$'\\t' read -r word meaning; do\n"
    "        case $word in\n"
    "        :files) files=1 ;;\n"
    "        :folders) folders=1 ;;\n"
    "        *) candidates+=(\"${word//:/\\\\:}:$meaning\") ;;\n"
    "        esac\n"
    "    done < <(\"${(Q)words[1]}\" completion words -- \"${(@Q)words[2,CURRENT-1]}\" "
    "\"+${(Q)PREFIX}\" 2>/dev/null)\n"
    "    integer none=1\n"
    "    (( $#candidates )) && _describe -t words embudo candidates && none=0\n"
    "    (( files )) && _files && none=0\n"
    "    (( folders )) && _files -/ && none=0\n"
    "    return none\n"
    "}\n"
    "if [ \"$funcstack[1]\" = _embudo ]; then _embudo \"$@\"; else compdef _embudo embudo; fi\n";

static const char fish[] =
    "# fish completion for embudo; written by: embudo completion fish\n"
    "function __embudo_there # a name with a newline comes as several, which are none\n"
    "    for line in $argv\n"
    "        set -l name (string split -m 1 \\t -- $line)[1]\n"
    "        if string match -q -- '~*' $name; or test -e $name; or test -L $name\n"
    "            echo $line\n"
    "        end\n"
    "    end\n"
    "end\n"
    "function __embudo_words\n"
    "    set -l before (commandline -opc)\n"
    "    set -l current (commandline -ct)\n"
    "    set -l program $before[1]\n"
    "    set -e before[1]\n"
    "    for line in ($program completion words -- $before \"+$current\" 2>/dev/null)\n"
    "        switch $line\n"
    "            case :files\n"
    "                __embudo_there (__fish_complete_path $current)\n"
    "            case :folders\n"
    "                __embudo_there (__fish_complete_directories $current)\n"
    "            case '*'\n"
    "                echo $line\n"
    "        end\n"
    "    end\n"
    "end\n"
    "complete -c embudo -f -a '(__embudo_words)'\n";

static const struct {
    const char *name, *script;
} shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};

/* What stands behind "words": those before, and the one that is being typed, with a plus, since no
 * argument may be empty. */
static int print_words(const cli_args *args) {
    const size_t last = args->word_count - 1;
    const char *current = args->words[last];
    if (*current != '+') {
        return cli_usage("completion", "expected the last word as +WORD, got '%s'", current);
    }
    args->words[last] = NULL;
    cli_text out = {0};
    cli_completion_words(&out, args->words, current + 1);
    if (out.bytes) cli_output(out.bytes, out.length);
    cli_text_free(&out);
    return CLI_DONE;
}

static int run_completion(const cli_args *args) {
    const char *names[] = {"bash", "zsh", "fish", NULL};
    const char *name = cli_arg(args, "SHELL")->text;
    const bool has_words = cli_arg(args, "WORDS")->given;
    if (strcmp(name, "words") == 0) {
        if (has_words) return print_words(args);
        return cli_usage("completion", "expected the last word as +WORD, got '%s'", "");
    }
    if (has_words) return cli_usage("completion", "unexpected argument '%s'", args->words[0]);
    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
        if (strcmp(shells[i].name, name) != 0) continue;
        cli_output(shells[i].script, strlen(shells[i].script));
        return CLI_DONE;
    }
    const char *nearest = cli_nearest(name, names);
    return nearest
               ? cli_usage("completion", "expected one of %s, got '%s'; did you mean '%s'?",
                           "bash, zsh, fish", name, nearest)
               : cli_usage("completion", "expected one of %s, got '%s'", "bash, zsh, fish", name);
}

const cli_command cli_command_completion = {
    .name = "completion",
    .summary = "print what lets a shell complete commands, options, files and runs",
    .run = run_completion,
    .about =
        "Prints a script for bash, zsh or fish. make install puts all three where these shells "
        "find them by themselves; from a build folder, type the line below. What is offered "
        "comes from the program: commands, options and their values, networks, data sets, "
        "the runs in runs/, topics of help, and files where a file may stand.",
    .examples = {{"source <(embudo completion bash)", "in bash, or as a line of ~/.bashrc"},
                 {"source <(embudo completion zsh)", "in zsh, or behind compinit in ~/.zshrc"},
                 {"embudo completion fish | source", "in fish, or in ~/.config/fish/config.fish"},
                 {"embudo completion words -- train +--ep",
                  "what the scripts ask: the words, the last one with a plus before it"}},
    .positionals = {{"SHELL", NULL, "bash, zsh or fish; words: what may come next on a line"},
                    {"WORDS", "", "for words: the line so far"}},
    .many = true,
};
