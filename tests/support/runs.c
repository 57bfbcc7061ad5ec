/* See runs.h. */
#include "support/runs.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

run_setting prepare_run(const char *notation, size_t images, const emb_train_options *options) {
    run_setting s;
    s.net = emb_net_parse(notation, "small", NULL);
    s.images = test_images(images, 1, 2, 2, 9);
    if (!s.net || !s.images) fail_msg("%s", emb_error());
    s.run = emb_run_new(s.net, s.images, options);
    return s;
}

run_setting open_run(const char *notation, size_t images, const emb_train_options *options) {
    run_setting s = prepare_run(notation, images, options);
    if (!s.run) fail_msg("%s", emb_error());
    return s;
}

void close_run(run_setting *s) {
    emb_run_free(s->run);
    emb_images_free(s->images);
    emb_net_free(s->net);
}

float run_step(emb_run *run) {
    float loss = -1;
    if (emb_run_step(run, &loss) != EMB_OK) fail_msg("%s", emb_error());
    return loss;
}

const char *weights_of(const emb_net *net, char text[TEST_SHA_TEXT]) {
    test_sha sha;
    test_sha_begin(&sha);
    test_sha_weights(&sha, net);
    return test_sha_end(&sha, text);
}
