/* A run's folder on disk. See run_folder.h. */
#include "run_folder.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "message.h"
#include "network.h"
#include "run_lock.h"

static bool refuse(const char *path) {
    cli_fail("%s: cannot make the folder: %s", path, strerror(errno));
    return false;
}

/* The folders above `path`; those that exist are fine. */
static bool make_parents(const char *path) {
    char *above = cli_format("%s", path);
    bool good = true;
    for (char *slash = above + 1; good && *slash; slash++) {
        if (*slash != '/') continue;
        *slash = '\0';
        good = mkdir(above, 0777) == 0 || errno == EEXIST || cli_is_folder(above);
        if (!good) refuse(above);
        *slash = '/';
    }
    free(above);
    return good;
}

bool cli_folder_make(const char *path) {
    if (!make_parents(path)) return false;
    if (mkdir(path, 0777) == 0 || cli_is_folder(path)) return true;
    return refuse(path);
}

static long highest_run(void) {
    DIR *runs = opendir("runs");
    long highest = 0;
    struct dirent *entry;
    while (runs && (entry = readdir(runs))) {
        const char *name = entry->d_name;
        size_t length = strlen(name);
        if (length > 9 || strspn(name, "0123456789") != length) continue;
        long number = strtol(name, NULL, 10);
        if (number > highest) highest = number;
    }
    if (runs) closedir(runs);
    return highest;
}

/* The one after the highest, so that runs sort by age; mkdir decides where two start at once. */
static bool make_next(cli_run_folder *folder) {
    if (!make_parents("runs/")) return false;
    for (long number = highest_run() + 1;; number++) {
        folder->path = cli_format("runs/%03ld", number);
        if (mkdir(folder->path, 0777) == 0) return folder->made = true;
        if (errno != EEXIST) return refuse(folder->path);
        free(folder->path);
    }
}

static bool make_wanted(cli_run_folder *folder, const char *wanted) {
    size_t length = strlen(wanted);
    while (length > 1 && wanted[length - 1] == '/') length--;
    folder->path = cli_format("%.*s", (int)length, wanted);
    if (!make_parents(folder->path)) return false;
    folder->made = mkdir(folder->path, 0777) == 0;
    if (folder->made) return true;
    if (errno != EEXIST) return refuse(folder->path);
    if (!cli_is_folder(folder->path)) {
        cli_fail("%s is a file; -o takes a folder", folder->path);
        return false;
    }
    return true;
}

static bool has_model(const cli_run_folder *folder) {
    char *model = cli_run_folder_file(folder, "model.safetensors");
    const bool taken = access(model, F_OK) == 0;
    if (taken) cli_fail("%s exists already; choose another folder with -o", model);
    free(model);
    return taken;
}

bool cli_run_folder_make(cli_run_folder *folder, const char *wanted) {
    *folder = (cli_run_folder){0};
    if (!(wanted ? make_wanted(folder, wanted) : make_next(folder))) return false;
    /* The lock first: a run that is being written says by whom, whether or not it has a model. */
    folder->locked = cli_run_lock(folder->path, &folder->lock);
    return folder->locked && (folder->made || !has_model(folder));
}

bool cli_run_folder_reopen(cli_run_folder *folder, const char *path) {
    *folder = (cli_run_folder){.path = cli_format("%s", path)};
    folder->locked = cli_run_lock(folder->path, &folder->lock);
    return folder->locked;
}

bool cli_run_folder_history_from(cli_run_folder *folder, size_t length) {
    char *path = cli_run_folder_file(folder, "history.csv");
    FILE *file = length > 0 ? fopen(path, "rb") : NULL;
    char *bytes = file ? cli_alloc(length) : NULL;
    const bool good = length == 0 || (file && fread(bytes, 1, length, file) == length);
    if (good) cli_text_bytes(&folder->history, bytes, length);
    if (!good) cli_fail("%s: is missing or shorter than the checkpoint knows it", path);
    if (file) fclose(file);
    free(bytes);
    free(path);
    return good;
}

bool cli_run_folder_history_back(const cli_run_folder *folder) {
    const cli_text *text = &folder->history;
    char *path = cli_run_folder_file(folder, "history.csv");
    bool good;
    if (text->length > 0) {
        good = emb_file_write(path, text->bytes, text->length) == EMB_OK;
        if (!good) cli_fail("%s", emb_error());
    } else {
        good = unlink(path) == 0 || errno == ENOENT;
        if (!good) cli_fail("%s: cannot remove: %s", path, strerror(errno));
    }
    free(path);
    return good;
}

static void unlock(cli_run_folder *folder) {
    if (folder->locked) cli_run_unlock(folder->path, &folder->lock);
    folder->locked = false;
}

void cli_run_folder_abandon(cli_run_folder *folder) {
    unlock(folder);
    if (folder->made) rmdir(folder->path);
}

void cli_run_folder_free(cli_run_folder *folder) {
    unlock(folder);
    cli_text_free(&folder->history);
    free(folder->path);
    *folder = (cli_run_folder){0};
}

char *cli_run_folder_file(const cli_run_folder *folder, const char *name) {
    return cli_format("%s/%s", folder->path, name);
}

bool cli_run_folder_history(cli_run_folder *folder, int epoch, const emb_epoch *done) {
    cli_text *text = &folder->history;
    double speed = done->seconds > 0 ? (double)done->images / done->seconds : 0;
    const bool classifies = !isnan(done->accuracy);
    if (text->length == 0) {
        cli_text_add(text, "epoch,loss,validation_loss,seconds,images_per_second,train_loss%s\n",
                     classifies ? ",accuracy,validation_accuracy" : "");
    }
    cli_text_add(text, "%d,%.9g,", epoch, (double)done->loss);
    if (!isnan(done->validation_loss)) cli_text_add(text, "%.9g", done->validation_loss);
    cli_text_add(text, ",%.6f,%.1f,%.9g", done->seconds, speed, done->mean_loss);
    if (classifies) cli_text_add(text, ",%.9g,", done->accuracy);
    if (!isnan(done->validation_accuracy)) cli_text_add(text, "%.9g", done->validation_accuracy);
    cli_text_add(text, "\n");
    char *path = cli_run_folder_file(folder, "history.csv");
    bool written = emb_file_write(path, text->bytes, text->length) == EMB_OK;
    if (!written) cli_fail("%s", emb_error());
    free(path);
    return written;
}

bool cli_run_folder_picture(cli_run_folder *folder, int epoch, int epochs, const float *pixels,
                            const int shape[3], const char *const titles[2]) {
    if (folder->no_pictures) return true;
    char name[48];
    int digits = snprintf(NULL, 0, "%d", epochs);
    snprintf(name, sizeof name, "epoch-%0*d.png", digits < 2 ? 2 : digits, epoch);
    char *path = cli_run_folder_file(folder, name);
    emb_figure figure = {.rows = 1, .columns = 2, .pixels = pixels, .column_titles = titles};
    memcpy(figure.shape, shape, sizeof figure.shape);
    emb_status status = emb_figure_write(&figure, path);
    free(path);
    if (status == EMB_OK) return true;
    folder->no_pictures = status == EMB_ERR_MISSING;
    if (folder->no_pictures) {
        cli_note("no %s: %s", name, emb_error());
    } else {
        cli_fail("%s", emb_error());
    }
    return folder->no_pictures;
}
