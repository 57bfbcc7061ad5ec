/* Files of up to 1 MB that are made to cost much, and at their end are wrong. Each is made into an
 * empty file with room for COSTLY_ROOM bytes. */
#ifndef EMB_TESTS_COSTLY_H
#define EMB_TESTS_COSTLY_H

#include "makers/bytes.h"

enum { COSTLY_ROOM = 1 << 20 };

typedef void costly(buffer *file);

costly csv_last_line, csv_one_line, npy_wrong_shape, npy_not_finite;
costly npz_few_members, npz_many_members, npz_many_ends, npz_contradiction, npz_damaged;
costly idx_short, idx_long, idx_damaged, idx_cut;

costly png_cut, png_short, png_interlaced, png_wide, png_tall, pnm_text, pnm_bytes;
costly jpeg_cut, jpeg_short, jpeg_wide, jpeg_progressive;
costly bmp_runs, gif_interlaced, tiff_tile, webp_lossless;

costly text_nested, text_long, model_nested, model_keys, model_tensors;
costly onnx_nodes, onnx_tensors, onnx_inputs, onnx_outputs, onnx_values, onnx_unknown;
costly onnx_few_nodes, onnx_few_operators, onnx_few_inputs, onnx_few_attributes, onnx_few_numbers;
costly onnx_opsets, onnx_metadata;

#endif
