/* See like_mnist.h. */
#include "data/like_mnist.h"

#include "data/picture_options.h"

bool cli_like_mnist(const emb_net *net, bool inverted) {
    const cli_wish typed = cli_pictures_like_mnist();
    return typed == CLI_UNSAID ? !inverted && emb_net_like_mnist(net) : typed == CLI_WISHED;
}
