/* How training changes images before the network sees them: augmentation changes what it reads and
 * what its output is compared with, corruption only what it reads. Both are functions of the seed,
 * the epoch and the image's index, and of nothing else.
 *
 * Owns: the meaning of the options' texts, and the order of the changes. Does not own: the changes
 * (augment.h, corrupt.h), and where images are laid out (cpu/walk.h). */
#ifndef EMB_DEVICE_ALTER_H
#define EMB_DEVICE_ALTER_H

#include "data/images.h"
#include "device/augment.h"
#include "device/corrupt.h"

typedef struct emb__alter {
    emb__augmentation augmentation;
    emb__corruption corruption;
    bool augments, corrupts;
    uint64_t seed;
    emb__tones tones;
    int shape[3];
} emb__alter;

/* Reads "shift=2, flip" and "gaussian=0.3"; "": nothing. EMB_ERR_ARGUMENT, with a text that says
 * what would be right. The images are those of emb__alter_prepare. */
emb_status emb__alter_read(emb__alter *alter, const char *augment, const char *denoise,
                           uint64_t seed);

/* The one spelling that there is for it: "shift=2,flip". `size`: the room, which is checked. */
emb_status emb__augment_tidy(char *text, size_t size);
emb_status emb__denoise_tidy(char *text, size_t size);

/* Whether it changes anything. */
bool emb__alter_any(const emb__alter *alter);

/* For images such as these, whose bytes stand for numbers from black to white. EMB_ERR_ARGUMENT if
 * they cannot be changed so. */
emb_status emb__alter_prepare(emb__alter *alter, const emb_images *images, double black,
                              double white);

/* When images are changed. */
typedef struct emb__altering {
    const emb__alter *alter; /* NULL: they stay as they are */
    uint64_t epoch;          /* EMB__FIXED_EPOCH: only noise, the same always */
    bool draws;              /* a bottleneck draws codes, by this seed, the epoch and the image */
    uint64_t seed;
} emb__altering;

#define EMB__FIXED_EPOCH UINT64_MAX

/* Whether what the network reads is not what it is compared with. */
bool emb__altering_corrupts(const emb__altering *altering);

/* row[C*H*W], which is image i, becomes what the output is compared with; spare[C*H*W] is room. */
void emb__alter_target(const emb__altering *altering, size_t i, float *row, float *spare);
/* From that, row[C*H*W] becomes what the network reads. */
void emb__alter_input(const emb__altering *altering, size_t i, float *row);

#endif
