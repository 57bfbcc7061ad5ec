/* Reading pictures, and saying what that changed. See input_photos.h. */
#include "use/input_photos.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/folders.h"
#include "core/message.h"
#include "core/strings.h"
#include "data/like_mnist.h"
#include "data/open_data.h"
#include "data/range.h"
#include "use/data_doctor.h"
#include "use/doctor_say.h"

enum { NOTES = 5 }; /* files that get a line of their own */

static const double much_ratio = 1.1, much_size = 4;

static double larger(double a, double b) { return a > b ? a : b; }

static void add_reason(cli_text *reasons, const char *text) {
    cli_text_add(reasons, "%s%s", reasons->length ? ", " : "", text);
}

/* What changes much when a picture is made to fit, in words; "" if nothing does. */
static void find_reasons(const emb_image_source *source, const int shape[3], emb_picture_fit fit,
                         cli_text *reasons) {
    char text[96];
    const double down = (double)source->height / shape[1];
    const double across = (double)source->width / shape[2];
    const double ratio = larger(down / across, across / down);
    /* Cropped or padded, both sides are scaled alike. */
    const bool crops = fit == EMB_FIT_CROP, pads = fit == EMB_FIT_PAD;
    const double shrunk = crops ? 1 / larger(1 / down, 1 / across) : larger(down, across);
    const double grown = pads ? 1 / larger(down, across) : larger(1 / down, 1 / across);
    if (source->coloured && shape[0] == 1) add_reason(reasons, _("its colour is lost"));
    if (ratio > much_ratio && !pads) {
        snprintf(text, sizeof text,
                 crops ? _("%.0f %% of it is cut off") : _("its aspect ratio changes by %.0f %%"),
                 (crops ? 1 - 1 / ratio : ratio - 1) * 100);
        add_reason(reasons, text);
    }
    if (shrunk > much_size) {
        snprintf(text, sizeof text, _("it is shrunk %.3g times"), shrunk);
        add_reason(reasons, cli_decimals(text));
    } else if (grown > much_size) {
        snprintf(text, sizeof text, _("it is enlarged %.3g times"), grown);
        add_reason(reasons, cli_decimals(text));
    }
}

static void note_changes(const char *const *paths, const emb_image_source *sources, size_t count,
                         const int shape[3], emb_picture_fit fit) {
    size_t noted = 0;
    for (size_t i = 0; i < count; i++) {
        cli_text reasons = {0};
        find_reasons(&sources[i], shape, fit, &reasons);
        if (reasons.length > 0 && noted++ < NOTES) {
            cli_note("%s: %zu x %zu becomes %d x %d: %s", paths[i], sources[i].width,
                     sources[i].height, shape[2], shape[1], reasons.bytes);
        }
        cli_text_free(&reasons);
    }
    if (noted > NOTES) cli_note("and %zu more files that change much", noted - NOTES);
}

static void note_shades(emb_net *net, const emb_images *images, bool invert) {
    char *line = cli_data_doctor_shades(net, images,
                                        invert ? _("Leave out --invert")
                                               : _("--invert reads them the other way round"));
    cli_doctor_say("exchanged shades", line);
}

/* Also one that holds no pictures, or is damaged: opening it says so. */
static bool is_archive_name(const char *path) {
    return cli_ends_with(path, ".zip") || cli_ends_with(path, ".tar") ||
           cli_ends_with(path, ".tgz") || cli_ends_with(path, ".tar.gz");
}

bool cli_photos_named(const cli_args *args) {
    const char *first = args->words[0];
    if (args->word_count > 1) return true;
    return cli_is_there(first) && !cli_dataset_is_array(first) && !is_archive_name(first) &&
           !emb_images_has_part(first, EMB_TRAIN);
}

static emb_read_options options_for(const emb_net *net, const cli_args *args) {
    emb_read_options options = {.invert = cli_arg(args, "invert")->given};
    emb_net_pictures(net, &options.pictures);
    const bool like = cli_like_mnist(net, options.invert);
    if (like) options.pictures.fit = EMB_FIT_MNIST;
    if (!like && options.pictures.fit == EMB_FIT_MNIST) options.pictures.fit = EMB_FIT_CROP;
    return options;
}

bool cli_photo_check(const char *path, const emb_net *net, const cli_args *args) {
    int shape[3];
    emb_net_input_shape(net, shape);
    const emb_read_options options = options_for(net, args);
    emb_images *image = emb_images_read(&path, 1, shape, &options, NULL);
    if (!image) cli_fail("%s", emb_error());
    emb_images_free(image);
    return image;
}

emb_images *cli_photos_read(const char *const *paths, size_t count, emb_net *net,
                            const cli_args *args) {
    int shape[3];
    emb_net_input_shape(net, shape);
    const emb_read_options options = options_for(net, args);
    const bool invert = options.invert;
    emb_image_source *sources = cli_alloc(count * sizeof *sources);
    emb_images *images = emb_images_read(paths, count, shape, &options, sources);
    if (images) {
        if (options.pictures.fit != EMB_FIT_MNIST) {
            note_changes(paths, sources, count, shape, options.pictures.fit);
        }
        cli_notes(emb_images_notes(images));
    } else {
        cli_fail("%s", emb_error());
    }
    free(sources);
    if (!images) return NULL;
    if (!cli_range_fit(net, images, NULL)) {
        emb_images_free(images);
        return NULL;
    }
    if (options.pictures.fit != EMB_FIT_MNIST) note_shades(net, images, invert);
    return images;
}
