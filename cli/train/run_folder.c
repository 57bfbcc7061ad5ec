/* A run's folder on disk. See run_folder.h. */
#include "train/run_folder.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "core/run_lock.h"
#include "core/system_error.h"
#include "data/history.h"
#include "data/known_data.h"
#include "data/measures.h"

#define COLUMNS_OF_DATA ",data,training_images,validation_images"

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

static bool refuse(const char *path, int error) {
    cli_fail("%s: cannot make the folder: %s", path, cli_system_error(error));
    return false;
}

/* The one after the highest, so that runs sort by age; mkdir decides where two start at once. */
static bool make_next(cli_run_folder *folder) {
    if (!cli_folder_make_above("runs/")) return false;
    for (long number = highest_run() + 1;; number++) {
        folder->path = cli_format("runs/%03ld", number);
        if (mkdir(folder->path, 0777) == 0) return folder->made = true;
        if (errno != EEXIST) return refuse(folder->path, errno);
        free(folder->path);
    }
}

static bool make_wanted(cli_run_folder *folder, const char *wanted) {
    size_t length = strlen(wanted);
    while (length > 1 && wanted[length - 1] == '/') length--;
    folder->path = cli_format("%.*s", (int)length, wanted);
    if (!cli_folder_make_above(folder->path)) return false;
    folder->made = mkdir(folder->path, 0777) == 0;
    if (folder->made) return true;
    if (errno != EEXIST) return refuse(folder->path, errno);
    if (cli_is_folder(folder->path)) return true;
    struct stat seen;
    const int error = stat(folder->path, &seen) == 0 ? 0 : errno;
    if (error == ENOENT) {
        cli_fail("%s: is a link to what does not exist; -o takes a folder", folder->path);
    } else if (error) {
        return refuse(folder->path, error);
    } else {
        cli_fail("%s is a file; -o takes a folder", folder->path);
    }
    return false;
}

static bool has_model(const cli_run_folder *folder) {
    const bool taken = cli_folder_has(folder->path, "model.safetensors");
    if (taken) {
        cli_fail("%s/model.safetensors exists already; choose another folder with -o",
                 folder->path);
    }
    return taken;
}

/* The folder from here on is the one that is open. */
static bool take(cli_run_folder *folder) {
    folder->locked = cli_folder_hold(folder->path) && cli_run_lock(folder->path, &folder->lock);
    return folder->locked;
}

bool cli_run_folder_make(cli_run_folder *folder, const char *wanted) {
    *folder = (cli_run_folder){0};
    if (!(wanted ? make_wanted(folder, wanted) : make_next(folder))) return false;
    /* The lock first: a run that is being written is refused with the writer's name, whether or not
     * it has a model. */
    return take(folder) && (folder->made || !has_model(folder));
}

bool cli_run_folder_reopen(cli_run_folder *folder, const char *path) {
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') length--;
    *folder = (cli_run_folder){.path = cli_format("%.*s", (int)length, path)};
    return take(folder);
}

bool cli_run_folder_history_from(cli_run_folder *folder, size_t length) {
    char *path = cli_run_folder_file(folder, "history.csv"), *bytes = NULL;
    size_t count = 0;
    const bool none = length == 0 && !cli_is_there(path);
    bool good = none || emb_file_read(path, CLI_MOST_HISTORY, &bytes, &count) == EMB_OK;
    folder->history_beyond = count > length;
    if (!good) {
        cli_fail("%s", emb_error());
    } else if (count < length) {
        good = false;
        cli_fail("%s: is shorter than when the checkpoint was written", path);
    } else {
        cli_text_bytes(&folder->history, bytes, length);
    }
    free(bytes);
    free(path);
    return good;
}

bool cli_run_folder_history_back(const cli_run_folder *folder) {
    const cli_text *text = &folder->history;
    char *path = cli_run_folder_file(folder, "history.csv");
    const emb_status status =
        text->length > 0 ? emb_file_write(path, text->bytes, text->length) : emb_file_remove(path);
    if (status != EMB_OK) cli_fail("%s", emb_error());
    free(path);
    return status == EMB_OK;
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
    free(folder->data);
    free(folder->path);
    *folder = (cli_run_folder){0};
}

