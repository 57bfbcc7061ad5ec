/* Values of a text that is followed, and what follows it.
 *
 * Nothing is run: numbers, texts and lists are what they are in Python; a tensor is a node of the
 * graph that is being traced; a module is the layers in it; and what nobody can know without
 * running it is "unknown", with the reason, which is told only if something depends on it.
 *
 * Owns: values, names, the limits of following. Does not own: what a statement does. */
#ifndef EMB_NET_PYTHON_PY_VALUE_H
#define EMB_NET_PYTHON_PY_VALUE_H

#include "net/layer.h"
#include "net/python/py_tree.h"

enum {
    EMB__PY_STEPS = 1 << 18, /* expressions and statements that are looked at, again in loops */
    EMB__PY_WITHIN = 32,     /* modules of one class, each in the __init__ of the one before */
    EMB__PY_DEPTH = 400,     /* of these within one another */
    EMB__PY_ITEMS = 1 << 16, /* of a list, and names of a text */
    EMB__PY_TEXT_MOST = 1 << 16,
    EMB__PY_COPIED = 8 /* lists within lists that are copied, too */
};

typedef enum emb__py_type {
    EMB__PY_UNKNOWN,
    EMB__PY_NONE,
    EMB__PY_BOOL,     /* whole */
    EMB__PY_INT,      /* whole */
    EMB__PY_FLOAT,    /* real */
    EMB__PY_STR,      /* text */
    EMB__PY_ROW,      /* row; a tuple if row->fixed */
    EMB__PY_MAP,      /* map: a dict, an OrderedDict or a namespace */
    EMB__PY_BATCH,    /* the number of images in a batch, which is not known */
    EMB__PY_TENSOR,   /* whole: a node of the trace */
    EMB__PY_FUNCTION, /* function */
    EMB__PY_TYPE,     /* class */
    EMB__PY_MODULE,   /* object: an nn.Module */
    EMB__PY_PATH,     /* text: what an import names, such as torch.nn.Linear */
    EMB__PY_METHOD,   /* method: of a value that is no module */
    EMB__PY_RANGE,    /* slice: three values, NONE where nothing is written */
    EMB__PY_PARENT,   /* object, seen as its class's parent: super() */
    EMB__PY_TRAINING, /* self.training, which differs; whole: 1 for its contrary */
    EMB__PY_DRAWN     /* drawn: on its way to a drawn code, see py_sample.h */
} emb__py_type;

typedef struct emb__py_value {
    emb__py_type type;
    int line;      /* of an unknown value: where it came from */
    bool in_state; /* of an unknown value: a state dict has numbers of it */
    union {
        int64_t whole;
        double real;
        const char *text; /* of an unknown value: why */
        struct emb__py_row *row;
        struct emb__py_map *map;
        struct emb__py_function *function;
        struct emb__py_class *class;
        struct emb__py_object *object;
        struct emb__py_method *method;
        struct emb__py_drawn *drawn;
    } u;
    struct emb__py_class *above; /* PARENT: the class whose parent is meant */
} emb__py_value;

typedef enum emb__py_drawn_kind {
    EMB__PY_NORMAL,      /* normal random numbers times a factor */
    EMB__PY_SCALED,      /* a tensor, or half of one, times a factor */
    EMB__PY_EXPONENTIAL, /* exp() of that */
    EMB__PY_SPREAD,      /* normal numbers times exp(logvar / 2) */
    EMB__PY_DISTRIBUTION /* Normal(mean, exp(logvar / 2)) */
} emb__py_drawn_kind;

typedef struct emb__py_drawn {
    emb__py_drawn_kind kind;
    int step, half; /* of the trace; which half of it, -1: all */
    double factor;
    const struct emb__py_drawn *mean; /* of a distribution */
} emb__py_drawn;

typedef struct emb__py_row {
    bool fixed;
    int count, capacity;
    emb__py_value *items;
} emb__py_row;

typedef struct emb__py_entry {
    emb__py_value key, value;
} emb__py_entry;

typedef struct emb__py_map {
    int count, capacity;
    emb__py_entry *entries; /* in the order in which they came */
} emb__py_map;

/* Where names are looked for: a function's own, then those around it. */
typedef struct emb__py_scope {
    emb__py_map names;
    struct emb__py_scope *outer;
    struct emb__py_class *class; /* of the method that runs, for super() */
    emb__py_value self;
    emb__py_map shared; /* names that are another scope's: True if global, else nonlocal */
} emb__py_scope;

typedef struct emb__py_function {
    const emb__py_node *node; /* DEF or LAMBDA */
    emb__py_scope *around;
    struct emb__py_class *class; /* that defines it; NULL: none */
    const emb__py_map *defaults; /* of its parameters, as they were where it is defined */
    bool bound;
    emb__py_value self;
    bool is_static;
} emb__py_function;

