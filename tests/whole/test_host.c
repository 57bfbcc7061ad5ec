/* base/entry.c and the forks of base/threads.c: whatever a host has set in its threads, embudo
 * computes and writes the same, and leaves it set; and a child that was forked works on. */
#include <fenv.h>
#include <locale.h>
#include <omp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/folder.h"
#include "support/support.h"
#include "train/run.h"

#define NETWORK                                                                                    \
    "input = 1, 12, 12\n"                                                                          \
    "encoder = Sequential(Conv2d(1, 4, 3, stride=2, padding=1), Tanh(), Flatten(), "               \
    "Linear(144, 40), Sigmoid(), Linear(40, 3))\n"                                                 \
    "decoder = Sequential(Linear(3, 144), ReLU(), Unflatten(1, (4, 6, 6)), "                       \
    "ConvTranspose2d(4, 1, 3, stride=2, padding=1, output_padding=1), Sigmoid())"

enum { COUNT = 90, THREADS = 2, LATENT = 3, PIXELS = 144 };

/* ---- what a host may have set ---------------------------------------------------------------- */

static const int roundings[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};

/* Whether subnormal numbers are taken for zero, as -ffast-math and game engines set it. */
static void set_flush(bool flush) {
#if defined(__x86_64__)
    const unsigned bits = 0x8040, now = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(flush ? now | bits : now & ~bits);
#elif defined(__aarch64__)
    const uint64_t bit = (uint64_t)1 << 24;
    uint64_t now;
    __asm__ volatile("mrs %0, fpcr" : "=r"(now));
    now = flush ? now | bit : now & ~bit;
    __asm__ volatile("msr fpcr, %0" : : "r"(now));
#else
    (void)flush;
#endif
}

/* What of the thread is to be as it was; flags aside, which this file's own sums raise as well. */
static uint64_t thread_state(void) {
#if defined(__x86_64__)
    uint16_t stack;
    __asm__ volatile("fnstcw %0" : "=m"(stack));
    return (uint64_t)(__builtin_ia32_stmxcsr() & ~0x3fu) << 16 | stack;
#elif defined(__aarch64__)
    uint64_t control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    return control;
#else
    return (uint64_t)fegetround();
#endif
}

typedef struct host {
    int rounding;
    bool flush;
} host;

static void set_host(host h) {
    fesetround(h.rounding);
    set_flush(h.flush);
}

/* Also in the threads of OpenMP, which are the library's as well as the host's. */
static void set_hosts(host h) {
#pragma omp parallel num_threads(THREADS)
    set_host(h);
}

static void read_hosts(uint64_t states[THREADS]) {
#pragma omp parallel num_threads(THREADS)
    states[omp_get_thread_num()] = thread_state();
}

/* ---- what embudo does ------------------------------------------------------------------------ */

typedef struct work {
    test_sha sha;
    emb_net *net;
    const char *folder;
} work;

/* Made once, as this file's own sums would depend on the host's state. */
static float pixels[COUNT * PIXELS];
static emb_images *images;

static void need(bool good) {
    if (!good) fail_msg("%s", emb_error());
}

static void add_file(work *w, const char *name) {
    char path[512], bytes[4096];
    snprintf(path, sizeof path, "%s/%s", w->folder, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, file)) > 0;) test_sha_add(&w->sha, bytes, n);
    fclose(file);
    unlink(path);
}

static void train(work *w) {
    const emb_train_options options = {.seed = 3,
                                       .batch_size = 37,
                                       .threads = THREADS,
                                       .schedule = EMB_SCHEDULE_COSINE,
                                       .epochs = 2,
                                       .warmup = 3,
                                       .shuffle = true,
                                       .learning_rate = 0.0123};
    char path[512];
    emb_epoch done;
    emb_run *run = emb_run_new(w->net, images, &options);
    need(run && emb_run_epoch(run, &done) == EMB_OK);
    done.seconds = 0; /* the only thing that may differ */
    test_sha_add(&w->sha, &done.validation_loss, sizeof done.validation_loss);
    test_sha_add(&w->sha, &done.mean_loss, sizeof done.mean_loss);
    run->seconds = 0;
    snprintf(path, sizeof path, "%s/run.safetensors", w->folder);
    need(emb_run_save(run, path, NULL, 0) == EMB_OK);
    emb_run_free(run);
    run = emb_run_resume(w->net, images, path, THREADS);
    need(run && emb_run_epoch(run, &done) == EMB_OK);
    const double rate = emb_run_learning_rate(run);
    test_sha_add(&w->sha, &rate, sizeof rate);
    emb_run_free(run);
    test_sha_weights(&w->sha, w->net);
    add_file(w, "run.safetensors");
}

