/* See py_forward.h. */
#include "net/python/py_forward.h"

#include "net/python/py_names.h"

static emb_status call(emb__py *py, emb__py_object *module, const emb__py_value *in,
                       emb__py_value *out) {
    const emb__py_value value = {.type = EMB__PY_MODULE, .u.object = module};
    const emb__py_row one = {.fixed = true, .count = 1, .items = (emb__py_value *)in};
    const emb__py_map none = {0};
    return py->call(py, module->class ? module->class->line : module->line, &value, &one, &none,
                    out);
}

/* A member that is a module, or NULL. */
static emb__py_object *part(const emb__py_object *root, const char *name) {
    const emb__py_value *value = emb__py_find(&root->names, name);
    return value && value->type == EMB__PY_MODULE ? value->u.object : NULL;
}

static const emb__py_function *training_step(const emb__py_object *root) {
    emb__py_class *of;
    const emb__py_value *method =
        root->class ? emb__py_class_find(root->class, "training_step", &of) : NULL;
    return method && method->type == EMB__PY_FUNCTION ? method->u.function : NULL;
}

bool emb__py_has_way(const emb__py_object *root, emb__py_way way) {
    if (way == EMB__PY_PARTS) return part(root, "encoder") && part(root, "decoder");
    if (way != EMB__PY_FORWARD) return training_step(root) != NULL;
    for (const emb__py_class *c = root->class; c; c = c->parent) {
        if (emb__py_find(&c->names, "forward")) return true;
    }
    return !root->class || root->container >= EMB__PY_LAYER;
}

static emb_status go_parts(emb__py *py, emb__py_object *root, const emb__py_value *in,
                           emb__py_value *out) {
    emb__py_value code;
    emb__py_object *encoder = part(root, "encoder"), *decoder = part(root, "decoder");
    if (!encoder || !decoder) return emb__py_fail(py->source, root->line, "expects a module");
    emb_status status = call(py, encoder, in, &code);
    if (status == EMB_OK) status = emb__py_mark_add(py, "encoder", &code);
    if (status == EMB_OK) status = call(py, decoder, &code, out);
    if (status == EMB_OK) {
        emb__py_note(py,
                     "the forward of %s does not give back the image: its decoder reads what its "
                     "encoder gives",
                     root->class->name);
    }
    return status;
}

/* How many of batch, batch_idx and optimizer_idx it takes. */
static int arguments_of(const emb__py_function *step) {
    int count = -1; /* self */
    for (const emb__py_node *p = step->node->list; p && !p->sign && !p->a; p = p->next) count++;
    return count < 0 ? 0 : count > 3 ? 3 : count;
}

static emb_status go_step(emb__py *py, emb__py_object *root, bool labels, const emb__py_value *in,
                          emb__py_value *out) {
    const emb__py_function *found = training_step(root);
    if (!found) return emb__py_fail(py->source, root->line, "expects a module");
    emb__py_function step = *found;
    const int line = step.node->line;
    step.bound = true;
    step.self = (emb__py_value){.type = EMB__PY_MODULE, .u.object = root};
    emb__py_value batch[2] = {*in};
    emb_status status = emb__py_unknown(py, line, &batch[1], "a label");
    if (status != EMB_OK) return status;
    emb__py_row pair = {.fixed = true, .count = 2, .items = batch};
    emb__py_value all[3] = {labels ? emb__py_row_value(&pair) : *in, emb__py_int(0),
                            emb__py_int(0)};
    const emb__py_row given = {.fixed = true, .count = arguments_of(&step), .items = all};
    const emb__py_map none = {0};
    const emb__py_value function = {.type = EMB__PY_FUNCTION, .u.function = &step};
    py->compared = -1;
    py->stepping = true;
    status = py->call(py, line, &function, &given, &none, out);
    py->stepping = false;
    if (py->compared < 0) {
        if (status != EMB_OK) return status;
        return emb__py_fail(py->source, line,
                            "training_step compares nothing with the image; expects a loss of the "
                            "reconstruction and the image, such as F.mse_loss(x_hat, x)");
    }
    *out = (emb__py_value){.type = EMB__PY_TENSOR, .u.whole = py->compared};
    emb__py_note(py,
                 "%s gives back the image in its training_step, which is followed up to the loss",
                 root->class->name);
    return EMB_OK;
}

emb_status emb__py_go(emb__py *py, emb__py_object *root, emb__py_way way, const emb__py_value *in,
                      emb__py_value *out) {
    if (way == EMB__PY_FORWARD) return call(py, root, in, out);
    if (way == EMB__PY_PARTS) return go_parts(py, root, in, out);
    return go_step(py, root, way == EMB__PY_STEP, in, out);
}
