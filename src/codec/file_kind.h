/* What a file is, for whoever was given the wrong one: by its first bytes or, for text, its name.
 */
#ifndef EMB_CODEC_FILE_KIND_H
#define EMB_CODEC_FILE_KIND_H

typedef enum emb__file_kind {
    EMB__FILE_OTHER, /* also what cannot be read */
    EMB__FILE_PICTURE,
    EMB__FILE_ARRAY,    /* NPY, NPZ */
    EMB__FILE_IDX,      /* plain or gzipped */
    EMB__FILE_MODEL,    /* safetensors */
    EMB__FILE_ONNX,     /* by its name */
    EMB__FILE_NOTATION, /* by its name, .net */
    EMB__FILE_CLASS,    /* by its name, .py or .ipynb */
    EMB__FILE_PICKLE,   /* torch.save's */
    EMB__FILE_HDF5,     /* Keras's and others' */
    EMB__FILE_KINDS
} emb__file_kind;

/* The error text may be another one afterwards. */
emb__file_kind emb__file_kind_of(const char *path);

#endif
