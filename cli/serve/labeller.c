/* See labeller.h. */
#include "serve/labeller.h"

#include <stdlib.h>
#include <string.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/network.h"
#include "core/run_json.h"
#include "core/way.h"
#include "runs/run_entry.h"

void cli_labeller_close(cli_labeller *labeller) {
    emb_net_free(labeller->net);
    free(labeller->name);
    *labeller = (cli_labeller){0};
}

json_t *cli_labeller_verdict(cli_labeller *labeller, const float *image) {
    if (!labeller->net) return json_null();
    float *shares = malloc((size_t)labeller->classes * sizeof *shares);
    json_t *list = NULL;
    if (shares && emb_net_classify(labeller->net, image, 1, shares, 1) == EMB_OK) {
        emb_softmax(shares, 1, labeller->classes, shares);
        list = json_array();
        for (int k = 0; k < labeller->classes && list; k++) {
            json_array_append_new(list, json_real((double)shares[k]));
        }
    }
    free(shares);
    return list;
}

/* A network that reads these images and says what they are. */
static bool fits(emb_net *net, const emb_net *explored) {
    int one[3], other[3];
    emb_net_input_shape(net, one);
    emb_net_input_shape(explored, other);
    return memcmp(one, other, sizeof one) == 0 && emb_net_has_part(net, "classifier");
}

static cli_labeller made_of(emb_net *net, const char *name) {
    return (cli_labeller){
        .net = net, .name = cli_format("%s", name), .classes = emb_net_classes(net)};
}

/* ---- looking for it -------------------------------------------------------------------------- */

/* Whether both make the same of an image: a run that was trained again has another encoder. */
static bool same_code(emb_net *net, emb_net *explored, const cli_split *split) {
    const size_t pixels = cli_network_pixels(explored), latent = (size_t)emb_net_latent(explored);
    if (!emb_net_has_part(net, "encoder") || emb_net_latent(net) != (int)latent) return false;
    float *image = cli_alloc((pixels + 2 * latent) * sizeof *image);
    float *one = image + pixels, *other = one + latent;
    const bool same = cli_split_fetch(split, 0, 1, image) == EMB_OK &&
                      emb_net_encode(net, image, 1, one, 1) == EMB_OK &&
                      emb_net_encode(explored, image, 1, other, 1) == EMB_OK &&
                      memcmp(one, other, latent * sizeof *one) == 0;
    free(image);
    return same;
}

/* Whether a run's record names that run as its encoder. */
static bool reads_codes_of(const cli_run_entry *entry, const char *run) {
    const char *way = cli_run_json_string(entry->record, "options", "encoder_from_run");
    char *place = cli_way_to(entry->path, way), *full = realpath(run, NULL);
    const bool same = place && full && strcmp(place, full) == 0;
    free(place);
    free(full);
    return same;
}

/* A run's network, if it can be asked; else NULL. */
static emb_net *open_it(const cli_run_entry *entry, emb_net *net, const cli_split *split) {
    emb_net *found = cli_network_open_trained(entry->path);
    if (found && fits(found, net) && same_code(found, net, split)) return found;
    emb_net_free(found);
    return NULL;
}

/* Of these runs the newest that reads the codes of the run in that folder. */
static void take_newest(cli_labeller *labeller, const cli_run_list *list, emb_net *net,
                        const char *folder, const cli_split *split) {
    emb_net *best = NULL;
    const cli_run_entry *newest = NULL;
    for (size_t i = 0; i < list->count; i++) {
        const cli_run_entry *entry = &list->runs[i];
        if (newest && strcmp(entry->started, newest->started) < 0) continue;
        emb_net *found = reads_codes_of(entry, folder) ? open_it(entry, net, split) : NULL;
        if (!found) continue;
        emb_net_free(best);
        best = found;
        newest = entry;
    }
    if (best) *labeller = made_of(best, newest->path);
}

/* The run's folder, and the one that it lies in: to be freed. */
static char *folder_of(const char *run) {
    const char *slash = strrchr(run, '/');
    if (cli_is_folder(run)) return realpath(run, NULL);
    char *name = slash ? cli_format("%.*s", (int)(slash - run + 1), run) : cli_format(".");
    char *folder = realpath(name, NULL);
    free(name);
    return folder;
}

static void look(cli_labeller *labeller, emb_net *net, const char *run, const cli_split *split) {
    cli_run_list list = {0};
    cli_text why = {0}, *before = cli_fail_into(&why);
    char *folder = folder_of(run), *around = folder ? cli_format("%s", folder) : NULL;
    char *slash = around ? strrchr(around, '/') : NULL;
    if (slash) slash[slash == around] = '\0';
    if (slash && cli_run_list_look(&list, around)) take_newest(labeller, &list, net, folder, split);
    cli_run_list_free(&list);
    free(around);
    free(folder);
    cli_fail_into(before);
    cli_text_free(&why);
}

bool cli_labeller_open(cli_labeller *labeller, const char *wish, emb_net *net, const char *run,
                       const cli_split *split) {
    if (!wish) {
        look(labeller, net, run, split);
        return true;
    }
    emb_net *found = cli_network_open_trained(wish);
    if (found && fits(found, net)) {
        *labeller = made_of(found, wish);
        return true;
    }
    if (found) {
        cli_fail("--classifier %s: expected a network with a classifier of images as %s reads "
                 "them, as embudo classify makes",
                 wish, run);
    }
    emb_net_free(found);
    return false;
}
