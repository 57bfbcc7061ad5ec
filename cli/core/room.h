/* How many numbers a command holds at once. A small model file may stand for large codes or images,
 * so a request that is too large is refused before any work. */
#ifndef CLI_ROOM_H
#define CLI_ROOM_H

#include <stdbool.h>
#include <stddef.h>

#include <embudo.h>

enum {
    CLI_ROOM_PICTURE = 1 << 26, /* for all the images in one picture: 256 MiB */
    CLI_ROOM_NUMBERS = 1 << 28  /* for codes, or for images that are written in one piece: 1 GiB */
};

/* False, with the error printed, if `count` things of `each` numbers are more than `most`. `text`
 * is the error: a format, marked by E_, for their count, `each`, how many would fit, and the option
 * that takes fewer. */
bool cli_room_for(size_t count, size_t each, size_t most, const char *text, const char *option);

/* False, with the error printed, if the disk that `path` is on, or will be, has less than `need`
 * bytes left. `text` is the error, as above: for the path, what is left, and what is needed. */
bool cli_room_on_disk(const char *path, size_t need, const char *text);

/* As cli_room_for for the codes of so many images; `option` takes fewer, if it is not NULL. Codes
 * with no more numbers than the images are always allowed. */
bool cli_room_codes(const emb_net *net, size_t count, const char *option);
bool cli_room_codes_of(size_t latent, size_t pixels, size_t count, const char *option);

/* How many of `count` images fit in a picture with `rows` rows for each; at least one. */
size_t cli_room_images(const emb_net *net, size_t count, size_t rows);

#endif
