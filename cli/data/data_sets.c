/* The known data sets, with their publishers' files. See data_sets.h. */
#include "data/data_sets.h"

#include "core/language.h"

#include <string.h>

#include "core/strings.h"
#include "core/suggest.h"

#define T10K_LABELS  "t10k-labels-idx1-ubyte.gz"
#define T10K_IMAGES  "t10k-images-idx3-ubyte.gz"
#define TRAIN_LABELS "train-labels-idx1-ubyte.gz"
#define TRAIN_IMAGES "train-images-idx3-ubyte.gz"

#define PLAIN(file, bytes, sum)                                                                    \
    { .name = file, .size = bytes, .sha256 = sum }
#define ARCHIVE(file, bytes, sum)                                                                  \
    { .name = file, .size = bytes, .sha256 = sum, .archive = true }

const cli_set cli_sets[] = {
    {.name = "mnist",
     .licence = N_("CC BY-SA 3.0, Yann LeCun and Corinna Cortes"),
     .mirrors = {"https://ossci-datasets.s3.amazonaws.com/mnist/",
                 "https://storage.googleapis.com/cvdf-datasets/mnist/"},
     .files = {PLAIN(T10K_LABELS, 4542,
                     "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
               PLAIN(TRAIN_LABELS, 28881,
                     "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
               PLAIN(T10K_IMAGES, 1648877,
                     "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
               PLAIN(TRAIN_IMAGES, 9912422,
                     "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609")}},
    {.name = "fashion-mnist",
     .licence = "MIT, Zalando SE",
     .mirrors = {"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"},
     .files = {PLAIN(T10K_LABELS, 5148,
                     "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
               PLAIN(TRAIN_LABELS, 29515,
                     "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
               PLAIN(T10K_IMAGES, 4422102,
                     "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
               PLAIN(TRAIN_IMAGES, 26421880,
                     "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84")}},
    {.name = "kmnist",
     .licence = "CC BY-SA 4.0, ROIS-DS Center for Open Data in the Humanities",
     .mirrors = {"http://codh.rois.ac.jp/kmnist/dataset/kmnist/"},
     .files = {PLAIN(T10K_LABELS, 5120,
                     "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"),
               PLAIN(TRAIN_LABELS, 29497,
                     "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"),
               PLAIN(T10K_IMAGES, 3041136,
                     "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"),
               PLAIN(TRAIN_IMAGES, 18165135,
                     "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4")}},
    {.name = "cifar-10",
     .licence = N_("not stated, Alex Krizhevsky, Vinod Nair and Geoffrey Hinton"),
     .mirrors = {"https://www.cs.toronto.edu/~kriz/"},
     .files = {ARCHIVE("cifar-10-binary.tar.gz", 170052171,
                       "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd")}},
    {.name = "cifar-100",
     .licence = N_("not stated, Alex Krizhevsky, Vinod Nair and Geoffrey Hinton"),
     .mirrors = {"https://www.cs.toronto.edu/~kriz/"},
     .files = {ARCHIVE("cifar-100-binary.tar.gz", 168513733,
                       "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec")}},
    {.name = "emnist",
     .licence = N_("public domain, NIST; Gregory Cohen and others"),
     .mirrors = {"https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/"},
     .files = {ARCHIVE("gzip.zip", 561753746,
                       "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e")}},
    {.name = NULL},
};

const cli_set *cli_set_find(const cli_set *sets, const char *name) {
    for (; sets->name; sets++) {
        if (strcmp(sets->name, name) == 0) return sets;
    }
    return NULL;
}

const char *cli_set_nearest(const cli_set *sets, const char *name) {
    enum { MOST = 64 };
    const char *names[MOST + 1];
    int count = 0;
    for (; count < MOST && sets[count].name; count++) names[count] = sets[count].name;
    names[count] = NULL;
    return cli_nearest(name, names);
}

uint64_t cli_set_size(const cli_set *set) {
    uint64_t size = 0;
    for (const cli_set_file *file = set->files; file->name; file++) size += file->size;
    return size;
}

bool cli_set_name_is_safe(const char *name) {
    static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
                      others[] =
                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    const size_t length = strlen(name);
    return length >= 1 && length <= CLI_SET_NAME && strspn(name, first) >= 1 &&
           strspn(name, others) == length && !cli_ends_with(name, ".part");
}

bool cli_set_url_is_safe(const char *url) {
    const char *scheme = strncmp(url, "https://", 8) == 0  ? url + 8
                         : strncmp(url, "http://", 7) == 0 ? url + 7
                                                           : "";
    for (const char *c = url; *c; c++) {
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f) return false;
    }
    return *scheme && *scheme != '/';
}
