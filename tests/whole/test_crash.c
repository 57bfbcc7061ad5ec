/* A save that ends in the middle: the process killed in each of its calls, and a machine that
 * loses power after each of them. A checkpoint can be opened afterwards, the old one or the new
 * one, and once the save said that it is done, the new one.
 *
 * What a disk may hold after a power cut: of a file, what was synced; of what was written since,
 * any part, or zeros in its place, or nothing; of a folder, each name as it was at its last sync or
 * as it was made since, each name for itself. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/system.h"
#include "embudo.h"
#include "support/folder.h"
#include "support/support.h"

static const char net_text[] =
    "input = 1, 4, 4\nencoder = Sequential(Flatten(), Linear(16, 20), Tanh(), Linear(20, 2))\n"
    "decoder = Sequential(Linear(2, 16), Sigmoid(), Unflatten(1, (1, 4, 4)))\n";

static emb_images *images;

static int make_folder(void **state) {
    images = test_images(40, 1, 4, 4, 3);
    return test_folder_enter(state);
}

static int remove_folder(void **state) {
    emb_images_free(images);
    return test_folder_remove(state);
}

static void steps(emb_run *run, int count) {
    for (int i = 0; i < count; i++) {
        float loss;
        emb_epoch done;
        assert_int_equal(emb_run_step(run, &loss), EMB_OK);
        if (emb_run_epoch_done(run)) assert_int_equal(emb_run_finish_epoch(run, &done), EMB_OK);
    }
}

enum { OLD = 3, NEW = 5, END = 9 };

/* A run after OLD steps, which are saved at `path`, and those up to NEW. */
static emb_run *begin(emb_net **net, const char *path) {
    static const emb_train_options options = {.batch_size = 9, .shuffle = true, .threads = 1};
    *net = emb_net_parse(net_text, "net", NULL);
    emb_run *run = emb_run_new(*net, images, &options);
    steps(run, OLD);
    assert_int_equal(emb_run_save(run, path, NULL, 0), EMB_OK);
    steps(run, NEW - OLD);
    return run;
}

/* The steps of the checkpoint at `path`, 0 if no run resumes from it. Its run is trained to
 * the end, where the weights must be `wanted`, or are put there while it is empty. */
static size_t steps_of(const char *path, char wanted[TEST_SHA_TEXT]) {
    char got[TEST_SHA_TEXT];
    test_sha sha = {0};
    test_sha_begin(&sha);
    emb_net *net = emb_net_open(path, NULL);
    emb_run *run = net ? emb_run_resume(net, images, path, 1) : NULL;
    const size_t taken = run ? emb_run_steps(run) : 0;
    if (run) {
        steps(run, END - (int)taken);
        test_sha_weights(&sha, net);
        test_sha_end(&sha, got);
        if (!*wanted) memcpy(wanted, got, sizeof got);
        assert_string_equal(got, wanted);
    }
    emb_run_free(run);
    emb_net_free(net);
    return taken;
}

/* ---- recording ------------------------------------------------------------------------------- */

enum { MOST_CALLS = 200, PIECE = 700 };

typedef enum call_kind { CREATE, WRITE, SYNC, SYNC_FOLDER, RENAME, UNLINK, OTHER } call_kind;

typedef struct call {
    call_kind kind;
    int file; /* of CREATE, WRITE, SYNC: which of those that were created */
    char from[128], to[128];
    size_t count;
    uint8_t bytes[PIECE];
} call;

static emb__system real;
static call calls[MOST_CALLS];
static int call_count, file_count, open_files[1024], dies_at;

/* The next row; the process ends here where it is told to. */
static call *note(call_kind kind) {
    assert_true(call_count < MOST_CALLS);
    if (++call_count == dies_at) raise(SIGKILL);
    calls[call_count - 1].kind = kind;
    return &calls[call_count - 1];
}

static int r_openat(int at, const char *path, int flags, mode_t mode) {
    call *c = note(flags & O_CREAT ? CREATE : OTHER);
    const int fd = real.openat(at, path, flags, mode);
    snprintf(c->to, sizeof c->to, "%s", path);
    if (fd >= 0) open_files[fd] = flags & O_CREAT ? file_count : -1;
    if (flags & O_CREAT) c->file = file_count++;
    return fd;
}

