/* A TIFF in memory, opened by libtiff, and what its header says.
 *
 * Owns: the bytes that libtiff asks for, its messages, which kinds of TIFF are read. Does not own:
 * pixels (picture_tiff.c). libtiff is told where to report, so that it changes nothing that a
 * process shares. */
#ifndef EMB_CODEC_TIFF_FILE_H
#define EMB_CODEC_TIFF_FILE_H

#ifdef EMB_HAVE_TIFF

#include <tiffio.h>

#include "codec/picture_file.h"

enum { EMB__TIFF_MESSAGE = 160 };

typedef struct emb__tiff {
    const emb__picture_file *file;
    size_t at; /* in the file's bytes */
    TIFF *tiff;
    uint32_t height, width;
    uint16_t bits, channels, photometric, packing, opacity; /* opacity: EXTRASAMPLE_..., or 0 */
    bool apart;                                             /* each channel by itself */
    uint8_t *stored; /* a row or a tile as libtiff gives it */
    uint8_t *band;   /* [rows][W][channels] of bytes, or NULL */
    uint8_t *row;    /* [W][channels] of bytes, then of samples */
    uint8_t palette[256][3];
    bool failed;
    char message[EMB__TIFF_MESSAGE];
} emb__tiff;

/* Opens r->file; r->tiff is to be closed, whatever fails later. */
emb_status emb__tiff_open(emb__tiff *r);

/* Reads what the header says into *r and *info, and refuses what is not read. */
emb_status emb__tiff_header(emb__tiff *r, emb__picture_info *info);

/* The numbers that its colours need, without opacity; 0: they are not read. */
unsigned emb__tiff_channels(const emb__tiff *r);

/* Sets the error: what libtiff said first. */
emb_status emb__tiff_failed(const emb__tiff *r);

#endif
#endif
