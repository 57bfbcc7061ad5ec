/* How a training learns besides its learning rate: the loss, the optimiser, clipping, averaged
 * weights, the schedule's numbers and early stopping. One table has all that is known of each
 * option. */
#ifndef CLI_LEARNING_H
#define CLI_LEARNING_H

#include <embudo.h>

#include "core/json.h"
#include "core/options.h"

/* All options, once: name, type, what help calls the value, default, range and open ends as in a
 * cli_option; the member of emb_train_options; what a 0 that was typed is there, where 0 would mean
 * the default; of an OWNED one what it belongs to; its help. What an option belongs to is a word of
 * another ("--schedule step", "--optimiser sgd|rmsprop") or an option that must be given
 * ("--patience"), or two such with " and " between them: without it the option would do nothing,
 * and is refused. */
#define CLI_LEARNING_TABLE(PLAIN, OWNED)                                                           \
    PLAIN("loss", CLI_TEXT, "SUM", NULL, 0, 0, 0, loss, 0,                                         \
          "what is minimised: mse, l1, smooth_l1(beta=1), huber(delta=1), bce, bce_with_logits, "  \
          "ssim(data_range, window=11, sigma=1.5), ms_ssim (the same and levels=5) or, of "        \
          "classifiers, cross_entropy(label_smoothing=0); with these defaults or other numbers "   \
          "(huber(delta=0.5)), and in sums with weights (\"mse + 0.2*ssim\"). data_range is what " \
          "lies between black and white: 1, or that of --pixel-range")                             \
    PLAIN("optimiser", CLI_CHOICE, "adam|adamw|sgd|rmsprop|nadam", "adam", 0, 0, 0, optimiser, 0,  \
          "what updates the weights, with torch.optim's formulas and defaults")                    \
    OWNED("momentum", CLI_REAL, "X", "0", 0, INFINITY, 0, momentum, 0, "--optimiser sgd|rmsprop",  \
          "its momentum")                                                                          \
    OWNED("dampening", CLI_REAL, "X", "0", 0, INFINITY, 0, dampening, 0,                           \
          "--optimiser sgd and --momentum",                                                        \
          "the share of a gradient that stays out of the momentum")                                \
    OWNED("nesterov", CLI_FLAG, NULL, NULL, 0, 0, 0, nesterov, 0,                                  \
          "--optimiser sgd and --momentum", "Nesterov's momentum")                                 \
    PLAIN("weight-decay", CLI_REAL, "X", NULL, 0, INFINITY, 0, weight_decay, -1,                   \
          "pulls the weights to 0; default: 0, of adamw 0.01")                                     \
    OWNED("decoupled-weight-decay", CLI_FLAG, NULL, NULL, 0, 0, 0, decoupled_weight_decay, 0,      \
          "--optimiser nadam and --weight-decay", "as adamw's")                                    \
    OWNED("amsgrad", CLI_FLAG, NULL, NULL, 0, 0, 0, amsgrad, 0, "--optimiser adam|adamw",          \
          "the largest mean of squares so far")                                                    \
    OWNED("beta1", CLI_REAL, "X", "0.9", 0, 1, CLI_BELOW_MOST, beta1, -1,                          \
          "--optimiser adam|adamw|nadam", "decay of the gradients' mean")                          \
    OWNED("beta2", CLI_REAL, "X", "0.999", 0, 1, CLI_BELOW_MOST, beta2, -1,                        \
          "--optimiser adam|adamw|nadam", "decay of the squares' mean")                            \
    OWNED("eps", CLI_REAL, "X", "1e-8", 0, INFINITY, CLI_ABOVE_LEAST, epsilon, 0,                  \
          "--optimiser adam|adamw|rmsprop|nadam", "is added to the root of the squares")           \
    OWNED("alpha", CLI_REAL, "X", "0.99", 0, 1, CLI_BELOW_MOST, alpha, -1, "--optimiser rmsprop",  \
          "decay of the squares' mean")                                                            \
    OWNED("centered", CLI_FLAG, NULL, NULL, 0, 0, 0, centered, 0, "--optimiser rmsprop",           \
          "squares without those of the gradients' mean")                                          \
    OWNED("momentum-decay", CLI_REAL, "X", "0.004", 0, INFINITY, 0, momentum_decay, -1,            \
          "--optimiser nadam", "how the momentum grows")                                           \
    PLAIN("clip-norm", CLI_REAL, "X", NULL, 0, INFINITY, CLI_ABOVE_LEAST, clip_norm, 0,            \
          "clip the gradients to this norm of all of them together")                               \
    PLAIN("clip-value", CLI_REAL, "X", NULL, 0, INFINITY, CLI_ABOVE_LEAST, clip_value, 0,          \
          "clip each number of the gradients to -X..X")                                            \
    PLAIN("ema", CLI_REAL, "X", NULL, 0, 1, CLI_ABOVE_LEAST | CLI_BELOW_MOST, ema, 0,              \
          "validate with, and save, an exponential moving average of the weights with this "       \
          "decay, such as 0.999")                                                                  \
    OWNED("step-size", CLI_INT, "N", NULL, 1, EMB_MAX_EPOCHS, 0, step_size, 0, "--schedule step",  \
          "epochs between its steps")                                                              \
    OWNED("gamma", CLI_REAL, "X", "0.1", 0, INFINITY, CLI_ABOVE_LEAST, gamma, 0,                   \
          "--schedule step", "what each step multiplies the rate by")                              \
    OWNED("eta-min", CLI_REAL, "X", "0", 0, INFINITY, 0, eta_min, 0, "--schedule cosine",          \
          "the rate at its end")                                                                   \
    OWNED("pct-start", CLI_REAL, "X", "0.3", 0, 1, CLI_ABOVE_LEAST | CLI_BELOW_MOST, pct_start, 0, \
          "--schedule one-cycle", "share of the steps in which the rate rises")                    \
    OWNED("div-factor", CLI_REAL, "X", "25", 0, INFINITY, CLI_ABOVE_LEAST, div_factor, 0,          \
          "--schedule one-cycle", "the first rate is --lr divided by this")                        \
    OWNED("final-div-factor", CLI_REAL, "X", "10000", 0, INFINITY, CLI_ABOVE_LEAST,                \
          final_div_factor, 0, "--schedule one-cycle",                                             \
          "the last rate is the first divided by this")                                            \
    OWNED("fixed-momentum", CLI_FLAG, NULL, NULL, 0, 0, 0, fixed_momentum, 0,                      \
          "--schedule one-cycle", "leave the momentum, or beta1, as it is")                        \
    OWNED("base-momentum", CLI_REAL, "X", "0.85", 0, 1, CLI_BELOW_MOST, base_momentum, -1,         \
          "--schedule one-cycle", "the momentum at the highest rate")                              \
    OWNED("max-momentum", CLI_REAL, "X", "0.95", 0, 1, CLI_BELOW_MOST, max_momentum, -1,           \
          "--schedule one-cycle", "the momentum at both ends")                                     \
    OWNED("factor", CLI_REAL, "X", "0.1", 0, 1, CLI_BELOW_MOST, factor, -1, "--schedule plateau",  \
          "what the rate is multiplied by")                                                        \
    OWNED("plateau-patience", CLI_INT, "N", "10", 0, EMB_MAX_EPOCHS, 0, patience, -1,              \
          "--schedule plateau", "epochs without a better loss before that")                        \
    OWNED("cooldown", CLI_INT, "N", "0", 0, EMB_MAX_EPOCHS, 0, cooldown, 0, "--schedule plateau",  \
          "epochs after that in which none counts")                                                \
    OWNED("min-lr", CLI_REAL, "X", "0", 0, INFINITY, 0, min_lr, 0, "--schedule plateau",           \
          "the rate does not fall below this")                                                     \
    OWNED("plateau-mode", CLI_CHOICE, "min|max", "min", 0, 0, 0, mode, 0, "--schedule plateau",    \
          "whether the loss is to fall (min) or, of a classifier, the accuracy to rise "           \
          "(max)")                                                                                 \
    OWNED("threshold", CLI_REAL, "X", "0.0001", 0, INFINITY, 0, threshold, -1,                     \
          "--schedule plateau", "by how much it must be better than the best")                     \
    OWNED("threshold-mode", CLI_CHOICE, "rel|abs", "rel", 0, 0, 0, threshold_mode, 0,              \
          "--schedule plateau", "whether --threshold is a share of the best or a number")          \
    PLAIN("patience", CLI_INT, "N", NULL, 1, EMB_MAX_EPOCHS, 0, stop_patience, 0,                  \
          "stop early, after so many epochs in a row without a better validation loss "            \
          "(training loss without validation images)")                                             \
    OWNED("min-delta", CLI_REAL, "X", "0", 0, INFINITY, 0, stop_min_delta, 0, "--patience",        \
          "a better loss is below the best by more than this")

