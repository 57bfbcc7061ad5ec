/* See py_list.h. */
#include "net/python/py_list.h"

#include "base/translate.h"
#include "net/python/py_names.h"

emb_status emb__py_asked_unknown(emb__py *py, const emb__py_asked *a, const char *what,
                                 emb__py_value *out) {
    const emb__py_value *items = a->arguments->items;
    for (int i = 0; items && i < a->arguments->count; i++) {
        *out = items[i];
        if (out->type == EMB__PY_UNKNOWN) return EMB_OK;
    }
    return emb__py_unknown(py, a->line, out, "%s", *what ? _(what) : "");
}

static emb_status row_from(emb__py *py, const emb__py_asked *a, bool fixed, emb__py_value *out) {
    emb__py_row *items, *row = emb__py_row_new(py, fixed);
    emb_status status = row ? EMB_OK : emb__last_status();
    if (status == EMB_OK && a->first) {
        if (a->first->type == EMB__PY_UNKNOWN) return emb__py_asked_unknown(py, a, "", out);
        status = emb__py_items(py, a->line, a->first, &items);
        for (int i = 0; status == EMB_OK && i < items->count; i++) {
            status = emb__py_row_add(py, row, &items->items[i]);
        }
    }
    if (status == EMB_OK) *out = emb__py_row_value(row);
    return status;
}

emb_status emb__py_to_list(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    return row_from(py, a, false, out);
}
emb_status emb__py_to_tuple(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    return row_from(py, a, true, out);
}

emb_status emb__py_reversed(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    const emb_status status = row_from(py, a, false, out);
    if (status != EMB_OK || out->type != EMB__PY_ROW) return status;
    emb__py_row *row = out->u.row;
    for (int i = 0; i < row->count / 2; i++) {
        const emb__py_value item = row->items[i];
        row->items[i] = row->items[row->count - 1 - i];
        row->items[row->count - 1 - i] = item;
    }
    return EMB_OK;
}

/* A list of tuples, item by item of all lists. */
emb_status emb__py_zip(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    emb__py_row *row = emb__py_row_new(py, false), *items;
    emb_status status = row ? EMB_OK : emb__last_status();
    bool more = a->arguments->count > 0;
    for (int i = 0; more && status == EMB_OK; i++) {
        emb__py_row *tuple = emb__py_row_new(py, true);
        if (!tuple) return emb__last_status();
        for (int k = 0; k < a->arguments->count && status == EMB_OK && more; k++) {
            if (a->arguments->items[k].type == EMB__PY_UNKNOWN)
                return emb__py_asked_unknown(py, a, "", out);
            status = emb__py_items(py, a->line, &a->arguments->items[k], &items);
            more = status == EMB_OK && i < items->count;
            if (more) status = emb__py_row_add(py, tuple, &items->items[i]);
        }
        const emb__py_value value = emb__py_row_value(tuple);
        if (more && status == EMB_OK) status = emb__py_row_add(py, row, &value);
    }
    if (status == EMB_OK) *out = emb__py_row_value(row);
    return status;
}

emb_status emb__py_enumerate(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    emb__py_row *row = emb__py_row_new(py, false), *items;
    const emb__py_value *start =
        a->arguments->count > 1 ? &a->arguments->items[1] : emb__py_find(a->keywords, "start");
    const int64_t from = start && start->type == EMB__PY_INT ? start->u.whole : 0;
    if (!row) return emb__last_status();
    if (!a->first || a->first->type == EMB__PY_UNKNOWN)
        return emb__py_asked_unknown(py, a, "a list", out);
    emb_status status = emb__py_items(py, a->line, a->first, &items);
    for (int i = 0; status == EMB_OK && i < items->count; i++) {
        emb__py_row *tuple = emb__py_row_new(py, true);
        const emb__py_value number = emb__py_int(from + i);
        status = tuple ? emb__py_row_add(py, tuple, &number) : emb__last_status();
        if (status == EMB_OK) status = emb__py_row_add(py, tuple, &items->items[i]);
        if (status != EMB_OK) break;
        const emb__py_value value = emb__py_row_value(tuple);
        status = emb__py_row_add(py, row, &value);
    }
    if (status == EMB_OK) *out = emb__py_row_value(row);
    return status;
}

/* dict() and OrderedDict(): of a dict, of pairs, of keywords. */
emb_status emb__py_to_map(emb__py *py, const emb__py_asked *a, emb__py_value *out) {
    emb__py_map *map = emb__py_map_new(py);
    emb_status status = map ? EMB_OK : emb__last_status();
    if (a->first && a->first->type != EMB__PY_MAP && a->first->type != EMB__PY_ROW) {
        return emb__py_asked_unknown(py, a, "a dict", out);
    }
    const emb__py_map *from = a->first && a->first->type == EMB__PY_MAP ? a->first->u.map : NULL;
    for (int i = 0; from && i < from->count && status == EMB_OK; i++) {
        status = emb__py_map_set(py, map, &from->entries[i].key, &from->entries[i].value);
    }
    for (int i = 0; a->first && !from && i < a->first->u.row->count && status == EMB_OK; i++) {
        const emb__py_value *pair = &a->first->u.row->items[i];
        if (pair->type != EMB__PY_ROW || pair->u.row->count != 2) {
            return emb__py_asked_unknown(py, a, "a dict of what are no pairs", out);
        }
        status = emb__py_map_set(py, map, &pair->u.row->items[0], &pair->u.row->items[1]);
    }
    for (int i = 0; i < a->keywords->count && status == EMB_OK; i++) {
        status =
            emb__py_map_set(py, map, &a->keywords->entries[i].key, &a->keywords->entries[i].value);
    }
    if (status == EMB_OK) *out = (emb__py_value){.type = EMB__PY_MAP, .u.map = map};
    return status;
}
