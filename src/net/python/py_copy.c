/* Copies of lists and dicts. See py_value.h. */
#include "net/python/py_value.h"

/* A module, a class or a tensor stays the one that it is. */
static emb_status copy_value(emb__py *py, const emb__py_value *value, int depth,
                             emb__py_value *out) {
    *out = *value;
    if (depth == 0) return EMB_OK;
    if (value->type == EMB__PY_ROW) out->u.row = emb__py_row_copy(py, value->u.row, depth - 1);
    if (value->type == EMB__PY_MAP) out->u.map = emb__py_map_copy(py, value->u.map, depth - 1);
    const bool failed =
        (value->type == EMB__PY_ROW && !out->u.row) || (value->type == EMB__PY_MAP && !out->u.map);
    return failed ? emb__last_status() : EMB_OK;
}

emb__py_row *emb__py_row_copy(emb__py *py, const emb__py_row *row, int depth) {
    emb__py_row *copy = emb__py_row_new(py, row->fixed);
    emb_status status = copy ? EMB_OK : emb__last_status();
    py->steps += row->count;
    for (int i = 0; i < row->count && status == EMB_OK; i++) {
        emb__py_value item;
        status = copy_value(py, &row->items[i], depth, &item);
        if (status == EMB_OK) status = emb__py_row_add(py, copy, &item);
    }
    return status == EMB_OK ? copy : NULL;
}

emb__py_map *emb__py_map_copy(emb__py *py, const emb__py_map *map, int depth) {
    emb__py_map *copy = emb__py_map_new(py);
    emb_status status = copy ? EMB_OK : emb__last_status();
    py->steps += map->count;
    for (int i = 0; i < map->count && status == EMB_OK; i++) {
        emb__py_value item;
        status = copy_value(py, &map->entries[i].value, depth, &item);
        if (status == EMB_OK) status = emb__py_map_set(py, copy, &map->entries[i].key, &item);
    }
    return status == EMB_OK ? copy : NULL;
}
