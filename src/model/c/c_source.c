/* emb_net_export_c: the source, and writing both files. See c_source.h. */
#include "model/c/c_header.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/entry.h"
#include "base/text.h"
#include "base/translate.h"
#include "codec/file.h"
#include "codec/number.h"
#include "model/c/c_memory.h"

/* ---- which parts ----------------------------------------------------------------------------- */

static emb_status check_name(const char *name) {
    bool good = isalpha((unsigned char)name[0]) || name[0] == '_';
    for (const char *at = name; *at && good; at++) {
        good = isalnum((unsigned char)*at) || *at == '_';
    }
    if (good && strlen(name) <= EMB__C_NAME_LENGTH) return EMB_OK;
    return emb__fail(EMB_ERR_ARGUMENT,
                     "'%.*s' cannot be a name in C; expected at most %d letters, digits and _, "
                     "no digit first",
                     EMB__CUT(name, 80), EMB__C_NAME_LENGTH);
}

/* An encoder before a classifier is part of the classifier, and so is the head after that
 * encoder. */
static bool is_wanted(const emb__c_export *s, int kind) {
    const char *part = emb__c_uses[kind].part;
    if (!emb_net_has_part(s->net, part)) return false;
    if (s->options->part) return strcmp(s->options->part, part) == 0;
    return (kind != EMB__QUANT_ENCODER || !s->net->classifies) && kind != EMB__QUANT_HEAD;
}

static emb_status open_part(emb__c_export *s, int kind) {
    const emb_net *net = s->net;
    int from, to;
    emb_status status = emb__net_part(net, emb__c_uses[kind].part, &from, &to);
    if (status != EMB_OK) return status;
    emb__c_part *part = &s->parts[s->count];
    *part = (emb__c_part){.name = s->name, .function = emb__c_uses[kind].function, .net = net};
    s->kind[s->count] = kind;
    status =
        emb__stages_new(net, from, to, s->options->int8 ? EMB__STAGES_FOR_INT8 : EMB__STAGES_FOR_C,
                        &s->stages[s->count]);
    if (status != EMB_OK) return status;
    part->stages = &s->stages[s->count++];
    if (s->options->int8) part->quant = &s->options->int8->parts[kind];
    return EMB_OK;
}

static emb_status open_source(emb__c_export *s) {
    const emb_c_options *options = s->options;
    emb_status status = check_name(s->name);
    s->score = (emb__c_score){s->net, s->name, s->upper, options->verdict, 0, 0, NULL};
    if (status == EMB_OK) status = emb__c_score_check(&s->score, options);
    if (status == EMB_OK && options->part) status = emb__net_needs(s->net, options->part);
    if (status != EMB_OK) return status;
    if (options->int8 && options->int8->pixels) s->bytes = !s->net->is_part || s->net->encoder_end;
    for (size_t i = 0; i <= strlen(s->name); i++) {
        s->upper[i] = (char)toupper((unsigned char)s->name[i]);
    }
    for (int kind = 0; kind < EMB__QUANT_PARTS && status == EMB_OK; kind++) {
        if (is_wanted(s, kind)) status = open_part(s, kind);
    }
    return status == EMB_OK ? emb__c_places(s->parts, s->count, &s->buffer) : status;
}

/* ---- the source ------------------------------------------------------------------------------ */

