/* `embudo decode`: the images of codes, from a file or from the command line, as NPY or PNG. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "core/open_file.h"
#include "core/options.h"
#include "core/shared_help.h"
#include "core/shown.h"
#include "core/system_error.h"
#include "use/entry_codes.h"
#include "use/image_output.h"

enum {
    MOST_INPUT = 1 << 28, /* bytes of codes on standard input */
    TITLED_NUMBERS = 3,   /* of a code that is written above its image */
};

/* What the command works on. */
typedef struct decode_job {
    emb_net *net;
    int latent, threads; /* numbers of a code as it is read */
    size_t count;        /* of codes */
    float *values;       /* [count][latent] */
    bool all_typed;      /* every code is on the command line, one to a word */
} decode_job;

/* ---- codes ----------------------------------------------------------------------------------- */

static void add_codes(decode_job *job, const float *values, size_t count) {
    const size_t latent = (size_t)job->latent;
    float *grown = cli_alloc((job->count + count) * latent * sizeof *grown);
    if (job->count > 0) memcpy(grown, job->values, job->count * latent * sizeof *grown);
    memcpy(grown + job->count * latent, values, count * latent * sizeof *grown);
    free(job->values);
    job->values = grown;
    job->count += count;
}

/* A code on the command line, "0.5,-1.2"; a file of such a name is meant by ./NAME. */
static bool is_code(const char *word) {
    const bool numbers = word[strspn(word, "+-.,0123456789eE")] == '\0';
    return (numbers && strpbrk(word, "0123456789")) || (strchr(word, ',') && !cli_is_file(word));
}

static bool read_typed(decode_job *job, const char *word) {
    int count = 1;
    for (const char *at = word; *at; at++) count += *at == ',';
    if (count != job->latent) {
        cli_fail(count == 1 ? E_("'%s' has %d number, but a code of this model has %d")
                            : E_("'%s' has %d numbers, but a code of this model has %d"),
                 word, count, job->latent);
        return false;
    }
    emb_array code;
    if (emb_codes_parse(word, strlen(word), "the code", job->latent, &code) != EMB_OK) {
        cli_fail(job->latent == 1
                     ? E_("'%s' is not a code: expected %d finite number separated by commas")
                     : E_("'%s' is not a code: expected %d finite numbers separated by commas"),
                 word, job->latent);
        return false;
    }
    add_codes(job, code.values, 1);
    emb_array_free(&code);
    return true;
}

/* All of standard input, up to its end, a byte that no text has, or the limit. */
static bool take_input(cli_text *text) {
    char piece[1 << 16];
    size_t got;
    while ((got = fread(piece, 1, sizeof piece, stdin)) > 0) {
        if (memchr(piece, '\0', got)) {
            cli_fail("standard input: is neither CSV nor NPY");
            return false;
        }
        cli_text_bytes(text, piece, got);
        if (text->length <= MOST_INPUT) continue;
        cli_fail("standard input: more than %d bytes; write them to a file and name that",
                 MOST_INPUT);
        return false;
    }
    if (!ferror(stdin)) return true;
    cli_fail("standard input: cannot read: %s", cli_system_error(errno));
    return false;
}

static bool read_input(int latent, emb_array *codes) {
    cli_text text = {0};
    bool good = take_input(&text);
    if (good && emb_codes_parse(text.bytes ? text.bytes : "", text.length, _("standard input"),
                                latent, codes) != EMB_OK) {
        cli_fail("%s", emb_error());
        good = false;
    }
    cli_text_free(&text);
    return good;
}

static bool read_file(const char *path, int latent, emb_array *codes) {
    if (emb_codes_read(path, latent, codes) == EMB_OK) return true;
    cli_fail("%s", emb_error());
    return false;
}

static bool read_codes(decode_job *job, const cli_args *args) {
    job->all_typed = true;
    for (size_t i = 0; i < args->word_count; i++) {
        const char *word = args->words[i];
        if (is_code(word)) {
            if (!read_typed(job, word)) return false;
            continue;
        }
        emb_array codes;
        job->all_typed = false;
        if (!(strcmp(word, "-") == 0 ? read_input(job->latent, &codes)
                                     : read_file(word, job->latent, &codes))) {
            return false;
        }
        add_codes(job, codes.values, codes.shape[0]);
        emb_array_free(&codes);
    }
    return true;
}

