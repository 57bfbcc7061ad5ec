/* What a training works on. See subject.h. */
#include "data/subject.h"

const uint32_t *cli_subject_watched(const cli_subject *subject, size_t *count) {
    const uint32_t *indices = emb_run_val_indices(subject->run, count);
    return *count > 0 ? indices : emb_run_train_indices(subject->run, count);
}

void cli_subject_release(cli_subject *subject) {
    emb_run_free(subject->run);
    emb_images_free(subject->images);
    emb_net_free(subject->net);
    subject->run = NULL;
    subject->images = NULL;
    subject->net = NULL;
}