/* Short counts, so that there is a middle. */
static ssize_t r_write(int fd, const void *bytes, size_t count) {
    call *c = note(WRITE);
    c->count = count < PIECE ? count : PIECE;
    c->file = open_files[fd];
    memcpy(c->bytes, bytes, c->count);
    return real.write(fd, bytes, c->count);
}

static int r_fsync(int fd) {
    call *c = note(open_files[fd] < 0 ? SYNC_FOLDER : SYNC);
    c->file = open_files[fd];
    return 0;
}

static int r_close(int fd) {
    note(OTHER);
    return real.close(fd);
}

static int r_renameat(int old_folder, const char *from, int at, const char *to) {
    call *c = note(RENAME);
    snprintf(c->from, sizeof c->from, "%s", from);
    snprintf(c->to, sizeof c->to, "%s", to);
    return real.renameat(old_folder, from, at, to);
}

static int r_unlinkat(int at, const char *path, int flags) {
    call *c = note(UNLINK);
    snprintf(c->to, sizeof c->to, "%s", path);
    return real.unlinkat(at, path, flags);
}

/* Saves over or beside old.safetensors as embudo train does, and removes the old one. */
static emb_status save(emb_run *run, bool beside, int dies) {
    real = emb__sys;
    call_count = file_count = 0;
    dies_at = dies;
    emb__sys.openat = r_openat;
    emb__sys.write = r_write;
    emb__sys.fsync = r_fsync;
    emb__sys.close = r_close;
    emb__sys.renameat = r_renameat;
    emb__sys.unlinkat = r_unlinkat;
    emb_status status = emb_run_save(run, beside ? "new.safetensors" : "old.safetensors", NULL, 0);
    if (beside && status == EMB_OK) emb__sys.unlinkat(AT_FDCWD, "old.safetensors", 0);
    emb__sys = real;
    return status;
}

/* ---- killed in a call ------------------------------------------------------------------------ */

static void killed_in_each_call(void **state) {
    (void)state;
    for (int beside = 0; beside < 2; beside++) {
        char wanted[TEST_SHA_TEXT] = "";
        int survived = 0, met[2] = {0};
        for (int dies = 1; !survived; dies++) {
            emb_net *net;
            int result;
            unlink("new.safetensors");
            emb_run *run = begin(&net, "old.safetensors");
            const pid_t child = fork();
            if (child == 0) _exit(save(run, beside, dies) == EMB_OK ? 0 : 1);
            assert_int_equal(waitpid(child, &result, 0), child);
            survived = WIFEXITED(result);
            assert_true(survived ? WEXITSTATUS(result) == 0 : WTERMSIG(result) == SIGKILL);
            emb_run_free(run);
            emb_net_free(net);
            const size_t new = beside ? steps_of("new.safetensors", wanted) : 0;
            const size_t old = steps_of("old.safetensors", wanted);
            if (old != OLD && old != NEW && new != NEW) fail_msg("nothing left at call %d", dies);
            met[old == NEW || new == NEW] = 1;
            assert_int_equal(system("rm -f *.tmp.*"), 0);
        }
        assert_true(met[0] && met[1]);
    }
}

/* ---- a power cut ----------------------------------------------------------------------------- */

enum { MOST_FILES = 4, MOST_NAMES = 4, MOST_STATES = 6, NO_FILE = -1, OLD_FILE = MOST_FILES };

/* What becomes of bytes that were written and not synced. */
typedef enum unsynced { KEPT, DROPPED, ZEROED, LAST_PIECE, FIRST_PIECE, UNSYNCED } unsynced;

/* A name and what it may stand for after the cut. */
typedef struct name {
    char path[128];
    int states[MOST_STATES], count;
} name;

static name names[MOST_NAMES];
static int name_count;

static name *name_of(const char *path) {
    int i = 0;
    while (i < name_count && strcmp(names[i].path, path) != 0) i++;
    assert_true(i < MOST_NAMES);
    if (i == name_count) {
        names[name_count++] = (name){.states = {NO_FILE}, .count = 1};
        snprintf(names[i].path, sizeof names[i].path, "%s", path);
    }
    return &names[i];
}

static void add_state(name *n, int file) {
    assert_true(n->count < MOST_STATES);
    n->states[n->count++] = file;
}