/* Reads the codes as indices, and puts the entries in their place. */
static bool take_entries(decode_job *job) {
    float *codes = cli_codebook_codes(job->net, job->values, job->count);
    free(job->values);
    job->values = codes;
    job->latent = emb_net_latent(job->net);
    return codes;
}

/* ---- images ---------------------------------------------------------------------------------- */

static emb_status make_images(const void *data, size_t first, size_t here, float *images) {
    const decode_job *job = data;
    return emb_net_decode(job->net, job->values + first * (size_t)job->latent, here, images,
                          job->threads);
}

/* ---- the command ----------------------------------------------------------------------------- */

static bool write_images(const decode_job *job, const cli_args *args, const char *output) {
    const cli_image_maker maker = {
        .net = job->net, .count = job->count, .make = make_images, .data = job};
    const bool titled = job->all_typed && job->latent <= TITLED_NUMBERS;
    const cli_image_page page = {.of_codes = true, .titles = titled ? args->words : NULL};
    return cli_image_output_write(&maker, &page, output);
}

static bool decode(decode_job *job, const cli_args *args, const char *output) {
    char count[CLI_NUMBER_SIZE];
    job->net = cli_network_open_trained(cli_arg(args, "RUN|MODEL")->text);
    if (!job->net ||
        !cli_network_takes_part(job->net, cli_arg(args, "RUN|MODEL")->text, "decoder") ||
        !cli_vectors_fit(job->net, args) || !cli_network_label(job->net, args, true)) {
        return false;
    }
    const bool indices = emb_net_entries(job->net) > 0 && !cli_arg(args, "vectors")->given;
    job->latent = indices ? emb_net_places(job->net) : emb_net_latent(job->net);
    job->threads = (int)cli_arg(args, "threads")->whole;
    if (!read_codes(job, args) || (indices && !take_entries(job)) ||
        !write_images(job, args, output))
        return false;
    cli_line(cli_plural((unsigned long)job->count, "%s: %s image", "%s: %s images"), output,
             cli_thousands(job->count, count));
    return true;
}

static int run_decode(const cli_args *args) {
    char *output = cli_image_output_name(cli_arg(args, "output")->text,
                                         cli_arg(args, "RUN|MODEL")->text, "decode");
    decode_job job = {0};
    int code = CLI_FAILED;
    cli_shown_begin(args);
    if (cli_image_output_kind(output) == CLI_OUTPUT_NONE) {
        code = cli_usage(args->command->name, CLI_IMAGE_OUTPUT_WRONG, output);
    } else if (decode(&job, args, output)) {
        code = CLI_DONE;
        cli_open_file(args, output);
    }
    free(job.values);
    free(output);
    emb_net_free(job.net);
    return code;
}

const cli_command cli_command_decode = {
    .name = "decode",
    .summary = "write the images that a model makes of codes",
    .run = run_decode,
    .about =
        "CODES are files that embudo encode wrote, or others like them: NPY of shape [N, L], "
        "or CSV with L columns of numbers, with or without a line of names (columns called "
        "file and label are ignored), or - for CSV on standard input. They may also be codes "
        "on the command line, one to a word: L numbers separated by commas. A vector-quantised "
        "model takes indices of its codebook's entries, one for each place of the code.",
    .examples =
        {{"embudo decode runs/001 0.5,-1.2 -0.5,1", "two images, in runs/001/decode.png"},
         {"embudo decode runs/001 codes.csv -o images.npy",
          "those of a file, as float32 of shape [N, C, H, W], or [N, L] for rows of numbers"},
         {"embudo decode runs/001 codes.npy -o images/", "the same as images/00000.png and so on"}},
    .positionals = {{"RUN|MODEL", NULL, CLI_RUN_HELP},
                    {"CODES", NULL,
                     "files of codes, -, or codes; several are decoded one after another"}},
    .many = true,
    .options =
        {
            {"output", 'o', CLI_TEXT, "FILE|DIR/", NULL, 0, 0, CLI_TO_PICTURE,
             CLI_IMAGE_OUTPUT_HELP("decode")},
            CLI_VECTORS_OPTION("read"),
            CLI_LABEL_OPTION,
            CLI_SHOWN_OPTIONS,
            CLI_THREADS_OPTION,
        },
};