/* Numbers down to the smallest: what is flushed to zero shows. */
static void infer(work *w) {
    static float codes[COUNT * LATENT], out[COUNT * PIXELS];
    emb_score score;
    need(emb_net_reconstruct(w->net, pixels, COUNT, out, THREADS) == EMB_OK);
    test_sha_add(&w->sha, out, sizeof out);
    need(emb_net_encode(w->net, pixels, 1, codes, 1) == EMB_OK);
    test_sha_add(&w->sha, codes, LATENT * sizeof *codes);
    need(emb_net_encode_images(w->net, images, NULL, COUNT, codes, THREADS) == EMB_OK);
    test_sha_add(&w->sha, codes, sizeof codes);
    need(emb_net_score(w->net, images, NULL, COUNT, THREADS, &score) == EMB_OK);
    test_sha_add(&w->sha, &score.mse, sizeof score.mse);
    test_sha_add(&w->sha, &score.psnr, sizeof score.psnr);
    emb_images_float(images, 0, out);
    test_sha_add(&w->sha, out, PIXELS * sizeof *out);
    float logits[4] = {0.3f, -80, 7, 6.5f};
    emb_softmax(logits, 1, 4, logits);
    test_sha_add(&w->sha, logits, sizeof logits);
}

static void study(work *w) {
    static float codes[COUNT * LATENT];
    uint8_t labels[COUNT], predicted[COUNT];
    emb_checkup checkup;
    emb_pca *pca = emb_pca_new(images, NULL, COUNT, LATENT, THREADS);
    need(pca && emb_pca_encode(pca, images, NULL, COUNT, codes, THREADS) == EMB_OK);
    test_sha_add(&w->sha, codes, sizeof codes);
    emb_pca_free(pca);
    for (size_t i = 0; i < COUNT; i++) labels[i] = (uint8_t)(i % 5);
    need(emb_knn_classify(codes, labels, COUNT - 10, LATENT, 3, codes, COUNT, predicted, THREADS) ==
         EMB_OK);
    test_sha_add(&w->sha, predicted, sizeof predicted);
    need(emb_net_examine(w->net, images, NULL, COUNT, images, NULL, COUNT, NULL, &checkup) ==
         EMB_OK);
    test_sha_add(&w->sha, &checkup.pca_mse, sizeof checkup.pca_mse);
    test_sha_add(&w->sha, &checkup.freedom, sizeof checkup.freedom);
}

static void write_and_read(work *w) {
    static const float values[] = {0.5f, -1.25f, 3e-9f, 1e-39f, 0.1f, 7};
    const emb_codes table = {.count = 2, .latent = 3, .values = values};
    size_t length;
    char path[512];
    emb_array back;
    char *text = emb_codes_text(&table, &length);
    need(text != NULL);
    test_sha_add(&w->sha, text, length);
    need(emb_codes_parse(text, length, "codes", 3, &back) == EMB_OK);
    assert_memory_equal(back.values, values, sizeof values);
    emb_array_free(&back);
    free(text);
    const emb_c_options options = {.name = "model"};
    need(emb_net_export_c(w->net, w->folder, &options, NULL) == EMB_OK);
    add_file(w, "model.c");
    emb_int8 *int8 = emb_int8_new(w->net, images, NULL, COUNT);
    const emb_c_options whole = {.name = "whole", .int8 = int8, .sample = pixels};
    need(int8 && emb_net_export_c(w->net, w->folder, &whole, NULL) == EMB_OK);
    emb_int8_free(int8);
    add_file(w, "whole.c");
    snprintf(path, sizeof path, "%s/model.onnx", w->folder);
    const emb_status status = emb_net_export_onnx(w->net, path, NULL);
    if (status == EMB_OK) add_file(w, "model.onnx");
    if (status != EMB_OK) assert_int_equal(status, EMB_ERR_MISSING);
    /* An error's text holds numbers, too. */
    const emb_train_options wrong = {.val_split = 1.5};
    assert_null(emb_run_new(w->net, images, &wrong));
    test_sha_add(&w->sha, emb_error(), strlen(emb_error()));
}

static void draw(work *w) {
    static const double x[] = {1, 2, 3, 4}, y[] = {0.07, 0.0423, 0.0412, 0.5};
    const emb_series series = {.label = "loss", .count = 4, .x = x, .y = y};
    const emb_chart chart = {
        .title = "t", .x = {.title = "x"}, .series = &series, .series_count = 1};
    static const emb_format formats[] = {EMB_SVG, EMB_PNG, EMB_PDF};
    for (size_t i = 0; i < TEST_COUNT(formats); i++) {
        size_t count;
        emb_picture *picture = emb_chart_draw(&chart, formats[i]);
        if (!picture) continue; /* without cairo */
        const uint8_t *bytes = emb_picture_bytes(picture, &count);
        test_sha_add(&w->sha, bytes, count);
        if (formats[i] == EMB_SVG) assert_null(strstr((const char *)bytes, "0,0"));
        emb_picture_free(picture);
    }
}