typedef struct emb__py_method {
    emb__py_value of;
    const char *name;
} emb__py_method;

/* What a module holds its modules in. */
typedef enum emb__py_container {
    EMB__PY_NO_CONTAINER, /* attributes alone */
    EMB__PY_LAYER,        /* a row of the table of layers */
    EMB__PY_SEQUENTIAL,
    EMB__PY_MODULE_LIST,
    EMB__PY_MODULE_DICT
} emb__py_container;

typedef struct emb__py_class {
    const char *name;
    const emb__py_node *node;
    emb__py_scope *around;
    struct emb__py_class *parent; /* of the text; NULL: none */
    bool is_module;
    int open;                    /* how many of it are being made */
    bool is_part;                /* another class makes it */
    bool is_data;                /* attributes alone: a configuration */
    emb__py_container container; /* that it inherits */
    emb__py_map names;
    int line;
    int given; /* the line outside of the class that gives one of it another member; 0: none does */
} emb__py_class;

typedef struct emb__py_object {
    struct emb__py_class *class; /* NULL: PyTorch's own */
    emb__py_container container;
    emb__layer_spec layer; /* of a LAYER */
    emb__py_map names;     /* attributes in their order; of a container its children, too */
    const char *path;      /* in the class that is read: "encoder.0"; NULL: not there yet */
    const char *also;      /* of a layer: paths that it has besides, each behind a space; or NULL */
    int line;
    int turn;  /* the order in which modules are made */
    bool used; /* forward runs it */
} emb__py_object;

/* A construction that the text has: model = AE(784, hidden=64). */
typedef struct emb__py_construction {
    emb__py_class *class;
    const emb__py_row *arguments;
    const emb__py_map *keywords;
    int line;
    const emb__py_map *names; /* the class's own, as they were before it */
    bool named;               /* a name is given to it, or to what is made of it */
} emb__py_construction;

/* One step of forward. Node 0 is the input. */
typedef struct emb__py_step {
    emb__layer_spec layer;
    emb__py_object *object; /* NULL: a function */
    int input_count, inputs[EMB__MAX_INPUTS];
    emb__shape out;
    int line;
    bool draws, has_tensors; /* the first values of its weights are drawn */
    int replaced;            /* the step that has overwritten its numbers since; 0: none */
} emb__py_step;

/* The end of what a module or a method did: it may be the end of the encoder. */
typedef struct emb__py_mark {
    const char *name;
    int step;
    int depth; /* of calls: 1 for what forward itself calls */
} emb__py_mark;

/* The DataLoader that was made last, and what was believed before it. */
typedef struct emb__py_loader {
    int rank; /* of what is believed: 0 nothing, 1 the first loader's, 2 one that is called so */
    int size; /* of a batch; 0: not known */
    bool shuffles;
    int before_rank, before_size;
    bool before_shuffles;
} emb__py_loader;

typedef struct emb__py emb__py;
struct emb__py {
    const emb__py_source *source;
    emb__py_arena arena;
    emb__py_scope *globals;
    long steps, spent; /* of this attempt; of those before */
    int depth, line;   /* the latter: what was entered last */
    bool loose; /* outside of the class that is read: what cannot be followed is passed over */
    int turns;
    bool stars;              /* from torch.nn import * */
    emb__text notes;         /* lines for the user */
    size_t notes_kept;       /* bytes of what holds whichever class is read */
    const char *failed_cell; /* why the last cell that is no Python was left out */
    /* the trace */
    emb__py_step *trace;
    int trace_count, trace_capacity;
    emb__py_mark *marks;
    int mark_count, mark_capacity;
    bool tracing;    /* forward runs; else the class is being made */
    int making;      /* classes that are being made, each by the one before */
    int calls;       /* modules and methods that are being run */
    int samples;     /* codes that are drawn */
    bool stepping;   /* training_step runs: its loss is looked for (py_loss.h) */
    int compared;    /* the step that the loss compares with the image; -1: not found */
    int by_training; /* the line of what is done in training alone; 0: there is none */
    /* what the text does with the classes */
    emb__py_construction *made;
    const emb__py_row *sequence; /* two modules that it puts into an nn.Sequential; NULL: none */
    int made_count, made_capacity;
    emb_written *hints;
    emb__py_loader loader;
    /* Values that the user gives, by names: they take the place of the text's own. */
    emb__py_map settings;
    int *settings_used; /* one for each */
    /* Evaluates an expression, and calls a value: so that what these need does not know them. */
    emb_status (*eval)(emb__py *py, emb__py_scope *scope, const emb__py_node *node,
                       emb__py_value *result);
    emb_status (*call)(emb__py *py, int line, const emb__py_value *function,
                       const emb__py_row *arguments, const emb__py_map *keywords,
                       emb__py_value *result);
};

