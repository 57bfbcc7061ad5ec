/* Words of help that several commands share. */
#ifndef CLI_SHARED_HELP_H
#define CLI_SHARED_HELP_H

#define CLI_DATASET_HELP                                                                           \
    "\"mnist\", which comes with embudo, \"fashion-mnist\" or \"kmnist\" (see embudo data), or a " \
    "folder with four files like MNIST's (gzipped or not), or one that torchvision filled, or "    \
    "NumPy arrays (.npy, .npz, a folder of .npy)"
#define CLI_RUN_DATASET_HELP                                                                       \
    CLI_DATASET_HELP "; where none is named, the one that the run's record names"
#define CLI_RUN_HELP     "a run's folder (runs/001) or a model file (model.safetensors)"
#define CLI_NETWORK_HELP "a run's folder, a model file, a notation file (.net) or a built-in name"

/* Of every command that computes. */
#define CLI_THREADS_OPTION                                                                         \
    {                                                                                              \
        "threads", 0, CLI_INT, "N", "0", 0, EMB_MAX_THREADS, 0,                                    \
            "threads to compute with; 0: what is fastest here. Never changes a result"             \
    }

enum { CLI_MOST_NEIGHBOURS = 1000 /* of --knn */ };

#endif
