/* See py_hints.h. */
#include "net/python/py_hints.h"

#include <stdio.h>
#include <string.h>

emb_status emb__py_construction_add(emb__py *py, emb__py_class *class, const emb__py_row *arguments,
                                    const emb__py_map *keywords, int line) {
    if (py->made_count == py->made_capacity) {
        const int grown = py->made_capacity ? 2 * py->made_capacity : 16;
        emb__py_construction *made = emb__py_alloc(&py->arena, (size_t)grown * sizeof *made);
        if (!made) return emb__last_status();
        if (py->made_count > 0) memcpy(made, py->made, (size_t)py->made_count * sizeof *made);
        py->made = made;
        py->made_capacity = grown;
    }
    /* The class may change what it is given, and itself: this is how it was. */
    const emb__py_row *row = emb__py_row_copy(py, arguments, EMB__PY_COPIED);
    const emb__py_map *map = emb__py_map_copy(py, keywords, EMB__PY_COPIED);
    const emb__py_map *names = emb__py_map_copy(py, &class->names, EMB__PY_COPIED);
    if (!row || !map || !names) return emb__last_status();
    py->made[py->made_count++] = (emb__py_construction){
        .class = class, .arguments = row, .keywords = map, .line = line, .names = names};
    return EMB_OK;
}

/* ---- names ----------------------------------------------------------------------------------- */

/* Whether `name` is one of `words` (with a space after each), letters of either case. */
static bool is_one_of(const char *name, const char *words) {
    const size_t length = strlen(name);
    for (; *words; words += strcspn(words, " ") + 1) {
        size_t same = 0;
        while (same < length && (name[same] | 0x20) == (words[same] | 0x20)) same++;
        if (same == length && words[length] == ' ') return true;
    }
    return false;
}

static bool is_count(const emb__py_value *value, int64_t most) {
    return value->type == EMB__PY_INT && value->u.whole > 0 && value->u.whole <= most;
}

/* ---- loaders --------------------------------------------------------------------------------- */

static void take_loader(emb__py *py, int rank) {
    emb__py_loader *l = &py->loader;
    if (l->size > 0) py->hints->batch_size = l->size;
    py->hints->shuffle = l->shuffles;
    l->rank = rank;
}

/* The first loader is taken to be that of the images that are trained on, until a name says more.
 */
static void hint_loader(emb__py *py, const emb__py_value *size, const emb__py_value *shuffle) {
    emb__py_loader *l = &py->loader;
    l->before_rank = l->rank;
    l->before_size = py->hints->batch_size;
    l->before_shuffles = py->hints->shuffle;
    l->size = size && is_count(size, EMB_MAX_BATCH) ? (int)size->u.whole : size ? 0 : 1;
    l->shuffles = shuffle && shuffle->type == EMB__PY_BOOL && shuffle->u.whole;
    if (l->rank == 0) take_loader(py, 1);
}

static bool has_word(const char *name, const char *const words[]) {
    for (; *words; words++) {
        for (const char *at = name; *at; at++) {
            size_t same = 0;
            while ((*words)[same] && (at[same] | 0x20) == (*words)[same]) same++;
            if (!(*words)[same]) return true;
        }
    }
    return false;
}

/* train_loader = DataLoader(...): what the name says of the loader that was made last. */
static void name_loader(emb__py *py, const char *name) {
    static const char *const others[] = {"val", "test", "eval", "prueb", NULL}, *const trained[] = {
                                                                                    "train",
                                                                                    "entren", NULL};
    emb__py_loader *l = &py->loader;
    if (has_word(name, trained)) {
        take_loader(py, 2);
    } else if (has_word(name, others) && l->rank != l->before_rank) {
        l->rank = l->before_rank;
        py->hints->batch_size = l->before_size;
        py->hints->shuffle = l->before_shuffles;
    }
}

static bool is_loader(const emb__py_node *call) {
    return call && call->kind == EMB__PY_CALL && call->a->text &&
           strcmp(call->a->text, "DataLoader") == 0;
}

void emb__py_hint_value(emb__py *py, const char *name, const emb__py_value *value) {
    emb_written *hints = py->hints;
    double number;
    if (!py->loose) return;
    if (is_one_of(name, "batch_size batchsize tam_lote tamano_lote tamaño_lote ") &&
        is_count(value, EMB_MAX_BATCH) && py->loader.rank == 0) {
        hints->batch_size = (int)value->u.whole;
    }
    if (is_one_of(name, "epochs num_epochs n_epochs nb_epochs epocas épocas num_epocas n_epocas "
                        "num_épocas max_epochs ") &&
        is_count(value, EMB_MAX_EPOCHS)) {
        hints->epochs = (int)value->u.whole;
    }
    if (is_one_of(name, "lr learning_rate tasa_aprendizaje ") && emb__py_number(value, &number) &&
        number > 0) {
        hints->learning_rate = number;
    }
    if (is_one_of(name, "seed random_seed manual_seed semilla ") && value->type == EMB__PY_INT) {
        hints->has_seed = true;
        hints->seed = (uint64_t)value->u.whole;
    }
}