char *cli_run_folder_file(const cli_run_folder *folder, const char *name) {
    return cli_format("%s/%s", folder->path, name);
}

void cli_run_folder_data(cli_run_folder *folder, const char *dataset, size_t training,
                         size_t validation) {
    /* As in the record: the same whether the run is new or resumed. */
    char *name = cli_known_data_name(dataset);
    cli_text text = {0};
    cli_text_add(&text, ",");
    cli_text_for(&text, EMB_CSV, name);
    cli_text_add(&text, ",%zu,%zu", training, validation);
    free(name);
    free(folder->data);
    folder->data = text.bytes;
}

/* A history from before these columns continues without them. */
static bool names_data(const cli_text *history) {
    const char *columns = strstr(history->bytes, COLUMNS_OF_DATA);
    const char *end = strchr(history->bytes, '\n');
    return columns && end && columns < end;
}

bool cli_run_folder_history(cli_run_folder *folder, int epoch, const emb_epoch *done) {
    cli_text *text = &folder->history;
    double speed = done->seconds > 0 ? (double)done->images / done->seconds : 0;
    const bool classifies = !isnan(done->accuracy);
    if (text->length == 0) {
        cli_text_add(text, "epoch,loss,validation_loss,seconds,images_per_second,train_loss%s",
                     classifies ? ",accuracy,validation_accuracy" : "");
        cli_measures_columns(text, done->measures, done->measure_count);
        cli_text_add(text, "%s\n", COLUMNS_OF_DATA);
    }
    cli_text_add(text, "%d,%.9g,", epoch, (double)done->loss);
    if (!isnan(done->validation_loss)) cli_text_add(text, "%.9g", done->validation_loss);
    cli_text_add(text, ",%.6f,%.1f,%.9g", done->seconds, speed, done->mean_loss);
    if (classifies) cli_text_add(text, ",%.9g,", done->accuracy);
    if (!isnan(done->validation_accuracy)) cli_text_add(text, "%.9g", done->validation_accuracy);
    cli_measures_cells(text, done->measures, done->measure_count);
    cli_text_add(text, "%s\n", names_data(text) ? folder->data : "");
    char *path = cli_run_folder_file(folder, "history.csv");
    bool written = emb_file_write(path, text->bytes, text->length) == EMB_OK;
    if (!written) cli_fail("%s", emb_error());
    free(path);
    return written;
}

/* "epoch-01.png", so that the names sort. */
static void name_preview(char name[48], int epoch, int epochs) {
    const int digits = snprintf(NULL, 0, "%d", epochs);
    snprintf(name, 48, "epoch-%0*d.png", digits < 2 ? 2 : digits, epoch);
}

/* The epoch of a picture's name; 0 for other names. */
static int preview_epoch(const char *name) {
    int epoch = 0, read = 0;
    if (strncmp(name, "epoch-", 6) != 0 || strspn(name + 6, "0123456789") > 7) return 0;
    if (sscanf(name, "epoch-%d.png%n", &epoch, &read) != 1 || read == 0 || name[read]) return 0;
    return epoch;
}

void cli_run_folder_renumber(const cli_run_folder *folder, int epochs) {
    DIR *dir = cli_folder_list(folder->path, ".");
    if (!dir) return;
    for (const struct dirent *entry; (entry = readdir(dir));) {
        const int epoch = preview_epoch(entry->d_name);
        char name[48];
        if (epoch < 1) continue;
        name_preview(name, epoch, epochs);
        if (strcmp(name, entry->d_name) == 0 || cli_folder_has(folder->path, name)) continue;
        if (renameat(dirfd(dir), entry->d_name, dirfd(dir), name) != 0) break;
    }
    closedir(dir);
}

bool cli_run_folder_preview(cli_run_folder *folder, int epoch, int epochs, const float *pixels,
                            const int shape[3], const char *const titles[2]) {
    if (folder->no_pictures) return true;
    char name[48];
    name_preview(name, epoch, epochs);
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
