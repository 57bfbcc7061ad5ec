/* Data sets: emb_images_open and what asks for parts, in embudo/data.h. Which form a set has: the
 * table below. */
#include "base/entry.h"
#include "base/memory.h"
#include "codec/file.h"
#include "data/channels.h"
#include "data/holdout.h"
#include "data/image_notes.h"
#include "data/set_forms.h"
#include "data/several_sets.h"

/* In the order in which they are asked. */
static const emb__set_form *const forms[] = {
    &emb__array_file_form, &emb__idx_form,   &emb__array_folder_form, &emb__idx_file_form,
    &emb__emnist_form,     &emb__cifar_form, &emb__picture_form};
enum { FORMS = sizeof forms / sizeof forms[0] };

/* *form = the form of what is at `where`, NULL if there is none. */
static emb_status find_form(const char *where, const emb__set_form **form) {
    *form = NULL;
    for (int i = 0; i < FORMS; i++) {
        const int claims = forms[i]->claims(where);
        if (claims < 0) return emb__last_status();
        if (claims == 0) continue;
        *form = forms[i];
        break;
    }
    const bool rooted =
        *form == &emb__idx_form || *form == &emb__emnist_form || *form == &emb__cifar_form;
    return rooted ? emb__several_sets_refuse(where) : EMB_OK;
}

/* As emb_images_parts; -1 with the error text set if it cannot be found out. */
static int count_parts(const char *where) {
    const emb__set_form *form;
    if (find_form(where, &form) != EMB_OK) return -1;
    return form ? form->parts(where) : 0;
}

int emb_images_parts(const char *where) {
    EMB__ENTER;
    const int parts = where && *where ? count_parts(where) : 0;
    return parts > 0 ? parts : 0;
}

bool emb_images_has_part(const char *where, emb_part part) {
    EMB__ENTER;
    const emb__set_form *form;
    if (!where || !*where || part < EMB_TRAIN || part > EMB_VAL) return false;
    if (find_form(where, &form) != EMB_OK) return true; /* perhaps: opening it says what is wrong */
    const int parts = form ? form->parts(where) : 0;
    if (parts < 0) return true;
    if (part == EMB_TEST || parts == 0) return parts == 2;
    return part == EMB_TRAIN || form->has_val(where) != 0;
}

/* Rows [N, L] as images, if the options' size says of what: one channel or three. */
static emb_images *shape_rows(emb_images *images, const char *where, const emb_open_options *o) {
    if (!images || !o || o->pictures.height < 1 || o->pictures.width < 1) return images;
    const int *s = images->shape, height = o->pictures.height, width = o->pictures.width;
    if (s[1] != 1 || s[2] != 1 || height * width == 1) return images;
    const int channels = o->pictures.channels ? o->pictures.channels : s[0] % 3 ? 1 : 3;
    const int64_t plane = (int64_t)height * width;
    const int given = s[0] == channels * plane ? channels : s[0] == plane ? 1 : 0;
    if (!given || images->store) return images;
    const emb_status status =
        emb__images_note(images, "%s: rows of %d numbers are taken as images of %dx%dx%d", where,
                         s[0], given, height, width);
    images->rows = s[0];
    emb__images_set_shape(images, given, height, width);
    if (status == EMB_OK) return images;
    emb_images_free(images);
    return NULL;
}

static emb__path_kind kind_in(const char *folder, const char *name) {
    char *path = emb__path_join(folder, name);
    const emb__path_kind kind = path ? emb__path_look(path) : EMB__PATH_NONE;
    emb__free(path);
    return kind;
}

/* A run's folder holds pictures of its epochs, which nobody means. */
static emb_status refuse_run(const char *where) {
    if (kind_in(where, "run.json") != EMB__PATH_FILE ||
        (kind_in(where, "model.safetensors") != EMB__PATH_FILE &&
         kind_in(where, "checkpoints") != EMB__PATH_FOLDER)) {
        return EMB_OK;
    }
    return emb__fail(EMB_ERR_FORMAT,
                     "%s: is a run of embudo, not a data set; to go on with it: embudo train "
                     "--resume %s",
                     where, where);
}

/* The options are in their ranges, the part is one. */
static emb_images *open_form(const char *where, emb_part part, const emb_open_options *options) {
    const emb__set_form *form;
    if (find_form(where, &form) != EMB_OK) return NULL;
    const bool other = form && form != &emb__picture_form;
    if (!other && refuse_run(where) != EMB_OK) return NULL;
    /* Nothing claims it: the oldest form says what is missing. */
    if (!form) return emb__idx_form.open(where, part, options);
    if (part == EMB_VAL) return form->open(where, part, options);
    const int parts = form->parts(where);
    if (parts < 0) return NULL;
    if (parts != 1) return form->open(where, part, options);
    emb_images *images = form->open(where, EMB_TRAIN, options);
    return images ? emb__holdout_take(images, where, part, options) : NULL;
}

static emb_images *open_part(const char *where, emb_part part, const emb_open_options *options) {
    return shape_rows(open_form(where, part, options), where, options);
}

emb_images *emb_images_open_part(const char *where, emb_part part,
                                 const emb_open_options *options) {
    EMB__ENTER;
    if (!where || !*where || part < EMB_TRAIN || part > EMB_VAL) {
        emb__fail(EMB_ERR_ARGUMENT, "emb_images_open needs a name or a folder, and EMB_TRAIN, "
                                    "EMB_TEST or EMB_VAL");
        return NULL;
    }
    if (emb__holdout_check(options) != EMB_OK) return NULL;
    if (part == EMB_VAL && !emb_images_has_part(where, part)) {
        emb__fail(EMB_ERR_ARGUMENT, "%s: has no validation images of its own (x_val, y_val)",
                  where);
        return NULL;
    }
    return open_part(where, part, options);
}

emb_images *emb_images_open(const char *where, emb_part part) {
    EMB__ENTER;
    return emb_images_open_part(where, part, NULL);
}