/* A float input as whole numbers, half away from zero. */
static void print_enter(emb__c_export *s, int i) {
    const emb__c_part *part = &s->parts[i];
    const emb__quant_tensor *t = &part->quant->tensors[0];
    const int channels = part->stages->tensors[0].channels;
    emb__text_add(&s->c, "static const float %s_%s_inverse[%d] = {", s->name, part->function,
                  channels);
    for (int c = 0; c < channels; c++) {
        emb__text_add(&s->c, c % 6 == 0 ? "\n    " : " ");
        emb__c_float((float)(1 / t->scales[c]), &s->c);
        emb__text_add(&s->c, ",");
    }
    emb__text_add(&s->c, "\n};\nstatic int16_t %s_%s_entered[%zu];\n\n", s->name, part->function,
                  emb__c_ins(part));
    emb__text_add(&s->c, "static void %s_%s_enter(const float *in)\n{\n", s->name, part->function);
    emb__text_add(&s->c, "    for (int i = 0; i < %zu; i++) {\n", emb__c_ins(part));
    emb__text_add(&s->c, "        float x = in[i] * %s_%s_inverse[i / %zu];\n", s->name,
                  part->function, emb__c_ins(part) / (size_t)channels);
    emb__text_add(&s->c, "        x = x > -%d.0f ? x : -%d.0f; /* a NaN, too */\n", t->most,
                  t->most);
    emb__text_add(&s->c, "        x = x < %d.0f ? x : %d.0f;\n", t->most, t->most);
    emb__text_add(&s->c, "        %s_%s_entered[i] = (int16_t)(x < 0.0f ? x - 0.5f : x + 0.5f);\n",
                  s->name, part->function);
    emb__text_add(&s->c, "    }\n}\n\n");
    s->parts[i].constants += (size_t)channels * sizeof(float);
}

static void add_place(const emb__c_export *s, const emb__c_part *part, int kind, int tensor) {
    emb__text *out = (emb__text *)&s->c;
    const bool first = tensor == 0, last = tensor == part->stages->count;
    if (first && part->quant && part->quant->tensors[0].is_float) {
        emb__text_add(out, "%s_%s_entered", s->name, part->function);
    } else if (first || last) {
        emb__text_add(out, "%s", first ? emb__c_uses[kind].in : emb__c_uses[kind].out);
    } else {
        if (part->quant) emb__text_add(out, "(%s *)", emb__c_type(part, tensor));
        emb__text_add(out, "%s_buffer", s->name);
        if (part->places[tensor] > 0) emb__text_add(out, " + %zu", part->places[tensor]);
    }
}

static void print_function(emb__c_export *s, int i) {
    const emb__c_part *part = &s->parts[i];
    emb__c_add_prototype(s, i, &s->c);
    emb__text_add(&s->c, "\n{\n");
    if (part->quant && part->quant->tensors[0].is_float) {
        emb__text_add(&s->c, "    %s_%s_enter(%s);\n", s->name, part->function,
                      emb__c_uses[s->kind[i]].in);
    }
    for (int stage = 0; stage < part->stages->count; stage++) {
        emb__text_add(&s->c, "    ");
        emb__c_label(part, stage, &s->c);
        emb__text_add(&s->c, "(");
        for (int k = 0; k < part->stages->stages[stage].read_count; k++) {
            add_place(s, part, s->kind[i], part->stages->stages[stage].reads[k]);
            emb__text_add(&s->c, ", ");
        }
        add_place(s, part, s->kind[i], stage + 1);
        emb__text_add(&s->c, ");\n");
    }
    emb__text_add(&s->c, "}\n\n");
}

/* ---- the self-test --------------------------------------------------------------------------- */

static void print_golden(emb__c_export *s, const char *function, const char *what,
                         const float *values, size_t count, bool bytes) {
    emb__text_add(&s->c, "static const %s %s_%s_%s[%zu] = {", bytes ? "uint8_t" : "float", s->name,
                  function, what, count);
    for (size_t i = 0; i < count; i++) {
        emb__text_add(&s->c, i % 8 == 0 ? "\n    " : " ");
        if (bytes) emb__text_add(&s->c, "%d,", (int)(values[i] * 255.0f + 0.5f));
        if (bytes) continue;
        emb__c_float(values[i], &s->c);
        emb__text_add(&s->c, ",");
    }
    emb__text_add(&s->c, "\n};\n");
}

typedef emb_status run_float(emb_net *net, const float *in, size_t n, float *out, int threads);

static emb_status compute(const emb__c_export *s, int kind, const float *in, float *out) {
    static run_float *const floats[] = {emb_net_encode, emb_net_decode, emb_net_classify,
                                        emb_net_classify};
    if (s->options->int8) return emb__quant_run(&s->options->int8->parts[kind], in, 1, out, 1);
    /* A head's result for an image's code is the whole network's result for the image. */
    if (kind == EMB__QUANT_HEAD) in = s->options->sample;
    return floats[kind](s->net, in, 1, out, 1);
}

