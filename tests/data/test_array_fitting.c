/* emb_images_fit: arrays as the images that a network reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "makers/arrays.h"
#include "makers/npy_bytes.h"
#include "support/folder.h"
#include "support/support.h"

static emb_net *net_of(const char *input, int numbers) {
    char text[256];
    snprintf(text, sizeof text,
             "input = %s\nencoder = Sequential(Flatten(), Linear(%d, 2))\n"
             "decoder = Sequential(Linear(2, %d), Unflatten(1, (%s)))\n",
             input, numbers, numbers, input);
    emb_net *net = emb_net_parse(text, "net", NULL);
    if (!net) fail_msg("%s", emb_error());
    return net;
}

/* Rows of numbers are a network's images; channels go back where it has them behind. */
static void fitting(void **state) {
    (void)state;
    static const struct {
        const char *file, *input;
        const char *note; /* NULL: refused */
    } cases[] = {
        {"4, 60", "3, 4, 5", "rows of 60 numbers are taken as images of 3x4x5"},
        {"4, 60", "1, 12, 5", "rows of 60 numbers are taken as images of 1x12x5"},
        {"4, 1, 60", "1, 12, 5", "rows of 60 numbers are taken as images of 1x12x5"},
        {"4, 60, 1", "1, 12, 5", "rows of 60 numbers are taken as images of 1x12x5"},
        {"4, 12, 5", "12, 1, 5", "1x12x5 is taken as 12x1x5"},
        {"4, 5, 12", "1, 12, 5", NULL},
        {"4, 59", "3, 4, 5", NULL},
        {"4, 5, 4, 3", "3, 5, 4", "has its channels last"},
        {"4, 5, 4, 3", "5, 4, 3", "this network reads them as 5x4x3, in the file's order"},
        {"4, 5, 4, 3", "4, 5, 3", NULL},
        {"4, 12, 5, 1", "12, 5, 1", "reads them as 12x5x1, in the file's order"},
        {"4, 2, 3, 10", "10, 2, 3", "2x3x10 has its channels last for this network"},
        {"4, 4, 5, 3", "3, 4, 5", "4x5x3 has its channels last"},
        {"4, 3, 4, 5", "5, 3, 4", "3x4x5 has its channels last for this network"},
        {"4, 20, 3", "3, 1, 20", "1x20x3 has its channels last for this network"},
        {"4, 20, 3", "3, 20, 1", "1x20x3 has its channels last for this network"},
        {"4, 20, 3", "1, 3, 20", NULL},
        {"4, 2, 3, 10", "3, 2, 10", NULL},
        {"4, 2, 3, 10", "10, 3, 2", NULL},
    };
    float numbers[240], image[60];
    for (int i = 0; i < 240; i++) numbers[i] = (float)i;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        int shape[3], wanted[3];
        emb_net *net = net_of(cases[i].input, 60);
        put_npy(test_path("f.npy"), "<f4", cases[i].file, numbers,
                i == 6 ? 4 * 236 : sizeof numbers);
        emb_images *images = open_all(test_path("f.npy"));
        if (!images) fail_msg("%s", emb_error());
        const emb_status status = emb_images_fit(images, net);
        assert_int_equal(status, cases[i].note ? EMB_OK : EMB_ERR_SHAPE);
        if (!cases[i].note) assert_non_null(strstr(emb_error(), "net expects images of"));
        emb_images_shape(images, shape);
        emb_net_input_shape(net, wanted);
        if (cases[i].note) {
            assert_memory_equal(shape, wanted, sizeof shape);
            assert_non_null(strstr(emb_images_notes(images), cases[i].note));
            assert_int_equal(emb_net_accepts(net, images), EMB_OK);
            emb_images_float(images, 3, image);
            /* All but those that are turned lie as in the file. */
            const bool turned = strstr(cases[i].note, "has its channels last");
            const int channels = turned ? wanted[0] : 1, size = 60 / channels;
            for (int p = 0; p < 60; p++) {
                assert_true(image[p] == numbers[180 + p % size * channels + p / size]);
            }
        }
        emb_images_free(images);
        emb_net_free(net);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fitting),
    };
    return cmocka_run_group_tests(tests, test_folder_make, test_folder_remove);
}