/* ---- values ---------------------------------------------------------------------------------- */

static inline emb__py_value emb__py_int(int64_t whole) {
    return (emb__py_value){.type = EMB__PY_INT, .u.whole = whole};
}
static inline emb__py_value emb__py_bool(bool is) {
    return (emb__py_value){.type = EMB__PY_BOOL, .u.whole = is};
}
static inline emb__py_value emb__py_float(double real) {
    return (emb__py_value){.type = EMB__PY_FLOAT, .u.real = real};
}
static inline emb__py_value emb__py_str(const char *text) {
    return (emb__py_value){.type = EMB__PY_STR, .u.text = text};
}
static inline emb__py_value emb__py_path(const char *text) {
    return (emb__py_value){.type = EMB__PY_PATH, .u.text = text};
}
static inline emb__py_value emb__py_none(void) { return (emb__py_value){.type = EMB__PY_NONE}; }

/* A text of this form in the arena, or NULL. */
const char *emb__py_print(emb__py *py, const char *format, ...) EMB__PRINTF(2, 3);

/* An unknown value, with the reason. */
emb_status emb__py_unknown(emb__py *py, int line, emb__py_value *out, const char *format, ...)
    EMB__PRINTF(4, 5);

/* "a number", "a tensor", ... */
const char *emb__py_type_name(const emb__py_value *value);

/* Whether it is of the trace: a tensor, or on its way to a drawn code. */
static inline bool emb__py_is_traced(const emb__py_value *value) {
    return value->type == EMB__PY_TENSOR || value->type == EMB__PY_DRAWN;
}
bool emb__py_is(const emb__py_value *value, const char *text); /* a text or a path like this */
bool emb__py_number(const emb__py_value *value, double *number);
/* *truth as Python's bool(); false if that is not known. */
bool emb__py_truth(const emb__py_value *value, bool *truth);
bool emb__py_same(const emb__py_value *a, const emb__py_value *b);
/* As str() writes it; NULL with the error text set. */
const char *emb__py_text_of(emb__py *py, const emb__py_value *value, bool quotes);

/* ---- rows and maps --------------------------------------------------------------------------- */

emb__py_row *emb__py_row_new(emb__py *py, bool fixed);
emb_status emb__py_row_add(emb__py *py, emb__py_row *row, const emb__py_value *value);
emb__py_value emb__py_row_value(emb__py_row *row);

emb__py_map *emb__py_map_new(emb__py *py);
emb__py_value *emb__py_map_find(const emb__py_map *map, const emb__py_value *key);
emb__py_value *emb__py_find(const emb__py_map *map, const char *name);
emb_status emb__py_map_set(emb__py *py, emb__py_map *map, const emb__py_value *key,
                           const emb__py_value *value);
emb_status emb__py_set(emb__py *py, emb__py_map *map, const char *name, const emb__py_value *value);

/* Copies, with the lists and dicts in them: what is done to these does not change the others. */
emb__py_row *emb__py_row_copy(emb__py *py, const emb__py_row *row, int depth);
emb__py_map *emb__py_map_copy(emb__py *py, const emb__py_map *map, int depth);

/* ---- following ------------------------------------------------------------------------------- */

/* Counts a step, and goes one deeper: EMB_OK, or it is too much. */
emb_status emb__py_enter(emb__py *py, int line);
static inline void emb__py_leave(emb__py *py) { py->depth--; }

/* Whether a failure ends all following, and not only that of a line. */
bool emb__py_is_fatal(const emb__py *py, emb_status status);
/* The error text without its place, as an unknown value's reason; NULL without memory. */
const char *emb__py_reason(emb__py *py);

/* Fails because a value that is needed is not known, or is not what is needed. */
emb_status emb__py_need(emb__py *py, int line, const emb__py_value *value, const char *what);

/* A line for the user, once. */
void emb__py_note(emb__py *py, const char *format, ...) EMB__PRINTF(2, 3);

/* The line for weights that the class sets itself, once. */
void emb__py_note_weights(emb__py *py);

/* ---- the trace ------------------------------------------------------------------------------- */

/* The step that has a tensor's numbers now: what was done to it in place counts. */
int emb__py_step_of(const emb__py *py, const emb__py_value *tensor);
/* Of one image. */
const emb__shape *emb__py_shape(const emb__py *py, const emb__py_value *tensor);
/* A step for a layer on tensors; *out is its output. */
emb_status emb__py_apply(emb__py *py, int line, const emb__layer_spec *layer,
                         emb__py_object *object, const emb__py_value *inputs, int count,
                         emb__py_value *out);
emb_status emb__py_mark_add(emb__py *py, const char *name, const emb__py_value *value);

#endif