static void print_check(emb__c_export *s, int i) {
    const char *function = s->parts[i].function;
    const bool bytes = s->bytes && strcmp(emb__c_uses[s->kind[i]].out, "image") == 0;
    emb__text_add(&s->c, "    %s_%s(%s_%s_in, %s_%s_out);\n", s->name, function, s->name, function,
                  s->name, function);
    if (!bytes) { /* larger sums have larger rounding errors */
        emb__text_add(&s->c,
                      "    for (int i = 0; i < %zu; i++) {\n"
                      "        const float e = %s_%s_golden[i], size = e < 0.0f ? -e : e;\n"
                      "        most = size > most ? size : most;\n    }\n",
                      emb__c_outs(&s->parts[i]), s->name, function);
    }
    emb__text_add(&s->c, "    for (int i = 0; i < %zu; i++) {\n", emb__c_outs(&s->parts[i]));
    if (bytes) {
        emb__text_add(&s->c, "        wrong += %s_%s_out[i] != %s_%s_golden[i];\n", s->name,
                      function, s->name, function);
    } else {
        emb__text_add(&s->c,
                      "        const float d = %s_%s_out[i] - %s_%s_golden[i];\n"
                      "        wrong += !((d < 0.0f ? -d : d) <= 1e-5f * most);\n",
                      s->name, function, s->name, function);
    }
    emb__text_add(&s->c, "    }\n");
}

/* Prints the input and result of part i; the result is the next part's input. */
static emb_status print_goldens(emb__c_export *s, int i, const float *in, float *out) {
    const int kind = s->kind[i];
    emb_status status = compute(s, kind, in, out);
    for (size_t k = 0; status == EMB_OK && k < emb__c_outs(&s->parts[i]); k++) {
        if (isfinite(out[k])) continue;
        status =
            emb__fail(EMB_ERR_DIVERGED, "%s: makes numbers that are not finite", s->net->spec.name);
    }
    if (status != EMB_OK) return status;
    print_golden(s, s->parts[i].function, "in", in, emb__c_ins(&s->parts[i]),
                 s->bytes && strcmp(emb__c_uses[kind].in, "image") == 0);
    print_golden(s, s->parts[i].function, "golden", out, emb__c_outs(&s->parts[i]),
                 s->bytes && strcmp(emb__c_uses[kind].out, "image") == 0);
    return EMB_OK;
}

static emb_status print_self_test(emb__c_export *s) {
    const bool reads_codes =
        emb__c_part_of(s, EMB__QUANT_DECODER) || emb__c_part_of(s, EMB__QUANT_HEAD);
    size_t room = 0;
    for (int i = 0; i < s->count; i++) room += emb__c_outs(&s->parts[i]) + emb__c_ins(&s->parts[i]);
    float *first = emb__calloc(2 * room, sizeof *first), *second = first + room;
    if (!first) return EMB_ERR_MEMORY;
    emb_status status = EMB_OK;
    const float *in = s->options->sample;
    /* A part that reads codes, in a network of images, is tested with an image's code. */
    if (s->count == 1 && reads_codes && s->net->encoder_end > 0) {
        status = emb_net_encode(s->net, in, 1, second, 1);
        in = second;
    }
    emb__text_add(&s->c, "#ifdef %s_SELF_TEST\n\n", s->upper);
    for (int i = 0; i < s->count && status == EMB_OK; i++) {
        float *out = i % 2 ? second : first;
        status = print_goldens(s, i, in, out);
        in = out;
    }
    emb__free(first);
    for (int i = 0; i < s->count; i++) {
        emb__text_add(&s->c, "static ");
        emb__c_add_type(s, emb__c_uses[s->kind[i]].out, &s->c);
        emb__text_add(&s->c, " %s_%s_out[%zu];\n", s->name, s->parts[i].function,
                      emb__c_outs(&s->parts[i]));
    }
    emb__text_add(&s->c,
                  "\nint %s_self_test(void)\n{\n    int wrong = 0;\n    float most = 1.0f;\n",
                  s->name);
    for (int i = 0; i < s->count; i++) print_check(s, i);
    emb__text_add(&s->c, "    return most > 0.0f ? wrong : -1;\n}\n\n#endif\n");
    return status;
}

