/* draw/: animations as APNG and GIF. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "makers/drawings.h"
#include "support/page.h"
#include "support/support.h"

#ifdef EMB_HAVE_CAIRO

static uint32_t word(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* The kinds of its chunks, cairo's own bKGD left out, and that each PNG decoder reads its first
 * frame. */
static void apng_has_its_frames(void **state) {
    (void)state;
    emb_picture *picture = draw_animation(1, EMB_APNG);
    assert_non_null(picture);
    size_t count, used = 0;
    const uint8_t *bytes = emb_picture_bytes(picture, &count);
    char kinds[128] = "";
    uint32_t sequence = 0; /* of fcTL and fdAT, together */
    for (size_t at = 8; at < count; at += 12 + word(bytes + at)) {
        const bool numbered = bytes[at + 4] == 'f';
        if (numbered) assert_int_equal(word(bytes + at + 8), sequence++);
        used += (size_t)snprintf(kinds + used, sizeof kinds - used, " %.4s",
                                 (const char *)bytes + at + 4);
    }
    assert_string_equal(kinds, " IHDR acTL fcTL IDAT fcTL fdAT fcTL fdAT IEND");
    cairo_surface_t *first = page_read(picture);
    assert_int_equal(cairo_image_surface_get_width(first), 6);
    assert_int_equal(page_pixel(first, 5, 2), 0x070707); /* 1 / 35 of 255 */
    cairo_surface_destroy(first);
    emb_picture *again = draw_animation(1, EMB_APNG);
    page_same(picture, again);
    emb_picture_free(again);
    emb_picture_free(picture);
}

#endif

static void gifs_are_gifs_or_say_what_is_missing(void **state) {
    (void)state;
    for (int channels = 1; channels <= 3; channels += 2) {
        emb_picture *picture = draw_animation(channels, EMB_GIF);
#ifdef EMB_HAVE_GIF
        size_t count;
        assert_non_null(picture);
        const uint8_t *bytes = emb_picture_bytes(picture, &count);
        assert_memory_equal(bytes, "GIF89a\6\0\6\0", 10);
        assert_non_null(memmem(bytes, count, "NETSCAPE2.0", 11));
        assert_int_equal(bytes[count - 1], ';');
#else
        assert_null(picture);
        assert_non_null(strstr(emb_error(), "libgif-dev"));
#endif
        emb_picture_free(picture);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gifs_are_gifs_or_say_what_is_missing),
#ifdef EMB_HAVE_CAIRO
        cmocka_unit_test(apng_has_its_frames),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
