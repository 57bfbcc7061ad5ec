/* Words of help that several commands share. */
#ifndef CLI_SHARED_HELP_H
#define CLI_SHARED_HELP_H

#define CLI_DATASET_HELP                                                                           \
    "\"mnist\", which comes with embudo, \"fashion-mnist\" or \"kmnist\" (see embudo data), a "    \
    "folder with four files like MNIST's (gzipped or not), a folder that torchvision made, "       \
    "EMNIST's (FOLDER/emnist-letters), CIFAR's binary files, an IDX file, NumPy arrays (.npy, "    \
    ".npz, a folder of .npy), or pictures: a folder, a ZIP, a tar (.gz or not)"
#define CLI_RUN_DATASET_HELP CLI_DATASET_HELP "; without it, the data set in the run's record"
#define CLI_RUN_HELP         "a run's folder (runs/001) or a model file (model.safetensors)"
#define CLI_NETWORK_HELP     "a run's folder, a model file, a notation file (.net) or a built-in name"

/* Of a conditional network. */
#define CLI_LABEL_OPTION                                                                           \
    {                                                                                              \
        "label", 0, CLI_TEXT, "N|NAME", NULL, 0, 0, 0,                                             \
            "of a conditional network: the label to draw, such as 7, or its name if the network "  \
            "learned from classes with names"                                                      \
    }

#define CLI_IMAGE_LABEL_OPTION                                                                     \
    {                                                                                              \
        "label", 0, CLI_TEXT, "N|NAME", NULL, 0, 0, 0,                                             \
            "of a conditional network: the label of images that come without one, such as "        \
            "picture "                                                                             \
            "files"                                                                                \
    }

/* Every command that computes has this option. */
#define CLI_THREADS_OPTION                                                                         \
    {                                                                                              \
        "threads", 0, CLI_INT, "N", "0", 0, EMB_MAX_THREADS, 0,                                    \
            "number of threads; 0: as many as are fastest on this machine. It never changes the "  \
            "result"                                                                               \
    }

/* Of commands whose answer is numbers. docs/JSON.md has the members, which are only added to. */
#define CLI_JSON_OPTION                                                                            \
    {                                                                                              \
        "json", 0, CLI_FLAG, NULL, NULL, 0, 0, 0,                                                  \
            "the answer as JSON on standard output, the same in every language; all else goes to " \
            "standard error. docs/JSON.md has its members"                                         \
    }

/* Where the explorer listens. */
#define CLI_PORT_OPTION                                                                            \
    { "port", 0, CLI_INT, "N", "8080", 0, 65535, 0, "the port; 0: a free one" }
#define CLI_HOST_OPTION                                                                            \
    {                                                                                              \
        "host", 0, CLI_TEXT, "ADDRESS", "127.0.0.1", 0, 0, 0,                                      \
            "the address of this machine at which it listens, as a number. With another than "     \
            "127.0.0.1 others in the network reach it: they need the token that is printed with "  \
            "the address"                                                                          \
    }

enum { CLI_MOST_NEIGHBOURS = 1000 /* of --knn */ };

#endif
