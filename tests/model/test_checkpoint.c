/* A run that is stopped and resumed: the same bits as one that is not, from any step, with any
 * number of threads on either side; and checkpoints that are damaged or belong to something else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/system.h"
#include "codec/file.h"
#include "support/support.h"
#include "train/run.h"

static char path[] = "/tmp/embudo-test-checkpoint-XXXXXX.safetensors";

static int make_file(void **state) {
    (void)state;
    int fd = mkstemps(path, 12);
    return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state) {
    (void)state;
    return unlink(path);
}

enum { IMAGES = 90, STEPS = 40 };

static const char tiny[] =
    "input = 1, 7, 6\n"
    "encoder = Sequential(Conv2d(1, 3, 3, stride=2), Tanh(), Flatten(), Linear(18, 2))\n"
    "decoder = Sequential(Linear(2, 12), Tanh(), Unflatten(1, (3, 2, 2)), ConvTranspose2d(3, 1, 3, "
    "stride=(3, 3), output_padding=(1, 0)), Sigmoid())\n";
static const char classes[] = "input = 1, 7, 6\nclassifier = Sequential(Flatten(), Linear(42, 9), "
                              "ReLU(), Linear(9, 4))\n";

static const struct {
    const char *name, *net;
    emb_train_options options;
} cases[] = {
    {"plain", tiny, {.batch_size = 16}},
    {"shuffled, scheduled",
     tiny,
     {.seed = 7,
      .batch_size = 9,
      .shuffle = true,
      .schedule = EMB_SCHEDULE_COSINE,
      .epochs = 5,
      .warmup = 11,
      .learning_rate = 0.013}},
    {"no validation", tiny, {.val_split = -1, .batch_size = 40, .beta1 = 0.8}},
    {"one batch an epoch", tiny, {.batch_size = 200, .seed = 4294967296}},
    {"classifier", classes, {.shuffle = true, .batch_size = 20, .val_split = 0.33}},
};

static emb_images *open_images(uint64_t seed) {
    emb_images *made = test_images(IMAGES, 1, 7, 6, seed);
    uint8_t labels[IMAGES];
    static const int shape[3] = {1, 7, 6};
    for (int i = 0; i < IMAGES; i++) labels[i] = (uint8_t)(i % 4);
    emb_images *images = emb_images_new(emb_images_pixels(made, 0), labels, IMAGES, shape);
    emb_images_free(made);
    return images;
}

/* Steps, with each epoch's end, up to `to`; the epochs' numbers go into the hash. */
static void train_to(emb_run *run, size_t to, test_sha *sha) {
    while (emb_run_steps(run) < to) {
        float loss;
        emb_epoch done;
        assert_int_equal(emb_run_step(run, &loss), EMB_OK);
        test_sha_add(sha, &loss, sizeof loss);
        if (!emb_run_epoch_done(run)) continue;
        assert_int_equal(emb_run_finish_epoch(run, &done), EMB_OK);
        test_sha_add(sha, &done.mean_loss, sizeof done.mean_loss);
        test_sha_add(sha, &done.validation_loss, sizeof done.validation_loss);
        test_sha_add(sha, &done.accuracy, sizeof done.accuracy);
        test_sha_add(sha, &done.preview, sizeof done.preview);
    }
}

static emb_run *new_run(size_t c, emb_net **net, const emb_images *images, int threads) {
    emb_train_options options = cases[c].options;
    options.threads = threads;
    *net = emb_net_parse(cases[c].net, "net", NULL);
    emb_run *run = emb_run_new(*net, images, &options);
    if (!run) fail_msg("%s: %s", cases[c].name, emb_error());
    return run;
}

