/* See pairs.h. */
#include "base/pairs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"

/* ---- a list of them -------------------------------------------------------------------------- */

/* Both strings lie in one block, which begins with the key. */
static bool make_pair(emb_pair *pair, const char *key, const char *value) {
    const size_t key_size = strlen(key) + 1, value_size = strlen(value) + 1;
    char *block = emb__alloc(key_size + value_size);
    if (!block) return false;
    memcpy(block, key, key_size);
    memcpy(block + key_size, value, value_size);
    *pair = (emb_pair){.key = block, .value = block + key_size};
    return true;
}

static void free_pair(emb_pair *pair) { emb__free((void *)pair->key); }

emb_status emb__pairs_set(emb__pairs *pairs, const char *key, const char *value) {
    emb_pair made;
    size_t at = 0;
    while (at < pairs->count && strcmp(pairs->rows[at].key, key) != 0) at++;
    if (!make_pair(&made, key, value)) return EMB_ERR_MEMORY;
    if (at < pairs->count) {
        free_pair(&pairs->rows[at]);
        pairs->rows[at] = made;
        return EMB_OK;
    }
    emb_pair *grown = emb__realloc(pairs->rows, (at + 1) * sizeof *grown);
    if (!grown) {
        free_pair(&made);
        return EMB_ERR_MEMORY;
    }
    pairs->rows = grown;
    pairs->rows[pairs->count++] = made;
    return EMB_OK;
}

const char *emb__pairs_value(const emb__pairs *pairs, const char *key) {
    for (size_t i = 0; i < pairs->count; i++) {
        if (strcmp(pairs->rows[i].key, key) == 0) return pairs->rows[i].value;
    }
    return NULL;
}

void emb__pairs_clear(emb__pairs *pairs) {
    for (size_t i = 0; i < pairs->count; i++) free_pair(&pairs->rows[i]);
    emb__free(pairs->rows);
    *pairs = (emb__pairs){0};
}

/* ---- a text of them -------------------------------------------------------------------------- */

bool emb__word_next(const char **text, emb__word *word) {
    if (!*text) return false;
    const char *key = *text, *end = strchr(key, ' ');
    const size_t length = end ? (size_t)(end - key) : strlen(key);
    const char *equals = memchr(key, '=', length);
    *word = (emb__word){.key = key, .key_length = equals ? (size_t)(equals - key) : length};
    if (equals) {
        word->value = equals + 1;
        word->value_length = length - word->key_length - 1;
    }
    *text = end ? end + 1 : NULL;
    return true;
}

static bool is_text(const char *bytes, size_t length, const char *text) {
    return strlen(text) == length && memcmp(bytes, text, length) == 0;
}

bool emb__word_is(const emb__word *word, const char *key, const char *value) {
    return word->value && is_text(word->key, word->key_length, key) &&
           (!value || is_text(word->value, word->value_length, value));
}

/* The first word with that key. */
static bool find_word(const char *text, const char *key, emb__word *word) {
    while (emb__word_next(&text, word)) {
        if (emb__word_is(word, key, NULL)) return true;
    }
    return false;
}

bool emb__word_number(const emb__word *word, double *number) {
    char *end;
    if (!word->value || word->value_length == 0) return false;
    const double read = strtod(word->value, &end);
    if (end != word->value + word->value_length) return false;
    *number = read;
    return true;
}

bool emb__text_whole(const char *text, const char *key, uint64_t most, uint64_t *number,
                     bool *negative) {
    emb__word word;
    char *end;
    if (!find_word(text, key, &word)) return false;
    const bool minus = negative && *word.value == '-';
    const char *digits = word.value + minus;
    if (*digits < '0' || *digits > '9') return false;
    errno = 0;
    const unsigned long long read = strtoull(digits, &end, 10);
    if (errno != 0 || end != word.value + word.value_length || read > most) return false;
    *number = read;
    if (negative) *negative = minus;
    return true;
}

const char *emb_text_value(const char *text, const char *key, size_t *length) {
    emb__word word;
    if (!find_word(text, key, &word)) return NULL;
    *length = word.value_length;
    return word.value;
}

bool emb_text_number(const char *text, const char *key, double *number) {
    EMB__ENTER;
    emb__word word;
    return find_word(text, key, &word) && emb__word_number(&word, number);
}
