/* How many numbers a command holds at once. A model's file may be small and its codes or images
 * large: what is asked for is known, and refused, before any work. */
#ifndef CLI_ROOM_H
#define CLI_ROOM_H

#include <stdbool.h>
#include <stddef.h>

#include <embudo.h>

enum {
    CLI_ROOM_PICTURE = 1 << 26, /* of all the images in one picture: 256 MiB */
    CLI_ROOM_NUMBERS = 1 << 28  /* of codes, or of images that are written in one piece: 1 GiB */
};

/* False, with the error printed, where `count` things of `each` numbers are more than `most`.
 * `what` they are and what `holds` them is for the message; `less`: what would take fewer. */
bool cli_room_for(size_t count, size_t each, size_t most, const char *what, const char *holds,
                  const char *less);

/* False, with the error printed, where the disk that `path` is on, or will be, has less than `need`
 * bytes left. `what` takes them is for the message. */
bool cli_room_on_disk(const char *path, size_t need, const char *what);

/* As cli_room_for for the codes of so many images. As many numbers as the images themselves have
 * are always possible. */
bool cli_room_codes(const emb_net *net, size_t count, const char *less);
bool cli_room_codes_of(size_t latent, size_t pixels, size_t count, const char *less);

/* How many of `count` images, at least one, a picture of `rows` for each holds. */
size_t cli_room_images(const emb_net *net, size_t count, size_t rows);

#endif