static const char rolled[] =
    "/* Compilers unroll short loops before they make vectors of them, and then do not. */\n"
    "#if defined(__clang__)\n"
    "#define %s_rolled%s\n"
    "#elif defined(__GNUC__)\n"
    "#define %s_rolled _Pragma(\"GCC unroll 1\")\n"
    "#else\n"
    "#define %s_rolled\n"
    "#endif\n\n";

static emb_status print_source(emb__c_export *s) {
    emb_status status = EMB_OK;
    emb__c_pixels pixels;
    emb__text_add(&s->c, "/* Written by embudo %s. See %s.h. */\n#include \"%s.h\"\n\n",
                  emb_version(), s->name, s->name);
    emb__text_add(&s->c, rolled, s->name,
                  s->options->int8 ? " _Pragma(\"clang loop unroll(disable)\")" : "", s->name,
                  s->name);
    if (s->buffer > 0) {
        emb__text_add(&s->c, "static %s %s_buffer[%zu];\n\n",
                      s->options->int8 ? "uint8_t" : "float", s->name, s->buffer);
    }
    if (emb__c_takes_pictures(s, &pixels)) emb__c_pixels_print(&pixels, &s->c);
    emb__c_norm_helper(s->parts, s->count, &s->c);
    status = emb__c_helpers(s->parts, s->count, &s->c);
    for (int i = 0; i < s->count && status == EMB_OK; i++) {
        emb__c_part *part = &s->parts[i];
        if (part->quant && part->quant->tensors[0].is_float) print_enter(s, i);
        for (int stage = 0; stage < part->stages->count && status == EMB_OK; stage++) {
            emb__c_plan(part, stage, &s->c);
            status = emb__c_arrays(part, stage, &s->c);
            emb__c_function(part, stage, &s->c);
        }
        print_function(s, i);
    }
    if (status == EMB_OK) emb__c_score_print(&s->score, &s->c);
    if (status == EMB_OK && s->options->sample) status = print_self_test(s);
    return status == EMB_OK && s->c.failed ? EMB_ERR_MEMORY : status;
}

/* ---- the files ------------------------------------------------------------------------------- */

/* Writes both files or neither. */
static emb_status write_files(const emb__c_export *s, const char *folder, emb_c_size *size) {
    static const char *const endings[2] = {"c", "h"};
    const emb__text *const texts[2] = {&s->c, &s->h};
    emb_file_bytes files[2];
    for (int i = 0; i < 2; i++) {
        enum { ROOM = sizeof size->paths[0] };
        const int length = snprintf(size->paths[i], ROOM, "%s/%s.%s", folder, s->name, endings[i]);
        if (length < 0 || length >= ROOM)
            return emb__path_fail(folder, E_("%s: cannot write: %s"), ENAMETOOLONG);
        files[i] = (emb_file_bytes){size->paths[i], texts[i]->bytes, texts[i]->length};
    }
    return emb_files_write(files, 2);
}

static void fill_size(const emb__c_export *s, emb_c_size *size) {
    size->constants = s->score.constants;
    for (int i = 0; i < s->count; i++) size->constants += s->parts[i].constants;
    size->buffer = emb__c_buffer_bytes(s);
}

emb_status emb_net_export_c(emb_net *net, const char *folder, const emb_c_options *options,
                            emb_c_size *size) {
    EMB__ENTER;
    static const emb_c_options defaults = {0};
    emb_c_size own;
    if (!size) size = &own;
    emb__c_export s = {.net = net, .options = options ? options : &defaults};
    s.name = s.options->name ? s.options->name : "embudo_model";
    emb_status status = open_source(&s);
    if (status == EMB_OK) status = print_source(&s);
    if (status == EMB_OK) emb__c_header(&s);
    if (status == EMB_OK && s.h.failed) status = EMB_ERR_MEMORY;
    if (status == EMB_OK) status = write_files(&s, folder, size);
    fill_size(&s, size);
    for (int i = 0; i < EMB__QUANT_PARTS; i++) {
        emb__free(s.parts[i].places);
        emb__stages_clear(&s.stages[i]);
    }
    emb__free(s.c.bytes);
    emb__free(s.h.bytes);
    return status;
}
