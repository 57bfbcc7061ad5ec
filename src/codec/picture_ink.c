/* See picture_ink.h. */
#include "codec/picture_ink.h"

#include <string.h>

#include "codec/ink.h"

emb_status emb__picture_ink(const char *path, const emb__fit *fit, const emb__picture_plan *plan,
                            uint8_t *pixels) {
    const int *shape = plan->shape, *draft = fit->plan.shape;
    const size_t plane = (size_t)shape[1] * (size_t)shape[2];
    if (!fit->draft) return EMB_OK;
    const emb__sheet sheet = {draft[0], draft[1], draft[2], fit->draft};
    const emb_status status = emb__ink_lay(&sheet, shape[1], shape[2], pixels);
    if (status != EMB_OK) return emb__fail_prefix(status, "%s: ", path);
    for (int c = 1; c < shape[0]; c++) memcpy(pixels + (size_t)c * plane, pixels, plane);
    return EMB_OK;
}
