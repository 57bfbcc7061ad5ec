/* The checks with which every reader of pictures begins. See picture_file.h. */
#include "codec/picture_file.h"

#include <string.h>

emb_status emb__picture_check(const emb__picture_file *file, size_t height, size_t width) {
    size_t pixels = 0;
    if (height < 1 || width < 1) {
        return emb__fail(EMB_ERR_FORMAT, "%s: is a picture of %zu x %zu pixels", file->path, width,
                         height);
    }
    if (height > EMB__MAX_PICTURE_SIDE || width > EMB__MAX_PICTURE_SIDE) {
        return emb__fail(EMB_ERR_FORMAT,
                         "%s: announces %zu x %zu pixels, expected sides of at most %d", file->path,
                         width, height, EMB__MAX_PICTURE_SIDE);
    }
    if (!emb__mul(height, width, &pixels) || pixels > EMB__MAX_PICTURE_PIXELS) {
        return emb__fail(EMB_ERR_FORMAT, "%s: announces %zu x %zu pixels, expected at most %d",
                         file->path, width, height, EMB__MAX_PICTURE_PIXELS);
    }
    return EMB_OK;
}

emb__picture_end emb__picture_ended(emb_status status) {
    const char *text = status == EMB_OK ? NULL : emb_error();
    return (emb__picture_end){status, text ? emb__strndup(text, strlen(text)) : NULL};
}

emb_status emb__picture_begin(const emb__picture_file *file, emb__fit *fit, int samples,
                              size_t height, size_t width, uint64_t most) {
    emb_status status = emb__picture_check(file, height, width);
    if (status != EMB_OK) return status;
    if (height * width > most && most == emb__picture_sparse(file)) {
        return emb__fail(EMB_ERR_FORMAT,
                         "%s: announces %zu x %zu pixels in %zu bytes; in so few, at most %zu are "
                         "believed: save it smaller, or as PNG",
                         file->path, width, height, file->count, (size_t)most);
    }
    if (height * width > most) {
        return emb__fail(EMB_ERR_FORMAT,
                         "%s: announces %zu x %zu pixels, more than its %zu bytes can hold",
                         file->path, width, height, file->count);
    }
    const int turn = fit->info.orientation;
    fit->info.height = turn >= 5 ? width : height;
    fit->info.width = turn >= 5 ? height : width;
    status = emb__fit_begin(fit, samples, height, width,
                            fit->bottom_up      ? 4
                            : fit->plan.upright ? turn
                                                : 1);
    return status == EMB_OK ? status : emb__fail_prefix(status, "%s: ", file->path);
}

/* In a text or, from version 4 on, in UTF-16. */
bool emb__says_srgb(const uint8_t *profile, size_t count) {
    enum { LONGEST = 1 << 16 };
    const size_t most = count < LONGEST ? count : LONGEST;
    for (const uint8_t *at = profile, *end = profile + most; at < end; at++) {
        at = memchr(at, 's', (size_t)(end - at));
        if (!at) return false;
        const size_t left = (size_t)(end - at);
        if (left >= 4 && memcmp(at, "sRGB", 4) == 0) return true;
        if (left >= 7 && memcmp(at, "s\0R\0G\0B", 7) == 0) return true;
    }
    return false;
}

int emb__palette_channels(const uint8_t *colours, size_t count, size_t step) {
    for (size_t i = 0; i < count; i++, colours += step) {
        if (colours[0] != colours[1] || colours[0] != colours[2]) return 3;
    }
    return 1;
}

uint64_t emb__picture_sparse(const emb__picture_file *file) {
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    enum { ALWAYS = 1 << 16, EACH = 16 }; /* so that a fuzzer does not wait */
#else
    enum { ALWAYS = 1 << 24, EACH = 1024 };
#endif
    return ALWAYS + (uint64_t)file->count * EACH;
}
