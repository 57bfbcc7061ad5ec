/* See c_header.h. */
#include "model/c/c_header.h"

#include <string.h>

#include "base/text.h"
#include "device/preprocessing.h"

const emb__c_use emb__c_uses[EMB__QUANT_PARTS] = {
    [EMB__QUANT_ENCODER] = {"encoder", "encode", "image", "code"},
    [EMB__QUANT_DECODER] = {"decoder", "decode", "code", "image"},
    [EMB__QUANT_CLASSIFIER] = {"classifier", "classify", "image", "logits"},
    [EMB__QUANT_HEAD] = {"head", "classify_code", "code", "logits"},
};

const emb__c_part *emb__c_part_of(const emb__c_export *s, int kind) {
    for (int i = 0; i < s->count; i++) {
        if (s->kind[i] == kind) return &s->parts[i];
    }
    return NULL;
}

size_t emb__c_buffer_bytes(const emb__c_export *s) {
    size_t entered = 0; /* codes as whole numbers */
    for (int i = 0; i < s->count; i++) {
        const emb__quant *quant = s->parts[i].quant;
        if (quant && quant->tensors[0].is_float)
            entered += emb__c_ins(&s->parts[i]) * sizeof(int16_t);
    }
    return s->buffer * (s->options->int8 ? 1 : sizeof(float)) + entered + s->score.buffer;
}

static void define(emb__c_export *s, const char *what, size_t value, const char *comment) {
    emb__text_add(&s->h, "#define %s_%s %zu%s\n", s->upper, what, value, comment);
}

/* Whether images go in or come out. */
static bool has_images(const emb__c_export *s) { return !emb__c_part_of(s, EMB__QUANT_HEAD); }

static void define_image(emb__c_export *s) {
    int shape[3];
    emb_net_input_shape(s->net, shape);
    if (!emb__c_part_of(s, EMB__QUANT_ENCODER) && !emb__c_part_of(s, EMB__QUANT_CLASSIFIER)) {
        emb_net_output_shape(s->net, shape);
    }
    define(s, "CHANNELS", (size_t)shape[0], "");
    define(s, "HEIGHT", (size_t)shape[1], "");
    define(s, "WIDTH", (size_t)shape[2], "");
    define(s, "IMAGE", (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2],
           " /* numbers of an image */");
}

static void define_shapes(emb__c_export *s) {
    const emb__c_part *encoder = emb__c_part_of(s, EMB__QUANT_ENCODER),
                      *head = emb__c_part_of(s, EMB__QUANT_HEAD);
    const emb__c_part *decoder = emb__c_part_of(s, EMB__QUANT_DECODER);
    const emb__c_part *classifier = head ? head : emb__c_part_of(s, EMB__QUANT_CLASSIFIER);
    if (has_images(s)) define_image(s);
    if (head) decoder = head; /* reads codes as one */
    if (decoder || encoder) {
        define(s, "CODE", decoder ? emb__c_ins(decoder) : emb__c_outs(encoder),
               " /* numbers of a code */");
    }
    if (classifier) define(s, "CLASSES", emb__c_outs(classifier), "");
    define(s, "BUFFER_BYTES", emb__c_buffer_bytes(s), " /* of static memory */");
}

void emb__c_add_type(const emb__c_export *s, const char *what, emb__text *out) {
    if (strcmp(what, "image") == 0) {
        emb__text_add(out, "%s_pixel", s->name);
    } else {
        emb__text_add(out, "float");
    }
}

void emb__c_add_prototype(const emb__c_export *s, int i, emb__text *out) {
    const int kind = s->kind[i];
    emb__text_add(out, "void %s_%s(const ", s->name, emb__c_uses[kind].function);
    emb__c_add_type(s, emb__c_uses[kind].in, out);
    emb__text_add(out, " *%s, ", emb__c_uses[kind].in);
    emb__c_add_type(s, emb__c_uses[kind].out, out);
    emb__text_add(out, " *%s)", emb__c_uses[kind].out);
}

