/* CRC-32, as gzip has it. */
#ifndef EMB_CODEC_CRC_H
#define EMB_CODEC_CRC_H

#include <stddef.h>
#include <stdint.h>

/* Goes on with `sum`, which is 0 before the first byte. */
uint32_t emb__crc(uint32_t sum, const void *bytes, size_t count);

/* Of the bytes behind the first `first` bytes, whose sum is `sum_first`: `rest` of them, if all
 * together have `sum`. */
uint32_t emb__crc_rest(uint32_t sum, uint32_t sum_first, size_t rest);

#endif
