/* A class that has been made and run on an image's shape: what it gives, and where its code is.
 *
 * Owns: names of modules, which tensor is the reconstruction and which the code. Does not own: how
 * the steps become a network (py_graph.h). */
#ifndef EMB_NET_PYTHON_PY_TRACE_H
#define EMB_NET_PYTHON_PY_TRACE_H

#include "net/python/py_value.h"

typedef enum emb__py_role {
    EMB__PY_AUTOENCODER, /* it gives back its input's shape */
    EMB__PY_CLASSIFIER,  /* it gives a row of numbers */
    EMB__PY_OTHER_ROLE
} emb__py_role;

/* The modules of a class in the order of its state dict, each once. */
typedef struct emb__py_members {
    emb__py_object **layers;
    int count, capacity;
    const char *unknown; /* the path of a module that is no layer of embudo's; NULL: none */
    const char *unknown_why;
    int unknown_line;
} emb__py_members;

typedef struct emb__py_traced {
    emb__py_object *root;
    emb__py_members members;
    emb__py_role role;
    emb__shape input;
    bool flattened; /* forward gets images as rows */
    int end;        /* the step that is the result */
    int code;       /* of an autoencoder: the step that gives the code */
} emb__py_traced;

/* Runs an object's forward on an input of this shape and finds out what it is. */
emb_status emb__py_trace(emb__py *py, emb__py_object *root, const emb__shape *input,
                         emb__py_traced *traced);
/* Two objects, the second on what the first gives. Their names are encoder and decoder, or, if they
 * are those of an nn.Sequential (`numbered`), 0 and 1. */
emb_status emb__py_trace_both(emb__py *py, emb__py_object *first, emb__py_object *second,
                              bool numbered, const emb__shape *input, emb__py_traced *traced);

/* *before[i] = the last step through which every way to step i goes; -1 for the input. */
void emb__py_dominators(const emb__py *py, int *before);

#endif