static void same_bits_from_every_step(void **state) {
    (void)state;
    static const int threads[] = {1, 2, 3};
    emb_images *images = open_images(5);
    for (size_t c = 0; c < TEST_COUNT(cases); c++) {
        test_sha sha = {0};
        char wanted[TEST_SHA_TEXT], got[TEST_SHA_TEXT];
        emb_net *net;
        emb_run *run = new_run(c, &net, images, 1);
        test_sha_begin(&sha);
        train_to(run, STEPS, &sha);
        test_sha_weights(&sha, net);
        test_sha_end(&sha, wanted);
        emb_run_free(run);
        emb_net_free(net);
        for (size_t stop = 0; stop < STEPS; stop += stop < 3 ? 1 : 5) {
            test_sha_begin(&sha);
            run = new_run(c, &net, images, threads[stop % 3]);
            train_to(run, stop, &sha);
            if (emb_run_save(run, path, NULL, 0) != EMB_OK) fail_msg("%s", emb_error());
            emb_run_free(run);
            emb_net_free(net);
            net = emb_net_open(path, NULL);
            if (!net) fail_msg("%s", emb_error());
            run = emb_run_resume(net, images, path, threads[(stop + 1) % 3]);
            if (!run) fail_msg("%s: %s", cases[c].name, emb_error());
            assert_int_equal(emb_run_steps(run), stop);
            train_to(run, STEPS, &sha);
            test_sha_weights(&sha, net);
            if (strcmp(test_sha_end(&sha, got), wanted) != 0) {
                fail_msg("%s: other bits after stopping at step %zu", cases[c].name, stop);
            }
            emb_run_free(run);
            emb_net_free(net);
        }
    }
    emb_images_free(images);
}

/* A step that is not finished leaves the epoch's mean where it was: the state is the whole state.
 */
static void what_does_not_belong_is_refused(void **state) {
    (void)state;
    emb_images *images = open_images(5), *others = open_images(6);
    emb_net *net, *other;
    emb_run *run = new_run(0, &net, images, 1);
    test_sha sha = {0};
    test_sha_begin(&sha);
    train_to(run, 7, &sha);
    assert_int_equal(emb_run_save(run, path, NULL, 0), EMB_OK);
    emb_run_free(run);
    assert_null(emb_run_resume(net, others, path, 1));
    assert_non_null(strstr(emb_error(), "was trained on other images: 90 images of 1x7x6, uint8"));
    other = emb_net_parse(classes, "other", NULL);
    assert_null(emb_run_resume(other, images, path, 1));
    assert_non_null(strstr(emb_error(), "is a checkpoint of another network than other"));
    /* The same tensors, but for one word the same notation. */
    char changed[sizeof tiny];
    memcpy(changed, tiny, sizeof tiny);
    memcpy(strstr(changed, "Tanh"), "ReLU", 4);
    emb_net_free(other);
    other = emb_net_parse(changed, "changed", NULL);
    assert_null(emb_run_resume(other, images, path, 1));
    assert_non_null(strstr(emb_error(), "is a checkpoint of another network than changed"));
    assert_null(emb_run_resume(NULL, images, path, 1));
    assert_null(emb_run_resume(net, images, "/nowhere.safetensors", 1));
    assert_int_equal(emb_net_save(net, path, NULL, 0), EMB_OK);
    assert_null(emb_run_resume(net, images, path, 1));
    assert_non_null(strstr(emb_error(), "is not a checkpoint of version 1"));
    emb_net_free(other);
    emb_net_free(net);
    emb_images_free(images);
    emb_images_free(others);
}

/* How often the checkpoint is opened. */
static emb__system real;
static size_t opened;

static int count_opened(int folder, const char *name, int flags, mode_t mode) {
    const char *last = strrchr(path, '/') + 1;
    const size_t length = strlen(name), tail = strlen(last);
    opened += length >= tail && strcmp(name + length - tail, last) == 0;
    return real.openat(folder, name, flags, mode);
}

static void a_checkpoint_is_opened_once(void **state) {
    (void)state;
    emb_images *images = open_images(5);
    emb_net *net;
    emb_run *run = new_run(1, &net, images, 1);
    test_sha sha = {0};
    char wanted[TEST_SHA_TEXT], got[TEST_SHA_TEXT];
    test_sha_begin(&sha);
    train_to(run, 7, &sha);
    static const emb_pair note = {"note", "seven"};
    assert_int_equal(emb_run_save(run, path, &note, 1), EMB_OK);
    test_sha_begin(&sha);
    train_to(run, 20, &sha);
    test_sha_weights(&sha, net);
    test_sha_end(&sha, wanted);
    emb_run_free(run);
    emb_net_free(net);
    real = emb__sys;
    emb__sys.openat = count_opened;
    opened = 0;
    emb_checkpoint *checkpoint = emb_checkpoint_open(path);
    assert_non_null(checkpoint);
    /* Whatever has its name by now. */
    assert_int_equal(emb_file_remove(path), EMB_OK);
    net = emb_checkpoint_net(checkpoint);
    assert_non_null(net);
    assert_string_equal(emb_net_metadata(net, "note"), "seven");
    assert_null(emb_checkpoint_run(checkpoint, NULL, images, 1));
    assert_null(emb_checkpoint_run(NULL, net, images, 1));
    /* Its weights are the checkpoint's, whatever the net's were. */
    assert_int_equal(emb_net_init(net, 3), EMB_OK);
    run = emb_checkpoint_run(checkpoint, net, images, 2);
    emb_checkpoint_free(checkpoint);
    emb__sys = real;
    if (!run) fail_msg("%s", emb_error());
    assert_int_equal(opened, 1);
    test_sha_begin(&sha);
    train_to(run, 20, &sha);
    test_sha_weights(&sha, net);
    assert_string_equal(test_sha_end(&sha, got), wanted);
    emb_run_free(run);
    emb_net_free(net);
    emb_images_free(images);
    emb_checkpoint_free(NULL);
    assert_null(emb_checkpoint_net(NULL));
    assert_null(emb_checkpoint_open("/nowhere.safetensors"));
}

