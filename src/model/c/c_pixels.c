/* See c_pixels.h. */
#include "model/c/c_pixels.h"

#include <stdio.h>

#include "device/preprocessing.h"

bool emb__c_pixels_fit(const emb_net *net) {
    emb_preprocessing p;
    emb_net_preprocessing(net, &p);
    return p.pixels && net->input.rank == 3 && (net->input.d[0] == 1 || net->input.d[0] == 3);
}

/* What a folder's pictures were made to fit by. */
static void add_fit(const emb__c_pixels *s, const emb_pictures *pictures, emb__text *out) {
    static const char *const ways[] = {
        [EMB_FIT_CROP] = "as much of its middle as has this ratio of sides",
        [EMB_FIT_PAD] = "the whole of it, between bars of the background",
        [EMB_FIT_STRETCH] = "the whole of it, each side scaled by itself",
        [EMB_FIT_MNIST] =
            "its ink alone, light on dark, in 20 of 28 rows and columns, centred by mass"};
    static const char *const names[] = {[EMB_FIT_CROP] = "CROP",
                                        [EMB_FIT_PAD] = "PAD",
                                        [EMB_FIT_STRETCH] = "STRETCH",
                                        [EMB_FIT_MNIST] = "MNIST"};
    emb__text_add(out,
                  "\n/* Pictures were made to fit like this in training:\n"
                  " * turned upright as EXIF says; what is transparent laid over the background;\n"
                  " * %s;\n"
                  " * scaled to WIDTH x HEIGHT: a side that shrinks by the mean of what each pixel "
                  "covers,\n * one that grows between its pixels; %s. */\n",
                  ways[pictures->fit],
                  pictures->channels == 1 ? "colour made grey, 0.299 R + 0.587 G + 0.114 B"
                                          : "grey as three equal channels");
    emb__text_add(out, "#define %s_FIT_%s 1\n", s->upper, names[pictures->fit]);
    emb__text_add(out, "#define %s_BACKGROUND 0x%06x /* RGB */\n", s->upper,
                  (unsigned)pictures->background & 0xffffff);
}

static void add_prototype(const emb__c_pixels *s, emb__text *out) {
    emb__text_add(out, "void %s_prepare(const uint8_t *picture, %s_pixel *image)", s->name,
                  s->name);
}

void emb__c_pixels_define(const emb__c_pixels *s, emb__text *out) {
    emb_pictures pictures;
    if (emb_net_pictures(s->net, &pictures)) add_fit(s, &pictures, out);
}

void emb__c_pixels_declare(const emb__c_pixels *s, emb__text *out) {
    const int *shape = s->net->input.d;
    emb__text_add(out,
                  "/* image[%d] from the bytes of a picture of WIDTH x HEIGHT,\n"
                  " * [row][column]%s, as decoders give them */\n",
                  shape[0] * shape[1] * shape[2], shape[0] == 3 ? "[R, G, B]" : "");
    add_prototype(s, out);
    emb__text_add(out, ";\n");
}

void emb__c_pixels_print(const emb__c_pixels *s, emb__text *out) {
    const int *shape = s->net->input.d;
    add_prototype(s, out);
    emb__text_add(out, "\n{\n    for (int32_t i = 0; i < %ld; i++) {\n",
                  (long)shape[1] * (long)shape[2]);
    for (int c = 0; c < shape[0]; c++) {
        char from[64];
        snprintf(from, sizeof from, shape[0] == 1 ? "picture[i]" : "picture[3 * i + %d]", c);
        emb__text_add(out, "        image[");
        if (c > 0) emb__text_add(out, "%ld + ", (long)c * (long)shape[1] * (long)shape[2]);
        if (s->bytes) {
            emb__text_add(out, "i] = %s;\n", from);
        } else if (emb__net_plain_bytes(s->net)) {
            emb__text_add(out, "i] = (float)%s / 255.0f;\n", from);
        } else {
            emb__text_add(out, "i] = %s_BLACK + (float)%s * (%s_WHITE - %s_BLACK) / 255.0f;\n",
                          s->upper, from, s->upper, s->upper);
        }
    }
    emb__text_add(out, "    }\n}\n\n");
}