/* The rows of a command's options. */
#define CLI_LEARNING_PLAIN(name, type, value, fallback, least, most, open, member, zero, help)     \
    {name, 0, type, value, fallback, least, most, open, help},
#define CLI_LEARNING_OWNED(name, type, value, fallback, least, most, open, member, zero, of, help) \
    {name, 0, type, value, fallback, least, most, open, "of " of ": " help},
#define CLI_LEARNING_OPTIONS CLI_LEARNING_TABLE(CLI_LEARNING_PLAIN, CLI_LEARNING_OWNED)

/* The words of --schedule. */
#define CLI_SCHEDULES "constant|linear|cosine|step|one-cycle|plateau"
#define CLI_SCHEDULE_HELP                                                                          \
    "how the learning rate changes over the epochs: constant; falling to 0 in a line or along a "  \
    "cosine; in steps; up and down once (one-cycle); or smaller when the loss stops falling "      \
    "(plateau)"

/* One of those words, and back. */
const char *cli_schedule_name(emb_schedule schedule);
emb_schedule cli_schedule_of(const char *name);

/* The optimiser of that word; false: there is none. */
bool cli_optimiser_find(const char *name, emb_optimiser *optimiser);

/* Sets what the command line says, of a command with these rows, and then fills in the learning
 * rate, if it is 0, and the loss's full spelling; the schedule is set already. CLI_DONE, or the
 * exit code with the error printed. */
int cli_learning_read(emb_train_options *options, const cli_args *args);

/* The first of these options that the command line has; NULL: none. */
const char *cli_learning_given(const cli_args *args);

/* Adds what differs from the defaults: " momentum=0.9 ..."; to run.json, each by its name. */
void cli_learning_print(cli_text *text, const emb_train_options *options);
void cli_learning_json(cli_json *json, const emb_train_options *options);

/* What is minimised, to be freed: "MSELoss + 0.2*SSIM". */
char *cli_learning_loss(const emb_train_options *options, const emb_net *net);

/* Whether the schedule ends at the last epoch, so that their number changes every step. */
bool cli_learning_spans(const emb_train_options *options);

#endif
