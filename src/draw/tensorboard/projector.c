/* The files of TensorBoard's projector: emb_projector_write in embudo/draw.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/entry.h"
#include "base/memory.h"
#include "base/text.h"
#include "codec/file.h"
#include "codec/number.h"
#include "codec/picture_file.h"
#include "draw/view.h"

enum { SPRITE_SIDE = 8192 };

/* The files that are written together. */
typedef struct files {
    size_t count;
    emb__text texts[4];
    char *paths[4];
} files;

/* Takes the text over. */
static emb_status add_text(files *all, const char *folder, const char *name, const char *ending,
                           const emb__text *text) {
    emb__text file = {0};
    emb__text_add(&file, "%s%s", name, ending);
    all->texts[all->count] = *text;
    char *path = file.failed || text->failed ? NULL : emb__path_join(folder, file.bytes);
    all->paths[all->count++] = path;
    emb__free(file.bytes);
    return path ? EMB_OK : EMB_ERR_MEMORY;
}

static emb_status write_all(const files *all) {
    emb_file_bytes parts[4];
    for (size_t i = 0; i < all->count; i++) {
        parts[i] = (emb_file_bytes){all->paths[i], all->texts[i].bytes, all->texts[i].length};
    }
    return emb_files_write(parts, all->count);
}

static emb_status add_codes(files *all, const char *folder, const char *name,
                            const emb_projector *p) {
    emb__text text = {0};
    char number[EMB__NUMBER_ROOM];
    for (size_t i = 0; i < p->count && !text.failed; i++) {
        for (int k = 0; k < p->latent; k++) {
            emb__text_bytes(&text, "\t", k > 0);
            const float x = p->codes[i * (size_t)p->latent + (size_t)k];
            emb__text_bytes(&text, number, emb__number_print(x, number));
        }
        emb__text_bytes(&text, "\n", 1);
    }
    return add_text(all, folder, name, ".tsv", &text);
}

static emb_status add_labels(files *all, const char *folder, const char *name,
                             const emb_projector *p) {
    emb__text text = {0};
    for (size_t i = 0; i < p->count; i++) emb__text_add(&text, "%d\n", p->labels[i]);
    return add_text(all, folder, name, "-labels.tsv", &text);
}

/* Images in a row of the square sprite; 0 if they do not fit. */
static size_t sprite_side(const emb_projector *p) {
    const size_t side = (size_t)ceil(sqrt((double)p->count));
    int view[3] = {0};
    if (!p->pixels || emb__view_check(p->shape) != EMB_OK) return 0;
    emb_view_shape(p->shape, view);
    const size_t larger = (size_t)(view[1] > view[2] ? view[1] : view[2]);
    return side <= SPRITE_SIDE / larger ? side : 0;
}

static emb_status add_sprite(files *all, const char *folder, const char *name,
                             const emb_projector *p, size_t side) {
    const size_t size = (size_t)p->shape[0] * (size_t)p->shape[1] * (size_t)p->shape[2];
    int view[3];
    float range[2];
    emb_view_shape(p->shape, view);
    emb_view_range(p->pixels, p->count, p->shape, range);
    const size_t channels = (size_t)view[0], h = (size_t)view[1], w = (size_t)view[2];
    const int shape[3] = {view[0], (int)(side * h), (int)(side * w)};
    float *sheet = emb__calloc(channels * side * h, side * w * sizeof *sheet);
    float *image = emb__alloc(channels * h * w * sizeof *image);
    emb_status status = sheet && image ? EMB_OK : EMB_ERR_MEMORY;
    for (size_t i = 0; i < p->count && status == EMB_OK; i++) {
        const size_t row = i / side * h, column = i % side * w;
        status = emb_view(p->pixels + i * size, p->shape, range, image);
        for (size_t k = 0; k < channels * h && status == EMB_OK; k++) {
            memcpy(sheet + (k / h * side * h + row + k % h) * side * w + column, image + k * w,
                   w * sizeof *sheet);
        }
    }
    emb__text png = {0};
    if (status == EMB_OK) status = emb__png_print(name, sheet, shape, &png);
    emb__free(image);
    if (status == EMB_OK) status = add_text(all, folder, name, "-sprite.png", &png);
    emb__free(sheet);
    return status;
}

static emb_status add_config(files *all, const char *folder, const char *name,
                             const emb_projector *p, bool sprite) {
    emb__text text = {0}, quoted = {0};
    int view[3] = {0};
    if (sprite) emb_view_shape(p->shape, view);
    emb__text_for(&quoted, EMB_C_STRING, name, strlen(name)); /* pbtxt has C's escapes */
    if (quoted.failed) return EMB_ERR_MEMORY;
    name = quoted.length > 0 ? quoted.bytes : "";
    emb__text_add(&text, "embeddings {\n  tensor_name: \"%s\"\n  tensor_path: \"%s.tsv\"\n", name,
                  name);
    if (p->labels) emb__text_add(&text, "  metadata_path: \"%s-labels.tsv\"\n", name);
    if (sprite) {
        emb__text_add(&text,
                      "  sprite {\n    image_path: \"%s-sprite.png\"\n    single_image_dim: %d\n"
                      "    single_image_dim: %d\n  }\n",
                      name, view[2], view[1]);
    }
    emb__text_add(&text, "}\n");
    emb__free(quoted.bytes);
    return add_text(all, folder, "projector_config", ".pbtxt", &text);
}

emb_status emb_projector_write(const char *folder, const emb_projector *p) {
    EMB__ENTER;
    const char *name = p->name ? p->name : "codes";
    const size_t side = sprite_side(p);
    files all = {0};
    emb_status status = add_codes(&all, folder, name, p);
    if (status == EMB_OK && p->labels) status = add_labels(&all, folder, name, p);
    if (status == EMB_OK && side > 0) status = add_sprite(&all, folder, name, p, side);
    if (status == EMB_OK) status = add_config(&all, folder, name, p, side > 0);
    if (status == EMB_OK) status = write_all(&all);
    for (size_t i = 0; i < all.count; i++) {
        emb__free(all.texts[i].bytes);
        emb__free(all.paths[i]);
    }
    return status;
}