/* One thing wrong in the header, of the same length: the text that is there, and what it becomes.
 */
static const struct {
    const char *from, *to, *error;
} wrongs[] = {
    {"embudo.checkpoint\":\"1\"", "embudo.checkpoint\":\"2\"", "is not a checkpoint of version 1"},
    {"embudo.checkpoint\"", "embudo.checkpoinx\"", "is not a checkpoint of version 1"},
    {"embudo.notation\"", "embudo.notatiox\"", "is a checkpoint of another network than net"},
    {"embudo.data\"", "embudo.datx\"", "was trained on other images: ?; these are 90 images of"},
    {"embudo.train\"", "embudo.traix\"", "embudo.train has no seed that is a number"},
    {"seed=", "sees=", "embudo.train has no seed that is a number"},
    {"seed=4", "seed=-", "embudo.train has no seed that is a number"},
    {"seed=4", "seed=x", "embudo.train has no seed that is a number"},
    {" learning_rate=", " learning-rate=", "embudo.train has no learning_rate that is a number"},
    {" learning_rate=0x1", " learning_rate=zzz", "has no learning_rate that is a number"},
    {" beta1=0x1.", " beta1=0x1z", "embudo.train has no beta1 that is a number"},
    {" beta2=0x1.", " beta2 0x1.", "embudo.train has no beta2 that is a number"},
    {" epsilon=0", " epsilon= ", "embudo.train has no epsilon that is a number"},
    {" val_split=", " var_split=", "embudo.train has no val_split that is a number"},
    {" batch_size=16", " batch_size=1x", "embudo.train has no batch_size that is a number"},
    {" batch_size=16", " batch_size=-x", "embudo.train has no batch_size that is a number"},
    {" batch_size=16", " batch_size=-6",
     "batch size: expected 1 to 65536, got -6"}, /* a number, and no such option */
    {" batch_size=16", " batch_size=/6", "embudo.train has no batch_size that is a number"},
    {" shuffle=0", " shuffle=2", "embudo.train has no shuffle that is a number"},
    {" shuffle=0", " shuffle=a", "embudo.train has no shuffle that is a number"},
    {" schedule=0", " schedule=7", "schedule"},
    {" epochs=0 warmup=0", " epochs=9999999999", "embudo.train has no epochs that is a number"},
    {" warmup=0", " warmth=0", "embudo.train has no warmup that is a number"},
    {"embudo.state\"", "embudo.statx\"", "embudo.state has no epoch_open that is a number"},
    {"epoch_open=1", "epoch_open=7", "embudo.state has no epoch_open that is a number"},
    {" position=", " positron=", "embudo.state has no position that is a number"},
    {" position=3", " position=9", "the saved place in the training does not fit these images"},
    {" steps=7", " steps=-", "embudo.state has no steps that is a number"},
    {" batches=", " ratches=", "embudo.state has no batches that is a number"},
    {" right=", " wrong=", "embudo.state has no right that is a number"},
    {" last_loss=0x", " last_loss=xx", "embudo.state has no last_loss that is a number"},
    {" loss_sum=", " loss-sum=", "embudo.state has no loss_sum that is a number"},
    {" seconds=0x", " seconds=no", "embudo.state has no seconds that is a number"},
    {"embudo.random\"", "embudo.randox\"", "embudo.random is not the state of a random generator"},
    {"embudo.random\":\"2", "embudo.random\":\"x",
     "embudo.random is not the state of a random generator"},
    {"embudo.random\":\"2", "embudo.random\":\" ",
     "embudo.random is not the state of a random generator"},
    {"embudo.random\":\"2", "embudo.random\":\"-",
     "embudo.random is not the state of a random generator"},
    {"\"adam.m.encoder.0.bias\"", "\"adam.m.encoder.0.bios\"", "adam.m.encoder.0.bi"},
    {"\"adam.v.encoder.0.bias\"", "\"adam.v.encoder.0.bios\"", "adam.v.encoder.0.bi"},
    {"\"kept.encoder.0.bias\"", "\"kept.encoder.0.bios\"", "kept.encoder.0.bi"},
    {"\"encoder.0.bias\"", "\"encoder.0.bios\"", "encoder.0.bi"},
};

