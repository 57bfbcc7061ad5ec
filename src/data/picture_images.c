/* Images made from picture files, in a network's size: emb_images_read and its like in
 * embudo/data.h. */
#include "base/entry.h"
#include "base/memory.h"
#include "codec/picture_formats.h"
#include "data/image_notes.h"
#include "data/images.h"
#include "data/picture_decode.h"

/* pixels[C][H][W] = the picture; a file without bytes is read from its path. */
static emb_status read_one(const emb__picture_file *file, const emb__picture_plan *plan,
                           bool invert, uint8_t *pixels, emb_image_source *source, bool *profile) {
    const int *shape = plan->shape;
    emb__picture_info info;
    emb_status status = file->bytes ? emb__picture_take(file, plan, pixels, &info)
                                    : emb__picture_read(file->path, plan, pixels, &info);
    if (status != EMB_OK) return status;
    *profile = info.profile;
    const size_t count = (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
    for (size_t i = 0; invert && i < count; i++) pixels[i] = (uint8_t)(255 - pixels[i]);
    if (source) {
        const bool lies = info.orientation >= 5 && !plan->upright; /* and is left so */
        *source = (emb_image_source){.channels = info.channels,
                                     .height = lies ? info.width : info.height,
                                     .width = lies ? info.height : info.width,
                                     .coloured = emb__picture_coloured(&info)};
    }
    return status;
}

static emb_status note_profiles(emb_images *images, const char *path, size_t count) {
    if (count == 0) return EMB_OK;
    if (count == 1)
        return emb__images_note(images,
                                "%s has a colour profile other than sRGB's, which is ignored: "
                                "colours may look different",
                                path);
    return emb__images_note(images,
                            "%zu pictures, %s among them, have a colour profile other than sRGB's, "
                            "which is ignored: colours may look different",
                            count, path);
}

static emb_images *read_all(const emb__picture_file *files, size_t count, const int shape[3],
                            const emb_read_options *options, emb_image_source *sources) {
    size_t bytes = 0;
    if (shape[0] != 1 && shape[0] != 3) {
        emb__fail(EMB_ERR_SHAPE,
                  "pictures have 1 or 3 channels, but images of %d x %d x %d are wanted", shape[0],
                  shape[1], shape[2]);
        return NULL;
    }
    if (emb__images_check(count, shape, &bytes) != EMB_OK) return NULL;
    emb__picture_plan plan = {0};
    if (options && options->pictures.fit) plan = emb__pictures_plan(&options->pictures);
    for (int i = 0; i < 3; i++) plan.shape[i] = shape[i];
    uint8_t *pixels = emb__alloc(bytes);
    if (!pixels) return NULL;
    size_t profiles = 0, last = 0;
    for (size_t i = 0; i < count; i++) {
        bool profile = false;
        if (read_one(&files[i], &plan, options && options->invert, pixels + i * (bytes / count),
                     sources ? &sources[i] : NULL, &profile) != EMB_OK) {
            emb__free(pixels);
            return NULL;
        }
        profiles += profile;
        if (profile) last = i;
    }
    emb_images *images = emb__images_adopt(pixels, NULL, count, shape);
    if (!images || note_profiles(images, files[last].path, profiles) == EMB_OK) return images;
    emb_images_free(images);
    return NULL;
}

emb_images *emb_images_read(const char *const *paths, size_t count, const int shape[3],
                            const emb_read_options *options, emb_image_source *sources) {
    EMB__ENTER;
    emb__picture_file *files = emb__calloc(count ? count : 1, sizeof *files);
    if (!files) return NULL;
    for (size_t i = 0; i < count; i++) files[i].path = paths[i];
    emb_images *images = read_all(files, count, shape, options, sources);
    emb__free(files);
    return images;
}

emb_images *emb_images_read_bytes(const void *bytes, size_t count, const char *name,
                                  const int shape[3], const emb_read_options *options) {
    EMB__ENTER;
    const emb__picture_file file = {name, bytes ? bytes : (const void *)"", bytes ? count : 0};
    return read_all(&file, 1, shape, options, NULL);
}