/* The names after so many calls. */
static void replay_names(int done) {
    name_count = 0;
    name_of("old.safetensors")->states[0] = OLD_FILE;
    for (int i = 0; i < done; i++) {
        const call *c = &calls[i];
        if (c->kind == CREATE) add_state(name_of(c->to), c->file);
        if (c->kind == UNLINK) add_state(name_of(c->to), NO_FILE);
        if (c->kind == RENAME) {
            name *from = name_of(c->from), *to = name_of(c->to);
            add_state(to, from->states[from->count - 1]);
            add_state(from, NO_FILE);
        }
        for (int n = 0; c->kind == SYNC_FOLDER && n < name_count; n++) {
            names[n].states[0] = names[n].states[names[n].count - 1];
            names[n].count = 1;
        }
    }
}

/* Writes what is left of a created file. */
static void put_file(const char *path, int file, int done, unsynced fate, bool trust_sync) {
    FILE *out = fopen(path, "wb");
    int synced = 0, last = 0, first = -1;
    assert_non_null(out);
    for (int i = 0; i < done; i++) {
        if (calls[i].file != file) continue;
        if (calls[i].kind == SYNC && trust_sync) synced = i;
        if (calls[i].kind == WRITE) last = i;
    }
    for (int i = 0; i < done; i++) {
        static const uint8_t zeros[PIECE];
        const call *c = &calls[i];
        if (c->kind != WRITE || c->file != file) continue;
        if (i > synced && first < 0) first = i;
        const bool kept = i < synced || fate == KEPT || (fate == LAST_PIECE && i == last) ||
                          (fate == FIRST_PIECE && i == first);
        if (!kept && (fate == DROPPED || fate == FIRST_PIECE)) continue;
        fwrite(kept ? c->bytes : zeros, 1, c->count, out);
    }
    assert_int_equal(fclose(out), 0);
}

/* One way in which the disk may be left. Whether a checkpoint is there; *newer: the new one. */
static bool look(const int *choice, int done, unsynced fate, bool trust_sync, bool *newer) {
    static char wanted[TEST_SHA_TEXT];
    bool any = false;
    *newer = false;
    assert_int_equal(system("rm -rf after && mkdir after"), 0);
    for (int n = 0; n < name_count; n++) {
        char path[640];
        const int file = names[n].states[choice[n]];
        snprintf(path, sizeof path, "after/%.127s", names[n].path);
        if (file == NO_FILE || strstr(path, ".tmp.")) continue;
        if (file == OLD_FILE) {
            assert_int_equal(link("kept", path), 0);
        } else {
            put_file(path, file, done, fate, trust_sync);
        }
        const size_t steps = steps_of(path, wanted);
        any = any || steps > 0;
        *newer = *newer || steps == NEW;
    }
    return any;
}

/* All ways in which the disk may be left after each call. Returns those without a checkpoint. */
static int lost(bool trust_sync, int *ways) {
    int bad = 0;
    *ways = 0;
    for (int done = 0; done <= call_count; done++) {
        replay_names(done);
        int choice[MOST_NAMES] = {0}, at = 0;
        while (at < name_count) {
            for (int fate = 0; fate < UNSYNCED; fate++) {
                bool newer;
                ++*ways;
                bad += !look(choice, done, (unsynced)fate, trust_sync, &newer);
                if (done == call_count && trust_sync) assert_true(newer);
            }
            for (at = 0; at < name_count && ++choice[at] == names[at].count; at++) choice[at] = 0;
        }
    }
    return bad;
}

static void power_cut_after_each_call(void **state) {
    (void)state;
    for (int beside = 0; beside < 2; beside++) {
        emb_net *net;
        int ways;
        unlink("new.safetensors");
        emb_run *run = begin(&net, "old.safetensors");
        unlink("kept");
        assert_int_equal(link("old.safetensors", "kept"), 0);
        assert_int_equal(save(run, beside, 0), EMB_OK);
        emb_run_free(run);
        emb_net_free(net);
        assert_int_equal(lost(true, &ways), 0);
        print_message("%d calls, %d ways to be cut off\n", call_count, ways);
        assert_true(ways > 5 * call_count);
        /* The test's own test: a disk that only says that it synced does lose them. */
        assert_true(lost(false, &ways) > 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_in_each_call),
        cmocka_unit_test(power_cut_after_each_call),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