/* The sum of all that embudo makes. */
static void do_all(const char *folder, char sum[TEST_SHA_TEXT]) {
    work w = {.folder = folder, .net = emb_net_parse(NETWORK, "host", NULL)};
    need(w.net != NULL);
    test_sha_begin(&w.sha);
    train(&w);
    infer(&w);
    study(&w);
    write_and_read(&w);
    draw(&w);
    test_sha_end(&w.sha, sum);
    emb_net_free(w.net);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static char expected[TEST_SHA_TEXT];

static int set_up(void **state) {
    if (test_folder_make(state) != 0) return -1;
    images = test_images(COUNT, 1, 12, 12, 9);
    test_noise(pixels, COUNT * PIXELS, 5);
    for (size_t i = 0; i < COUNT * PIXELS; i++) pixels[i] *= i % 3 ? 0.7f : 1e-39f;
    do_all(test_folder, expected);
    return 0;
}

static int tear_down(void **state) {
    emb_images_free(images);
    return test_folder_remove(state);
}

static void numbers_are_computed_as_defined(void **state) {
    (void)state;
    for (size_t i = 0; i < 2 * TEST_COUNT(roundings); i++) {
        const host h = {roundings[i / 2], i % 2 == 1};
        char sum[TEST_SHA_TEXT];
        uint64_t before[THREADS], after[THREADS];
        set_hosts(h);
        read_hosts(before);
        do_all(test_folder, sum);
        read_hosts(after);
        set_hosts((host){FE_TONEAREST, false});
        assert_string_equal(sum, expected);
        assert_memory_equal(after, before, sizeof before);
    }
}

#if defined(__GLIBC__) && defined(__USE_GNU)
static void traps_are_not_met(void **state) {
    (void)state;
    char sum[TEST_SHA_TEXT];
    feclearexcept(FE_ALL_EXCEPT);
    feenableexcept(FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW);
    do_all(test_folder, sum);
    const int trapping = fegetexcept();
    fedisableexcept(FE_ALL_EXCEPT);
    assert_string_equal(sum, expected);
    assert_int_equal(trapping & FE_DIVBYZERO, FE_DIVBYZERO);
}
#else
static void traps_are_not_met(void **state) {
    (void)state;
    skip();
}
#endif

/* A locale that writes 0,5: the system's, or one made for this; false where there is none. */
static bool set_comma(void) {
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8",
                                        "es_ES.UTF-8", "de_DE",      "made"};
    char command[256];
    snprintf(command, sizeof command,
             "localedef -i de_DE -f UTF-8 '%s/made' >/dev/null 2>&1 || rm -rf '%s/made'",
             test_folder, test_folder);
    for (size_t i = 0; i < TEST_COUNT(names); i++) {
        if (i + 1 == TEST_COUNT(names)) {
            setenv("LOCPATH", test_folder, 1);
            if (system(command) != 0) return false;
        }
        if (setlocale(LC_ALL, names[i]) && *localeconv()->decimal_point == ',') return true;
    }
    return false;
}

static void texts_are_written_as_in_c(void **state) {
    (void)state;
    char sum[TEST_SHA_TEXT], half[16];
    if (!set_comma()) {
        setlocale(LC_ALL, "C");
        skip();
    }
    do_all(test_folder, sum);
    snprintf(half, sizeof half, "%.1f", 0.5);
    setlocale(LC_ALL, "C");
    assert_string_equal(sum, expected);
    assert_string_equal(half, "0,5"); /* the host's is the host's again */
}

/* In a child: the same sum within the time that an alarm gives. */
static void check_child(void) {
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char sum[TEST_SHA_TEXT] = "", own[64];
        alarm(60);
        snprintf(own, sizeof own, "%s/%ld", test_folder, (long)getpid());
        int code = mkdir(own, 0700) == 0 ? 0 : 2;
        if (code == 0) do_all(own, sum);
        if (code == 0 && strcmp(sum, expected) != 0) code = 1;
        _exit(code);
    }
    int ended;
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_int_equal(ended, 0);
}

static void a_forked_child_works_on(void **state) {
    (void)state;
    char sum[TEST_SHA_TEXT];
    check_child();
    do_all(test_folder, sum); /* and so does the parent */
    assert_string_equal(sum, expected);
    /* A child of a thread that is in a team of the host's own, whose pool cannot be given up. */
#pragma omp parallel num_threads(THREADS)
    {
#pragma omp master
        check_child();
    }
    check_child();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_computed_as_defined),
        cmocka_unit_test(traps_are_not_met),
        cmocka_unit_test(texts_are_written_as_in_c),
        cmocka_unit_test(a_forked_child_works_on),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