/* Says what an image's numbers are and, if the network has numbers of its own, which are black and
 * white. */
static void define_pixels(emb__c_export *s) {
    emb_preprocessing p;
    emb_net_preprocessing(s->net, &p);
    const bool own = p.floats && !emb__net_plain_bytes(s->net);
    emb__text_add(&s->h, "\n/* An image's number, [channel][row][column]: ");
    if (s->bytes) {
        emb__text_add(&s->h, "0..255. */\n");
        return;
    }
    if (!p.floats) {
        emb__text_add(&s->h, "0..1, a byte divided by 255. */\n");
        return;
    }
    emb__text_add(&s->h, "as the network was trained on, %.9g..%.9g%s. */\n", p.low, p.high,
                  own        ? ", a byte b being\n * BLACK + b * (WHITE - BLACK) / 255"
                  : p.pixels ? ", a byte divided by 255"
                             : "");
    if (!own) return;
    emb__text_add(&s->h, "#define %s_BLACK ", s->upper);
    emb__c_float((float)p.black, &s->h);
    emb__text_add(&s->h, "\n#define %s_WHITE ", s->upper);
    emb__c_float((float)p.white, &s->h);
    emb__text_add(&s->h, "\n");
}

bool emb__c_takes_pictures(const emb__c_export *s, emb__c_pixels *pixels) {
    *pixels = (emb__c_pixels){s->net, s->name, s->upper, s->bytes};
    return emb__c_pixels_fit(s->net) &&
           (emb__c_part_of(s, EMB__QUANT_ENCODER) || emb__c_part_of(s, EMB__QUANT_CLASSIFIER));
}

void emb__c_header(emb__c_export *s) {
    emb__text *out = &s->h;
    emb__c_pixels pixels;
    const bool pictures = emb__c_takes_pictures(s, &pixels);
    emb__text_add(out, "/* Written by embudo %s. One image at a time, in freestanding C99: no\n",
                  emb_version());
    emb__text_add(out,
                  " * allocation, no library. The functions share a static buffer: not for "
                  "two threads at\n * once.%s\n *\n",
                  s->options->int8 ? " Compile with -std=c99, so that floats are not fused." : "");
    for (const char *line = s->net->notation; *line;) {
        const size_t length = strcspn(line, "\n");
        emb__text_add(out, " *     ");
        emb__text_for(out, EMB_C_COMMENT, line, length);
        emb__text_add(out, "\n");
        line += length + (line[length] == '\n');
    }
    emb__text_add(out, " */\n#ifndef %s_H\n#define %s_H\n\n#include <stdint.h>\n\n", s->upper,
                  s->upper);
    define_shapes(s);
    if (has_images(s)) {
        define_pixels(s);
        emb__text_add(out, "typedef %s %s_pixel;\n", s->bytes ? "uint8_t" : "float", s->name);
        if (pictures) emb__c_pixels_define(&pixels, out);
    }
    emb__c_score_define(&s->score, out);
    emb__text_add(out, "\n");
    emb__text_add(out, "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
    if (pictures) emb__c_pixels_declare(&pixels, out);
    for (int i = 0; i < s->count; i++) {
        emb__text_add(out, "/* %s[%zu] from %s[%zu] */\n", emb__c_uses[s->kind[i]].out,
                      emb__c_outs(&s->parts[i]), emb__c_uses[s->kind[i]].in,
                      emb__c_ins(&s->parts[i]));
        emb__c_add_prototype(s, i, out);
        emb__text_add(out, ";\n");
    }
    emb__c_score_declare(&s->score, out);
    if (s->options->sample) {
        emb__text_add(out,
                      "\n/* With %s_SELF_TEST defined when the .c is compiled: whether this "
                      "processor computes\n * what embudo computed. 0: it does; else the number of "
                      "results that differ. */\nint %s_self_test(void);\n",
                      s->upper, s->name);
    }
    emb__text_add(out, "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
}