/* Where a text begins among bytes. */
static uint8_t *find(uint8_t *bytes, size_t count, const char *text) {
    const size_t length = strlen(text);
    for (size_t i = 0; i + length <= count; i++) {
        if (memcmp(bytes + i, text, length) == 0) return bytes + i;
    }
    fail_msg("no checkpoint has '%s'", text);
    return NULL;
}

static void put(const uint8_t *bytes, size_t count) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

static void expect_refused(emb_net *net, const emb_images *images, const char *error) {
    assert_null(emb_run_resume(net, images, path, 1));
    if (!strstr(emb_error(), error)) fail_msg("expected '%s', got: %s", error, emb_error());
    assert_memory_equal(emb_error(), path, strlen(path));
}

/* The bytes of a checkpoint after seven steps, to be freed with emb__free; *net is its network. */
static uint8_t *save_one(const emb_images *images, emb_net **net, size_t *count) {
    emb_run *run = new_run(0, net, images, 1);
    test_sha sha = {0};
    test_sha_begin(&sha);
    train_to(run, 7, &sha);
    assert_int_equal(emb_run_save(run, path, NULL, 0), EMB_OK);
    emb_run_free(run);
    uint8_t *bytes;
    assert_int_equal(emb__file_load(path, 1 << 24, &bytes, count), EMB_OK);
    return bytes;
}

static void each_field_is_checked(void **state) {
    (void)state;
    emb_images *images = open_images(5);
    emb_net *net;
    size_t count;
    uint8_t *bytes = save_one(images, &net, &count);
    for (size_t i = 0; i < TEST_COUNT(wrongs); i++) {
        const size_t length = strlen(wrongs[i].from);
        assert_int_equal(strlen(wrongs[i].to), length);
        uint8_t *at = find(bytes, count, wrongs[i].from);
        memcpy(at, wrongs[i].to, length);
        put(bytes, count);
        memcpy(at, wrongs[i].from, length);
        expect_refused(net, images, wrongs[i].error);
    }
    /* The generator's words: one that is no number, and fewer by five digits. */
    uint8_t *words = find(bytes, count, "embudo.random\":\"") + 40, six[6];
    memcpy(six, words, 6);
    words[0] = 'g';
    put(bytes, count);
    expect_refused(net, images, "embudo.random is not the state of a random generator");
    memcpy(words, "\\u0061", 6);
    put(bytes, count);
    expect_refused(net, images, "embudo.random is not the state of a random generator");
    memcpy(words, six, 6);
    put(bytes, count); /* with nothing wrong */
    emb_run *run = emb_run_resume(net, images, path, 1);
    if (!run) fail_msg("%s", emb_error());
    emb_run_free(run);
    emb__free(bytes);
    emb_net_free(net);
    emb_images_free(images);
}

/* Every byte of the header changed: a run, or one line that names the file. */
static void damaged_checkpoints(void **state) {
    (void)state;
    emb_images *images = open_images(5);
    emb_net *net;
    size_t count;
    uint8_t *bytes = save_one(images, &net, &count);
    const size_t header = 8 + (size_t)bytes[0] + ((size_t)bytes[1] << 8);
    for (size_t i = 0; i < header; i += 5) {
        bytes[i] ^= i % 2 ? 0x01 : 0x10;
        put(bytes, count);
        bytes[i] ^= i % 2 ? 0x01 : 0x10;
        emb_run *run = emb_run_resume(net, images, path, 1);
        if (!run) assert_memory_equal(emb_error(), path, strlen(path));
        emb_run_free(run);
    }
    emb__free(bytes);
    emb_net_free(net);
    emb_images_free(images);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_bits_from_every_step),
        cmocka_unit_test(what_does_not_belong_is_refused),
        cmocka_unit_test(a_checkpoint_is_opened_once),
        cmocka_unit_test(each_field_is_checked),
        cmocka_unit_test(damaged_checkpoints),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
