/* The checks with which every reader of pictures begins. See picture_file.h. */
#include "codec/picture_file.h"

emb_status emb__picture_begin(const emb__picture_file *file, emb__fit *fit, int channels,
                              size_t height, size_t width, uint64_t most) {
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
    if (pixels > most) {
        return emb__fail(EMB_ERR_FORMAT,
                         "%s: announces %zu x %zu pixels, more than its %zu bytes can hold",
                         file->path, width, height, file->count);
    }
    emb_status status = emb__fit_begin(fit, channels, height, width);
    return status == EMB_OK ? status : emb__fail_prefix(status, "%s: ", file->path);
}