/* Names and their values, also of several at once: batch_size, lr = 32, 1e-3. */
static void hint_target(emb__py *py, const emb__py_node *target, const emb__py_value *value) {
    if (target->kind == EMB__PY_NAME) emb__py_hint_value(py, target->text, value);
    if (target->kind != EMB__PY_TUPLE || value->type != EMB__PY_ROW) return;
    int i = 0;
    for (const emb__py_node *t = target->list; t && i < value->u.row->count; t = t->next, i++) {
        if (t->kind != EMB__PY_NAME) return;
        emb__py_hint_value(py, t->text, &value->u.row->items[i]);
    }
}

void emb__py_hint_name(emb__py *py, const emb__py_node *assignment, const emb__py_value *value) {
    if (is_loader(assignment->a) && assignment->list->kind == EMB__PY_NAME) {
        name_loader(py, assignment->list->text);
    }
    for (const emb__py_node *t = assignment->list; t; t = t->next) hint_target(py, t, value);
}

void emb__py_hint_loop(emb__py *py, const emb__py_node *loop, const emb__py_row *items) {
    static const char *const words[] = {"epoch", "epoca", NULL};
    const emb__py_node *target = loop->a, *of = loop->b;
    const bool counts = of->kind == EMB__PY_CALL && of->a->kind == EMB__PY_NAME &&
                        strcmp(of->a->text, "range") == 0;
    if (!counts || target->kind != EMB__PY_NAME || items->count < 1) return;
    if (has_word(target->text, words) || is_one_of(target->text, "época ")) {
        py->hints->epochs = items->count;
    }
}

/* ---- calls ----------------------------------------------------------------------------------- */

static const emb__py_value *given(const emb__py_row *arguments, const emb__py_map *keywords, int i,
                                  const char *name) {
    if (i >= 0 && i < arguments->count) return &arguments->items[i];
    return emb__py_find(keywords, name);
}

/* The word of --optimiser, or PyTorch's own name in small letters. */
static void name_optimiser(emb_written *hints, const char *name) {
    if (name[0] < 'A' || name[0] > 'Z' || strcmp(name, "Optimizer") == 0) return;
    snprintf(hints->optimiser, sizeof hints->optimiser, "%s", name);
    for (char *c = hints->optimiser; *c; c++) {
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c | 0x20);
    }
}

static void hint_optimiser(emb_written *hints, const char *name, const emb__py_row *arguments,
                           const emb__py_map *keywords) {
    double number;
    name_optimiser(hints, name);
    hints->beta1 = hints->beta2 = hints->epsilon = hints->weight_decay = hints->momentum = 0;
    const emb__py_value *amsgrad = emb__py_find(keywords, "amsgrad");
    hints->amsgrad = amsgrad && amsgrad->type == EMB__PY_BOOL && amsgrad->u.whole;
    const emb__py_value *betas = emb__py_find(keywords, "betas");
    if (betas && betas->type == EMB__PY_ROW && betas->u.row->count == 2) {
        (void)emb__py_number(&betas->u.row->items[0], &hints->beta1);
        (void)emb__py_number(&betas->u.row->items[1], &hints->beta2);
    }
    const emb__py_value *eps = emb__py_find(keywords, "eps");
    if (eps) (void)emb__py_number(eps, &hints->epsilon);
    const emb__py_value *rate = given(arguments, keywords, 1, "lr");
    if (rate && emb__py_number(rate, &number) && number > 0) hints->learning_rate = number;
    const emb__py_value *decay = emb__py_find(keywords, "weight_decay");
    if (decay && emb__py_number(decay, &number) && number >= 0) hints->weight_decay = number;
    const emb__py_value *momentum = emb__py_find(keywords, "momentum");
    if (momentum && emb__py_number(momentum, &number) && number >= 0) hints->momentum = number;
}

/* torch.nn's losses, functional's, and the words of --loss. */
static const char *const losses[][3] = {
    {"MSELoss", "mse_loss", "mse"},
    {"L1Loss", "l1_loss", "l1"},
    {"SmoothL1Loss", "smooth_l1_loss", "smooth_l1"},
    {"HuberLoss", "huber_loss", "huber"},
    {"BCELoss", "binary_cross_entropy", "bce"},
    {"BCEWithLogitsLoss", "binary_cross_entropy_with_logits", "bce_with_logits"},
};

/* The word of --loss; NULL: it is none of these. */
static const char *loss_word(const char *name) {
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        if (strcmp(losses[i][0], name) == 0 || strcmp(losses[i][1], name) == 0) return losses[i][2];
    }
    return NULL;
}

/* Whether it is a loss of PyTorch that embudo has not. */
static bool is_other_loss(const char *path, const char *name) {
    static const char nn[] = "torch.nn.", own[] = "CrossEntropyLoss";
    const size_t length = strlen(name);
    if (strncmp(path, nn, sizeof nn - 1) != 0 || strcmp(name, own) == 0) return false;
    return length > 4 && strcmp(name + length - 4, "Loss") == 0;
}

