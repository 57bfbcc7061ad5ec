/* The forms that a data set may have on disk. Each is a row of the table in dataset.c: a new form
 * is a row and a file. */
#ifndef EMB_DATA_SET_FORMS_H
#define EMB_DATA_SET_FORMS_H

#include "data/images.h"

/* Each function may fail: -1, or NULL, with the error text set. */
typedef struct emb__set_form {
    /* 1 if `where` is a data set of this form, 0 if it is not. The table's rows are asked in their
     * order, so that one need not know the forms before it. */
    int (*claims)(const char *where);
    /* What of such a set: 2 if it has a training and a test part, 1 if it is one array, 0 if
     * nothing can be opened. */
    int (*parts)(const char *where);
    int (*has_val)(const char *where); /* whether it has validation images of its own */
    /* One of its parts, which exists; of one array EMB_TRAIN is all. Options on holding out are not
     * for it. */
    emb_images *(*open)(const char *where, emb_part part, const emb_open_options *options);
} emb__set_form;

extern const emb__set_form emb__array_file_form, emb__idx_form, emb__array_folder_form,
    emb__idx_file_form, emb__emnist_form, emb__cifar_form, emb__picture_form;

/* Whether it is a name of a data set that the IDX form finds by itself. */
bool emb__idx_set_known(const char *where);

#endif
