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
#define CLI_THREADS_HELP "threads to compute with; 0: what is fastest here. Never changes a result"

#endif
