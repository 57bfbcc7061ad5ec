/* See several_sets.h. */
#include "data/several_sets.h"

#include "base/memory.h"
#include "codec/file.h"
#include "data/idx.h"

static const char images[] = "train-images-idx3-ubyte";

/* What lies in a root: a folder that can be named in its place, where its files are in it, and one
 * of them (NULL: the folder tells enough). */
static const struct {
    const char *folder, *files, *name;
} sets[] = {
    {"MNIST", "MNIST/raw", images},
    {"FashionMNIST", "FashionMNIST/raw", images},
    {"KMNIST", "KMNIST/raw", images},
    {"EMNIST", "EMNIST/raw", NULL},
    {"cifar-10-batches-bin", "cifar-10-batches-bin", NULL},
    {"cifar-100-binary", "cifar-100-binary", NULL},
};
enum { SETS = sizeof sets / sizeof *sets };

static emb_status has(const char *folder, const char *name, bool *found) {
    char *path = NULL;
    *found = emb__path_look(folder) == EMB__PATH_FOLDER;
    if (!*found || !name) return EMB_OK;
    const emb_status status = emb__idx_find(folder, name, &path);
    *found = path;
    emb__free(path);
    return status;
}

emb_status emb__several_sets_refuse(const char *folder) {
    emb__text names = {0};
    const char *last = NULL;
    int count = 0;
    bool found;
    emb_status status = has(folder, images, &found);
    if (status != EMB_OK || found) return status;
    for (int i = 0; i < SETS && status == EMB_OK; i++) {
        char *place = emb__path_join(folder, sets[i].files);
        status = place ? has(place, sets[i].name, &found) : EMB_ERR_MEMORY;
        emb__free(place);
        if (status != EMB_OK || !found) continue;
        emb__text_add(&names, "%s%s", count++ ? ", " : "", sets[i].folder);
        last = sets[i].folder;
    }
    if (status == EMB_OK && names.failed) status = EMB_ERR_MEMORY;
    if (status == EMB_OK && count > 1) {
        status = emb__fail(EMB_ERR_ARGUMENT, "%s: has %s; name one of them: %s/%s", folder,
                           names.bytes, folder, last);
    }
    emb__free(names.bytes);
    return status;
}