static void hint_loss(emb_written *hints, const char *path, const char *name,
                      const emb__py_map *keywords) {
    const emb__py_value *reduction = emb__py_find(keywords, "reduction");
    const char *word = loss_word(name);
    if (!word && is_other_loss(path, name)) word = name;
    if (!word) return;
    snprintf(hints->loss, sizeof hints->loss, "%s", word);
    hints->loss_sums = reduction && emb__py_is(reduction, "sum");
}

/* A function that the text only defines may have the loss, as a VAE's loss_function has. */
void emb__py_hint_body(emb__py *py, const emb__py_node *node, int depth) {
    for (; node && depth < EMB__PY_NESTING && !py->hints->loss[0]; node = node->next) {
        const char *word =
            node->kind == EMB__PY_CALL && node->a->text ? loss_word(node->a->text) : NULL;
        if (word) {
            snprintf(py->hints->loss, sizeof py->hints->loss, "%s", word);
            for (const emb__py_node *n = node->list; n; n = n->next) {
                const bool sums = n->kind == EMB__PY_KEYWORD && n->a && n->a->text &&
                                  strcmp(n->text, "reduction") == 0 &&
                                  strcmp(n->a->text, "sum") == 0;
                py->hints->loss_sums = py->hints->loss_sums || sums;
            }
            return;
        }
        emb__py_hint_body(py, node->a, depth + 1);
        emb__py_hint_body(py, node->b, depth + 1);
        emb__py_hint_body(py, node->list, depth + 1);
        emb__py_hint_body(py, node->body, depth + 1);
        emb__py_hint_body(py, node->rest, depth + 1);
    }
}

/* torch.optim.lr_scheduler.StepLR(opt, 3, gamma=0.5); of others the name alone. */
static void hint_schedule(emb_written *hints, const char *name, const emb__py_row *arguments,
                          const emb__py_map *keywords) {
    const emb__py_value *size = given(arguments, keywords, 1, "step_size");
    const emb__py_value *gamma = given(arguments, keywords, 2, "gamma");
    const bool steps = strcmp(name, "StepLR") == 0 && size && is_count(size, EMB_MAX_EPOCHS);
    snprintf(hints->schedule, sizeof hints->schedule, "%s", steps ? "step" : name);
    hints->step_size = steps ? (int)size->u.whole : 0;
    hints->gamma = 0;
    if (steps && gamma) (void)emb__py_number(gamma, &hints->gamma);
}

static void hint_clip(emb_written *hints, const emb__py_value *most) {
    double number;
    if (most && emb__py_number(most, &number) && number > 0) hints->clip_norm = number;
}

/* random_split(data, (0.8, 0.2)): the smaller part validates. */
static void hint_split(emb_written *hints, const emb__py_value *parts) {
    double a, b;
    if (!parts || parts->type != EMB__PY_ROW || parts->u.row->count != 2) return;
    const emb__py_value *items = parts->u.row->items;
    if (!emb__py_number(&items[0], &a) || !emb__py_number(&items[1], &b)) return;
    if (a > b && b > 0) hints->val_split = b / (a + b);
}

void emb__py_hint_call(emb__py *py, const char *path, const emb__py_row *arguments,
                       const emb__py_map *keywords) {
    static const char optim[] = "torch.optim.", schedule[] = "torch.optim.lr_scheduler.";
    emb_written *hints = py->hints;
    const char *name = strrchr(path, '.');
    name = name ? name + 1 : path;
    hint_loss(hints, path, name, keywords);
    if (strncmp(path, optim, sizeof optim - 1) == 0 && !strchr(path + sizeof optim - 1, '.')) {
        hint_optimiser(hints, name, arguments, keywords);
    } else if (strncmp(path, schedule, sizeof schedule - 1) == 0) {
        hint_schedule(hints, name, arguments, keywords);
    } else if (strncmp(name, "clip_grad_norm", strlen("clip_grad_norm")) == 0) {
        hint_clip(hints, given(arguments, keywords, 1, "max_norm"));
    } else if (strcmp(name, "DataLoader") == 0) {
        hint_loader(py, given(arguments, keywords, 1, "batch_size"),
                    given(arguments, keywords, 2, "shuffle"));
    } else if (strcmp(name, "manual_seed") == 0 || strcmp(name, "seed_everything") == 0) {
        const emb__py_value *seed = given(arguments, keywords, 0, "seed");
        if (seed && seed->type == EMB__PY_INT) {
            hints->has_seed = true;
            hints->seed = (uint64_t)seed->u.whole;
        }
    } else if (strcmp(name, "random_split") == 0) {
        hint_split(hints, given(arguments, keywords, 1, "lengths"));
    } else if (strcmp(name, "Trainer") == 0) {
        const emb__py_value *epochs = emb__py_find(keywords, "max_epochs");
        if (epochs && is_count(epochs, EMB_MAX_EPOCHS)) hints->epochs = (int)epochs->u.whole;
        hint_clip(hints, emb__py_find(keywords, "gradient_clip_val"));
    }
}
