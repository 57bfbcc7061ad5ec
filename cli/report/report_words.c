/* The words in a report. See report_words.h. */
#include "report/report_words.h"

#include "core/language.h"

static const char *const words[CLI_SAIDS] = {
    [CLI_SAID_TITLE_AUTOENCODER] = N_("Autoencoder %s, trained on %s"),
    [CLI_SAID_TITLE_CLASSIFIER] = N_("Classifier %s, trained on %s"),
    [CLI_SAID_TITLE_AUTOENCODER_ALONE] = N_("Autoencoder %s"),
    [CLI_SAID_TITLE_CLASSIFIER_ALONE] = N_("Classifier %s"),
    [CLI_SAID_TITLE_ON_CODES] = N_("Classifier %s on the codes of %s"),
    [CLI_SAID_LEAD_AUTOENCODER] = N_(
        "The network squeezes each image of %s numbers into a code of %s and makes an image from "
        "the code again. Below: the network, how it learned, and what it does with the %s "
        "%simages of %s%s."),
    [CLI_SAID_LEAD_CLASSIFIER] =
        N_("The network tells %s classes of images apart. Below: the network, how it learned, and "
           "what it makes of the %s %simages of %s%s."),
    [CLI_SAID_SEEN_TEST] = N_(", which it never saw while it learned"),
    [CLI_SAID_SEEN_VAL] =
        N_(", on which it was watched while it learned, and from which it did not learn"),
    [CLI_SAID_SEEN_TRAIN] = N_(", from which it learned"),
    [CLI_SAID_SEEN_HELD] =
        N_(", from which this training did not learn; the model that it builds on may have"),
    [CLI_SAID_SEEN_ALL] = N_("; it is not known whether it learned from them"),
    [CLI_SAID_RUN] = N_("Run: %s"),
    [CLI_SAID_CONTENTS] = N_("Contents"),
    [CLI_SAID_FOOT] = N_("Written by embudo %s. The page needs no other file."),
    [CLI_SAID_FACT_MSE] = N_("%sMSE"),
    [CLI_SAID_FACT_PSNR] = N_("%sPSNR"),
    [CLI_SAID_FACT_ACCURACY] = N_("%saccuracy"),
    [CLI_SAID_FACT_TEST_LOSS] = N_("%sloss"),
    [CLI_SAID_FACT_VAL_LOSS] = N_("validation loss"),
    [CLI_SAID_FACT_VAL_ACCURACY] = N_("validation accuracy"),
    [CLI_SAID_FACT_EPOCHS] = N_("epochs"),
    [CLI_SAID_FACT_SECONDS] = N_("training took"),
    [CLI_SAID_FACT_PARAMETERS] = N_("parameters"),
    [CLI_SAID_FACT_LATENT] = N_("numbers in a code"),
    [CLI_SAID_FACT_ELBO] = N_("%sELBO (nats)"),
    [CLI_SAID_FACT_RECONSTRUCTION] = N_("%sreconstruction"),
    [CLI_SAID_FACT_KL] = N_("%sKL (nats)"),
    [CLI_SAID_FACT_PENALTY] = N_("%spenalty"),
    [CLI_SAID_FACT_MMD] = N_("%sMMD"),
    [CLI_SAID_FACT_COMMITMENT] = N_("%scommitment"),
    [CLI_SAID_FACT_PERPLEXITY] = N_("%sperplexity"),
    [CLI_SAID_FACT_UNUSED] = N_("%sentries never taken"),
    [CLI_SAID_FACT_ACTIVE] = N_("%sactive numbers"),
    [CLI_SAID_FACT_PLACES] = N_("indices in a code"),
    [CLI_SAID_FACT_BITS] = N_("bits in a code"),
    [CLI_SAID_OF] = N_("%.0f of %d"),
    [CLI_SAID_CODE_OF_ENTRIES] = N_("%d indices of %d entries (%d bits)"),
    [CLI_SAID_VALIDATION_OF] = N_("validation %s"),
    [CLI_SAID_FACT_CLASSES] = N_("classes"),
    [CLI_SAID_FACT_NEIGHBOURS] = N_("neighbours that vote"),
    [CLI_SAID_NOTE_DOCTOR] = N_("Something is wrong: %s"),
    [CLI_SAID_NOTE_LEFT_OUT] = N_("Left out: %s"),
    [CLI_SAID_NOTE_OUTCOME] = N_("The training did not run to its end; run.json says: %s"),
    [CLI_SAID_NOTE_TWINS] =
        N_("%s of the images that are scored here are also among the data set's training images: "
           "their score only says how well they were remembered."),
    [CLI_SAID_NOTE_NO_RECORD] = N_("There is no run.json beside the model, so the command, its "
                                   "options and the machine are not known."),
    [CLI_SAID_NOTE_NO_HISTORY] =
        N_("There is no history.csv beside the model, so its training cannot be drawn."),
    [CLI_SAID_NOTE_NO_PICTURES] = N_("No pictures: %s"),
    [CLI_SAID_NETWORK] = N_("The network"),
    [CLI_SAID_NETWORK_TEXT] = N_(
        "From top to bottom, what happens to one image. A layer\u2019s output is channels \u00d7 "
        "height \u00d7 width, or just how many numbers there are; parameters are the numbers that "
        "training sets; multiply-adds say how much work an image is."),
    [CLI_SAID_LAYER] = N_("layer"),
    [CLI_SAID_LAYER_KIND] = N_("what it is"),
    [CLI_SAID_OUTPUT] = N_("output"),
    [CLI_SAID_PARAMETERS] = N_("parameters"),
    [CLI_SAID_MULTIPLY_ADDS] = N_("multiply-adds"),
    [CLI_SAID_INPUT] = N_("input"),
    [CLI_SAID_TOTAL] = N_("total"),
    [CLI_SAID_NOTATION] = N_("The network as text, as PyTorch writes it"),
    [CLI_SAID_LOSS] = N_("How it learned"),
    [CLI_SAID_LOSS_WHAT] = N_("Loss by epoch: a line for training and one for validation"),
    [CLI_SAID_LOSS_CAPTION] = N_(
        "An epoch is one pass through the training images. Both lines should fall; if validation "
        "stays flat or rises while training still falls, the network learns its images by heart."),
    [CLI_SAID_CURVES_WHAT] = N_("Loss and accuracy by epoch"),
    [CLI_SAID_NUMBERS] = N_("The numbers"),
    [CLI_SAID_FILM] = N_("The film of its epochs"),
    [CLI_SAID_FILM_WHAT] =
        N_("One validation image, and what the network made of it after each epoch"),
    [CLI_SAID_FILM_CAPTION] =
        N_("The same validation image all along, which it did not learn from: first as it is, then "
           "what came out of the network after each epoch. While one picture still differs from "
           "the one before, more epochs may help."),
    [CLI_SAID_SIDEWAYS] = N_("The picture is wider than the screen: move it sideways."),
    [CLI_SAID_ON_CODES] = N_("codes, %s"),
    [CLI_SAID_ON_IMAGES] = N_("images, %s"),
    [CLI_SAID_MORE_IN_IMAGES] = N_(
        "What reads images sees every pixel: what it gets right beyond the codes is what they do "
        "not say."),
    [CLI_SAID_EPOCH] = N_("epoch"),
    [CLI_SAID_TRAIN_LOSS] = N_("training loss"),
    [CLI_SAID_SECONDS] = N_("seconds"),
    [CLI_SAID_TRAIN_ACCURACY] = N_("training accuracy"),
    [CLI_SAID_PAGE] = N_("Reconstructions"),
    [CLI_SAID_PAGE_WHAT] = N_("Some %simages, and below each what the network makes of it"),
    [CLI_SAID_PAGE_CAPTION] =
        N_("The first %simages; below each, what the decoder makes of its code. What is blurred "
           "or changed did not fit through the code."),
    [CLI_SAID_CODES] = N_("Where the codes lie"),
    [CLI_SAID_CODES_WHAT] = N_("Points in a plane: the codes of the %simages, coloured by label"),
    [CLI_SAID_CODES_ONE_CAPTION] =
        N_("Each point is one %simage, its place across is its code, and each label has a band: "
           "where two bands overlap, the code does not tell those labels apart."),
    [CLI_SAID_CODES_TWO_CAPTION] =
        N_("Each point is one %simage and its place is its code. The network never saw the labels: "
           "where a colour has a region of its own, it found that kind of image by itself; where "
           "colours mix, it takes them for much the same."),
    [CLI_SAID_CODES_KNOWN_CAPTION] = N_(
        "Each point is one %simage and its place is its code. The network is given the label, so "
        "its code need not say it: where all colours mix, it says how an image is drawn and not "
        "what it shows."),
    [CLI_SAID_CODES_MORE_CAPTION] = N_(
        "Each point is one %simage. A code of %s numbers does not fit on paper, so this is its "
        "shadow from the side where it is widest (two principal components; the axes say how much "
        "of the variance each shows): colours that overlap here may lie apart in the code."),
    [CLI_SAID_MANIFOLD] = N_("The plane, decoded"),
    [CLI_SAID_MANIFOLD_WHAT] =
        N_("A grid of images that the decoder makes from places in the plane of codes"),
    [CLI_SAID_MANIFOLD_CAPTION] = N_(
        "Each small image is what the decoder makes of one place in the plane above, finer where "
        "there are more images: walk through it and see one shape turn into another."),
    [CLI_SAID_WALK] = N_("From image to image"),
    [CLI_SAID_WALK_WHAT] =
        N_("Rows of images: from one of the %simages to the next through their codes"),
    [CLI_SAID_WALK_CAPTION] =
        N_("A code of %s number(s) is not a plane that could be decoded place by place. Here is a "
           "straight walk between codes instead: at both ends is one %simage, and between them is "
           "what the decoder makes of the codes on the way."),
    [CLI_SAID_NEW] = N_("New images"),
    [CLI_SAID_NEW_WHAT] = N_("Images that the decoder makes of codes drawn at random"),
    [CLI_SAID_NEW_CAPTION] =
        N_("No image was read for these: their codes were drawn at random. If they look like the "
           "images that were learned, the codes have the distribution that they are drawn from."),
    [CLI_SAID_TRAVERSAL_WHAT] =
        N_("Rows of images: in each, one number of the code goes through its range"),
    [CLI_SAID_TRAVERSAL_CAPTION] = N_(
        "What each number of the code changes while the others stay. A row that is the same from "
        "end to end is a number that the decoder does not listen to."),
    [CLI_SAID_PRIOR_WHAT] =
        N_("A grid of images over the plane of codes, coloured by how many codes lie there"),
    [CLI_SAID_PRIOR_CAPTION] =
        N_("Codes for new images are drawn from each of these cells equally often. Where a cell is "
           "blue, hardly any image has its code, and what is drawn there was never learned."),
    [CLI_SAID_ERRORS] = N_("The worst cases"),
    [CLI_SAID_ERRORS_WHAT] = N_("The %simages with the largest error, above their reconstructions"),
    [CLI_SAID_ERRORS_CAPTION] = N_(
        "The %simages that the network reconstructs worst, each with its mean squared error; the "
        "mean over all of them is %s. These are unusual or badly written images, or ones that are "
        "not like the others."),
    [CLI_SAID_CODES_ACCURACY] = N_("What the codes know of the labels"),
    [CLI_SAID_CODES_ACCURACY_TEXT] =
        N_("The network never saw a label. How well the labels can still be told from its codes "
           "alone says what the codes have kept. Guessing would give about %.0f %%."),
    [CLI_SAID_CODES_KNOWN_TEXT] =
        N_("The network is given the label, so its codes need not say it. How well the labels can "
           "still be told from them says what they repeat. Guessing would give about %.0f %%."),
    [CLI_SAID_CODES_ACCURACY_MORE] =
        N_("To train another classifier on these codes, whose run will then appear here as well:"),
    [CLI_SAID_CLASSIFIER] = N_("classifier"),
    [CLI_SAID_ACCURACY] = N_("%saccuracy"),
    [CLI_SAID_WHERE] = N_("from"),
    [CLI_SAID_LINEAR] = N_("linear"),
    [CLI_SAID_NEAREST] = N_("%d nearest neighbours"),
    [CLI_SAID_QUICK] = N_("made for this page: %d epochs on %s codes"),
    [CLI_SAID_QUICK_NEAREST] = N_("made for this page: the nearest of %s codes"),
    [CLI_SAID_OTHER_RUN] = N_("the run %s"),
    [CLI_SAID_COMPARISON] = N_("the comparison in %s"),
    [CLI_SAID_CONFUSION] = N_("Which classes it confuses"),
    [CLI_SAID_CONFUSION_WHAT] = N_("A matrix: true classes by predicted classes"),
    [CLI_SAID_CONFUSION_CAPTION] =
        N_("A row for each true class, a column for what the classifier said. Off the diagonal are "
           "its mistakes."),
    [CLI_SAID_CONFUSION_TABLE] = N_("The same as a table"),
    [CLI_SAID_TRUE_CLASS] = N_("true"),
    [CLI_SAID_PER_CLASS] = N_("Class by class"),
    [CLI_SAID_PER_CLASS_TEXT] =
        N_("Found: the share of a class\u2019s images that was recognised (recall). Trusted: the "
           "share of those taken for the class that belongs to it (precision)."),
    [CLI_SAID_CLASS] = N_("class"),
    [CLI_SAID_IMAGES] = N_("images"),
    [CLI_SAID_RECALL] = N_("found"),
    [CLI_SAID_PRECISION] = N_("trusted"),
    [CLI_SAID_TAKEN_FOR] = N_("most often mistaken for"),
    [CLI_SAID_TIMES] = N_("%s (%u times)"),
    [CLI_SAID_MISTAKES] = N_("Some of its mistakes"),
    [CLI_SAID_MISTAKES_WHAT] = N_("Some %simages that were classified wrong"),
    [CLI_SAID_MISTAKES_CAPTION] =
        N_("Of %s %simages that it gets wrong, those it was surest of: the true label, an arrow, "
           "what it said and how sure it was of that."),
    [CLI_SAID_MISTAKES_NEAREST_CAPTION] =
        N_("Some of %s %simages that it gets wrong: the true label, an arrow, and what the "
           "neighbours said."),
    [CLI_SAID_MISTAKES_NONE] = N_("It gets all of the %simages right."),
    [CLI_SAID_ORIGIN] = N_("How it was made"),
    [CLI_SAID_COMMAND_TEXT] = N_("This command makes the same model again, bit for bit:"),
    [CLI_SAID_COMMAND_FOLDER] = N_("Choose a folder with -o that does not exist."),
    [CLI_SAID_OPTIONS] = N_("Options"),
    [CLI_SAID_OPTION] = N_("option"),
    [CLI_SAID_VALUE] = N_("value"),
    [CLI_SAID_DATA] = N_("Data"),
    [CLI_SAID_DATA_SET] = N_("data set"),
    [CLI_SAID_READS] = N_("what the network reads"),
    [CLI_SAID_TRAINING_IMAGES] = N_("training images"),
    [CLI_SAID_VALIDATION_IMAGES] = N_("validation images"),
    [CLI_SAID_SCORED] = N_("what was measured here"),
    [CLI_SAID_SCORED_IMAGES] = N_("%s %simages of %s"),
    [CLI_SAID_MACHINE] = N_("Program and machine"),
    [CLI_SAID_VERSION] = N_("embudo"),
    [CLI_SAID_COMPILER] = N_("compiler"),
    [CLI_SAID_PROCESSOR] = N_("processor"),
    [CLI_SAID_CORES] = N_("cores"),
    [CLI_SAID_INSTRUCTION_SET] = N_("instruction set"),
    [CLI_SAID_THREADS] = N_("threads"),
    [CLI_SAID_SYSTEM] = N_("system"),
    [CLI_SAID_STARTED] = N_("started"),
    [CLI_SAID_FINISHED] = N_("finished"),
};

const char *cli_said_text(cli_said said) { return *words[said] ? _(words[said]) : ""; }
