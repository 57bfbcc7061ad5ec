/* See onnx_write_formula.h. */
#include "base/memory.h"
#include "base/status.h"

#ifdef EMB_HAVE_PROTOBUF

#include <stdio.h>
#include <string.h>

#include "codec/number.h"
#include "model/onnx/onnx_write_formula.h"
#include "net/layers/activation.h"

enum { WORD = 24, WORDS = 6, LETTERS = 26 };

/* A step's words: its operator, its inputs, its output. */
typedef struct step {
    char words[WORDS][WORD];
    size_t count;
} step;

/* Reads a step of the formula; returns what is behind it. */
static const char *read_step(const char *at, step *s) {
    s->count = 0;
    while (*at && *at != ';' && s->count < WORDS) {
        const size_t length = strcspn(at, " ;");
        snprintf(s->words[s->count++], WORD, "%.*s", (int)length, at);
        at += length;
        if (*at == ' ') at++;
    }
    return at + strspn(at, "; ");
}

/* "encoder.2.s" */
static char *name_of(emb__onnx_builder *b, const char *layer, const char *word) {
    char *dotted = emb__onnx_build_join(b, layer, ".");
    return dotted ? emb__onnx_build_join(b, dotted, word) : NULL;
}

/* The tensor that a word of the formula stands for: one that is there, or a new constant. */
static char *tensor_of(emb__onnx_builder *b, const emb__layer *layer, const char *name,
                       const char *word, char *known[LETTERS]) {
    const bool letter = *word >= 'a' && *word <= 'z';
    if (letter && known[*word - 'a']) return known[*word - 'a'];
    float number = 0;
    char own[WORD + 1];
    if (letter) number = layer->numbers[*word - 'a'];
    if (!letter) emb__number_read(word, strlen(word), &number);
    snprintf(own, sizeof own, "%s%s", letter ? "" : "k", word); /* no module's name */
    char *made = emb__onnx_build_number(b, name_of(b, name, own), number);
    if (letter) known[*word - 'a'] = made;
    return made;
}

void emb__onnx_write_formula(emb__onnx_builder *b, const emb__layer *layer, char *name,
                             const char *formula, char *output) {
    char *known[LETTERS] = {['x' - 'a'] = b->current};
    while (*formula && !b->failed) {
        step s = {.count = 0};
        formula = read_step(formula, &s);
        if (s.count < 2) break;
        char *inputs[WORDS], *made = output, *node = name;
        const char *last = s.words[s.count - 1];
        for (size_t i = 1; i + 1 < s.count; i++) {
            inputs[i - 1] = tensor_of(b, layer, name, s.words[i], known);
        }
        if (*last != 'y') made = node = name_of(b, name, last);
        known[*last - 'a'] = made;
        emb__onnx_build_step(b, s.words[0], node, s.count - 2, inputs, made);
    }
    b->current = output;
}

#endif
