/* The explorer's answers that compute. `number` is the image that a path names. */
#ifndef CLI_API_H
#define CLI_API_H

#include "serve/explorer.h"

cli_reply cli_api_decode(cli_explorer *explorer, const cli_request *request, long number);
cli_reply cli_api_return(cli_explorer *explorer, const cli_request *request, long number);
cli_reply cli_api_film(cli_explorer *explorer, const cli_request *request, long number);
cli_reply cli_api_layer(cli_explorer *explorer, const cli_request *request, long number);
cli_reply cli_api_encode(cli_explorer *explorer, const cli_request *request, long number);
cli_reply cli_api_neighbours(cli_explorer *explorer, const cli_request *request, long number);
cli_reply cli_api_image(cli_explorer *explorer, const cli_request *request, long number);
cli_reply cli_api_pixels(cli_explorer *explorer, const cli_request *request, long number);
cli_reply cli_api_files(cli_explorer *explorer, const cli_request *request, long number);
cli_reply cli_api_original(cli_explorer *explorer, const cli_request *request, long number);
cli_reply cli_api_reconstruction(cli_explorer *explorer, const cli_request *request, long number);
cli_reply cli_api_difference(cli_explorer *explorer, const cli_request *request, long number);

enum { CLI_MOST_NUMBERS = 1 << 24 }; /* of images that are answered at once */

/* Images as bytes 0..255, in the place of their numbers. */
cli_reply cli_api_bytes(const cli_explorer *explorer, size_t count, float *images);

/* Of a training (docs/API.md: Watching a training). */
cli_reply cli_api_training(cli_explorer *explorer, const cli_request *request, long number);
cli_reply cli_api_losses(cli_explorer *explorer, const cli_request *request, long number);
cli_reply cli_api_epochs(cli_explorer *explorer, const cli_request *request, long number);
cli_reply cli_api_shot_codes(cli_explorer *explorer, const cli_request *request, long number);
cli_reply cli_api_shot_pictures(cli_explorer *explorer, const cli_request *request, long number);
cli_reply cli_api_shot_decode(cli_explorer *explorer, const cli_request *request, long number);
cli_reply cli_api_shot_return(cli_explorer *explorer, const cli_request *request, long number);
cli_reply cli_api_pause(cli_explorer *explorer, const cli_request *request, long number);
cli_reply cli_api_continue(cli_explorer *explorer, const cli_request *request, long number);
cli_reply cli_api_stop(cli_explorer *explorer, const cli_request *request, long number);

#endif
