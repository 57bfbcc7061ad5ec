/* How a training learns besides its learning rate: the loss, the optimiser, clipping, averaged
 * weights, the schedule's numbers and early stopping. One table has each option's name and its
 * place in the library's options. */
#ifndef CLI_LEARNING_H
#define CLI_LEARNING_H

#include <embudo.h>

#include "core/json.h"
#include "core/options.h"

/* The rows of a command's options. */
#define CLI_LEARNING_OPTIONS                                                                       \
    {"loss",                                                                                       \
     0,                                                                                            \
     CLI_TEXT,                                                                                     \
     "SUM",                                                                                        \
     NULL,                                                                                         \
     0,                                                                                            \
     0,                                                                                            \
     0,                                                                                            \
     "what is minimised: mse, l1, smooth_l1, huber, bce, bce_with_logits, ssim, ms_ssim or, of "   \
     "classifiers, cross_entropy; with arguments (huber(delta=0.5)), and sums with weights "       \
     "(\"mse + 0.2*ssim\")"},                                                                      \
        {"optimiser",                                                                              \
         0,                                                                                        \
         CLI_CHOICE,                                                                               \
         "adam|adamw|sgd|rmsprop|nadam",                                                           \
         "adam",                                                                                   \
         0,                                                                                        \
         0,                                                                                        \
         0,                                                                                        \
         "what updates the weights, with torch.optim's formulas and defaults"},                    \
        {"momentum", 0, CLI_REAL, "X", "0", 0, INFINITY, 0, "of sgd and rmsprop"},                 \
        {"dampening", 0, CLI_REAL, "X", "0", 0, INFINITY, 0, "of sgd's momentum"},                 \
        {"nesterov", 0, CLI_FLAG, NULL, NULL, 0, 0, 0, "sgd's momentum is Nesterov's"},            \
        {"weight-decay",                                                                           \
         0,                                                                                        \
         CLI_REAL,                                                                                 \
         "X",                                                                                      \
         NULL,                                                                                     \
         0,                                                                                        \
         INFINITY,                                                                                 \
         0,                                                                                        \
         "pulls the weights to 0; default: 0, of adamw 0.01"},                                     \
        {"amsgrad", 0, CLI_FLAG, NULL, NULL, 0, 0, 0, "of adam and adamw"},                        \
        {"beta1",                                                                                  \
         0,                                                                                        \
         CLI_REAL,                                                                                 \
         "X",                                                                                      \
         "0.9",                                                                                    \
         0,                                                                                        \
         1,                                                                                        \
         CLI_ABOVE_LEAST | CLI_BELOW_MOST,                                                         \
         "of the Adams: decay of the gradients' mean"},                                            \
        {"beta2",                                                                                  \
         0,                                                                                        \
         CLI_REAL,                                                                                 \
         "X",                                                                                      \
         "0.999",                                                                                  \
         0,                                                                                        \
         1,                                                                                        \
         CLI_ABOVE_LEAST | CLI_BELOW_MOST,                                                         \
         "of the Adams: decay of the squares' mean"},                                              \
        {"eps",                                                                                    \
         0,                                                                                        \
         CLI_REAL,                                                                                 \
         "X",                                                                                      \
         "1e-8",                                                                                   \
         0,                                                                                        \
         INFINITY,                                                                                 \
         CLI_ABOVE_LEAST,                                                                          \
         "of all but sgd: is added to the root of the squares"},                                   \
        {"alpha",                                                                                  \
         0,                                                                                        \
         CLI_REAL,                                                                                 \
         "X",                                                                                      \
         "0.99",                                                                                   \
         0,                                                                                        \
         1,                                                                                        \
         CLI_ABOVE_LEAST | CLI_BELOW_MOST,                                                         \
         "of rmsprop: decay of the squares' mean"},                                                \
        {"centered", 0, CLI_FLAG, NULL, NULL, 0, 0, 0, "of rmsprop"},                              \
        {"momentum-decay", 0, CLI_REAL, "X", "0.004", 0, INFINITY, 0, "of nadam"},                 \
        {"clip-norm",                                                                              \
         0,                                                                                        \
         CLI_REAL,                                                                                 \
         "X",                                                                                      \
         NULL,                                                                                     \
         0,                                                                                        \
         INFINITY,                                                                                 \
         CLI_ABOVE_LEAST,                                                                          \
         "clip the gradients to this norm of all of them together"},                               \
        {"clip-value",                                                                             \
         0,                                                                                        \
         CLI_REAL,                                                                                 \
         "X",                                                                                      \
         NULL,                                                                                     \
         0,                                                                                        \
         INFINITY,                                                                                 \
         CLI_ABOVE_LEAST,                                                                          \
         "clip each number of the gradients to -X..X"},                                            \
        {"ema",                                                                                    \
         0,                                                                                        \
         CLI_REAL,                                                                                 \
         "X",                                                                                      \
         NULL,                                                                                     \
         0,                                                                                        \
         1,                                                                                        \
         CLI_ABOVE_LEAST | CLI_BELOW_MOST,                                                         \
         "validate with, and save, an exponential moving average of the weights with this decay, " \
         "such as 0.999"},                                                                         \
        {"step-size",                                                                              \
         0,                                                                                        \
         CLI_INT,                                                                                  \
         "N",                                                                                      \
         NULL,                                                                                     \
         1,                                                                                        \
         EMB_MAX_EPOCHS,                                                                           \
         0,                                                                                        \
         "of --schedule step: epochs between its steps"},                                          \
        {"gamma",                                                                                  \
         0,                                                                                        \
         CLI_REAL,                                                                                 \
         "X",                                                                                      \
         "0.1",                                                                                    \
         0,                                                                                        \
         INFINITY,                                                                                 \
         CLI_ABOVE_LEAST,                                                                          \
         "of --schedule step: what each step multiplies the rate by"},                             \
        {"pct-start",                                                                              \
         0,                                                                                        \
         CLI_REAL,                                                                                 \
         "X",                                                                                      \
         "0.3",                                                                                    \
         0,                                                                                        \
         1,                                                                                        \
         CLI_ABOVE_LEAST | CLI_BELOW_MOST,                                                         \
         "of --schedule one-cycle: share of the steps in which the rate rises"},                   \
        {"div-factor",                                                                             \
         0,                                                                                        \
         CLI_REAL,                                                                                 \
         "X",                                                                                      \
         "25",                                                                                     \
         0,                                                                                        \
         INFINITY,                                                                                 \
         CLI_ABOVE_LEAST,                                                                          \
         "of --schedule one-cycle: the first rate is --lr divided by this"},                       \
        {"final-div-factor",                                                                       \
         0,                                                                                        \
         CLI_REAL,                                                                                 \
         "X",                                                                                      \
         "10000",                                                                                  \
         0,                                                                                        \
         INFINITY,                                                                                 \
         CLI_ABOVE_LEAST,                                                                          \
         "of --schedule one-cycle: the last rate is the first divided by this"},                   \
        {"fixed-momentum",                                                                         \
         0,                                                                                        \
         CLI_FLAG,                                                                                 \
         NULL,                                                                                     \
         NULL,                                                                                     \
         0,                                                                                        \
         0,                                                                                        \
         0,                                                                                        \
         "of --schedule one-cycle: leave the momentum, or beta1, as it is"},                       \
        {"base-momentum",                                                                          \
         0,                                                                                        \
         CLI_REAL,                                                                                 \
         "X",                                                                                      \
         "0.85",                                                                                   \
         0,                                                                                        \
         1,                                                                                        \
         CLI_ABOVE_LEAST | CLI_BELOW_MOST,                                                         \
         "of --schedule one-cycle: the momentum at the highest rate"},                             \
        {"max-momentum",                                                                           \
         0,                                                                                        \
         CLI_REAL,                                                                                 \
         "X",                                                                                      \
         "0.95",                                                                                   \
         0,                                                                                        \
         1,                                                                                        \
         CLI_ABOVE_LEAST | CLI_BELOW_MOST,                                                         \
         "of --schedule one-cycle: the momentum at both ends"},                                    \
        {"factor",                                                                                 \
         0,                                                                                        \
         CLI_REAL,                                                                                 \
         "X",                                                                                      \
         "0.1",                                                                                    \
         0,                                                                                        \
         1,                                                                                        \
         CLI_ABOVE_LEAST | CLI_BELOW_MOST,                                                         \
         "of --schedule plateau: what the rate is multiplied by"},                                 \
        {"plateau-patience",                                                                       \
         0,                                                                                        \
         CLI_INT,                                                                                  \
         "N",                                                                                      \
         "10",                                                                                     \
         0,                                                                                        \
         EMB_MAX_EPOCHS,                                                                           \
         0,                                                                                        \
         "of --schedule plateau: epochs without a better loss before that"},                       \
        {"threshold",                                                                              \
         0,                                                                                        \
         CLI_REAL,                                                                                 \
         "X",                                                                                      \
         "0.0001",                                                                                 \
         0,                                                                                        \
         1,                                                                                        \
         CLI_BELOW_MOST,                                                                           \
         "of --schedule plateau: a better loss is this share below the best"},                     \
        {"patience",                                                                               \
         0,                                                                                        \
         CLI_INT,                                                                                  \
         "N",                                                                                      \
         NULL,                                                                                     \
         1,                                                                                        \
         EMB_MAX_EPOCHS,                                                                           \
         0,                                                                                        \
         "stop early, after so many epochs in a row without a better validation loss (training "   \
         "loss without validation images)"},                                                       \
    {                                                                                              \
        "min-delta", 0, CLI_REAL, "X", "0", 0, INFINITY, 0,                                        \
            "of --patience: a better loss is below the best by more than this"                     \
    }

/* The words of --schedule. */
#define CLI_SCHEDULES "constant|linear|cosine|step|one-cycle|plateau"
#define CLI_SCHEDULE_HELP                                                                          \
    "how the learning rate changes over the epochs: constant; falling to 0 in a line or along a "  \
    "cosine; in steps; up and down once (one-cycle); or smaller when the loss stops falling "      \
    "(plateau)"

/* Sets what the command line says, of a command with these rows, and then fills in the learning
 * rate, if it is 0, and the loss's full spelling. False with the error printed. */
bool cli_learning_read(emb_train_options *options, const cli_args *args);

/* Adds what differs from the defaults: " momentum=0.9 ..."; to run.json, each by its name. */
void cli_learning_print(cli_text *text, const emb_train_options *options);
void cli_learning_json(cli_json *json, const emb_train_options *options);

/* What is minimised, to be freed: "MSELoss + 0.2*SSIM". */
char *cli_learning_loss(const emb_train_options *options, const emb_net *net);

/* Whether the schedule ends at the last epoch, so that their number changes every step. */
bool cli_learning_spans(const emb_train_options *options);

#endif
