/* See py_loss.h. */
#include "net/python/py_loss.h"

#include <string.h>

#include "net/python/py_shape.h"

/* Whether a function that is not followed may be a loss: nn.MSELoss(), or torch's by its name. */
static bool may_be_loss(const emb__py_value *function) {
    if (function->type == EMB__PY_UNKNOWN) return true;
    if (function->type != EMB__PY_PATH) return false;
    const char *name = strrchr(function->u.text, '.');
    return strstr(name ? name : function->u.text, "loss") ||
           strstr(name ? name : function->u.text, "entropy");
}

bool emb__py_compares(emb__py *py, const emb__py_value *function, const emb__py_row *arguments,
                      const emb__py_map *keywords) {
    int step = -1;
    bool image = false;
    if (!py->stepping || (function && !may_be_loss(function))) return false;
    for (int i = 0; i < arguments->count + keywords->count; i++) {
        const emb__py_value *value = i < arguments->count
                                         ? &arguments->items[i]
                                         : &keywords->entries[i - arguments->count].value;
        if (value->type != EMB__PY_TENSOR) continue;
        const int of = emb__py_step_of(py, value);
        if (emb__py_is_image(py, of))
            image = true;
        else if (step < 0)
            step = of;
    }
    if (!image || step < 0 ||
        emb__shape_count(&py->trace[step].out) != emb__shape_count(&py->trace[0].out)) {
        return false;
    }
    py->compared = step;
    return true;
}

emb_status emb__py_compared(const emb__py *py, int line) {
    return emb__py_fail(py->source, line, "%s", "");
}
