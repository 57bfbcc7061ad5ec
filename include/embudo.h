/* embudo: train an autoencoder on images, and use what it learned.
 *
 * The smallest program that trains the notebook's network on MNIST:
 *
 *     #include <embudo.h>
 *     #include <stdio.h>
 *
 *     int main(void) {
 *         emb_images *images = emb_images_open("mnist", EMB_TRAIN);
 *         emb_net *net = emb_net_open("notebook", NULL);
 *         emb_run *run = emb_run_new(net, images, NULL);
 *         for (int epoch = 1; run && epoch <= 10; epoch++) {
 *             emb_epoch done;
 *             if (emb_run_epoch(run, &done) != EMB_OK) break;
 *             printf("%d %.4f %.4f\n", epoch, done.loss, done.validation_loss);
 *         }
 *         if (!run || emb_net_save(net, "model.safetensors", NULL, 0) != EMB_OK)
 *             fprintf(stderr, "%s\n", emb_error());
 *         emb_run_free(run);
 *         emb_net_free(net);
 *         emb_images_free(images);
 *     }
 *
 * This header includes all others, which are the manual, one subject each. Each can be included
 * alone.
 *
 *     embudo/base.h    failures and their text, cancelling, version, machine, foreign text
 *     embudo/files.h   files, folders, arrays and codes as NPY, NPZ and CSV
 *     embudo/data.h    data sets: opening, making, copying from them
 *     embudo/net.h     a network: its notation, shapes, layers and weights
 *     embudo/use.h     encoding, decoding, reconstructing, classifying
 *     embudo/model.h   a network as a file: safetensors, ONNX, whole numbers, C
 *     embudo/train.h   training, checkpoints
 *     embudo/study.h   scores, principal components, neighbours, timing
 *     embudo/unusual.h which images are unusual, and by what threshold
 *     embudo/checkup.h what is wrong with a network or with images
 *     embudo/draw.h    charts, grids of images, animations, TensorBoard
 *
 * Conventions that hold for every function in them
 *   - A constructor returns a pointer, or NULL. Other functions that can fail return an emb_status,
 *     0 for success. After a failure emb_error() says in one line what was wrong and what would be
 *     right. The library never prints and never exits.
 *   - Each type has one _free; it accepts NULL. A `const` pointer that is returned is borrowed.
 *   - An options struct whose fields are all zero asks for the defaults; NULL does the same.
 *   - Images are [N, C, H, W], C order, float32 in 0..1 or uint8 in 0..255. Codes are [N, L],
 *     float32.
 *   - One object is used by one thread at a time; different objects need no lock. Inside a call the
 *     library uses threads of its own.
 *   - The same seed gives the same bits, for any number of threads, on every instruction set. An
 *     image's code does not depend on what else is in the call.
 *   - Neither depends on what the caller has set in its threads: the rounding mode, subnormal
 *     numbers taken for zero (FTZ, DAZ, -ffast-math), floating-point traps, the locale. A call sets
 *     what it needs and puts the caller's back, floating-point flags included.
 *   - A child of fork() may continue to use its copies of all objects, with several threads as
 *     well: the library gives up the forking thread's OpenMP threads before the fork, and they
 * start again when they are next needed. A child that was forked from within an OpenMP region
 * computes with one thread.
 *   - Pointers must not be NULL except where a header says so.
 *
 * What is promised
 *   A program that uses what is declared EMB_API compiles with every later 0.x and 1.x without a
 *   change, and does the same. Structs may gain fields at their end, for which zero means the old
 *   behaviour: begin with `= {0}`, and compile again for a new version. Enums may gain values.
 *   What is declared EMB_UNSETTLED works and is tested like the rest, but may be renamed, take
 * other arguments or go away before 1.0; CHANGELOG.md says so. The same is true of types that only
 * such calls take. What is declared EMB_DEPRECATED has a successor, which its comment names, and
 * goes away with 1.0. If a program defines EMBUDO_WARN, gcc and clang warn of its calls of both. */
#ifndef EMBUDO_H
#define EMBUDO_H

#include "embudo/base.h"
#include "embudo/checkup.h"
#include "embudo/data.h"
#include "embudo/draw.h"
#include "embudo/files.h"
#include "embudo/model.h"
#include "embudo/net.h"
#include "embudo/study.h"
#include "embudo/train.h"
#include "embudo/unusual.h"
#include "embudo/use.h"

#endif
