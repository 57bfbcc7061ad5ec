/* See room.h. */
#include "core/room.h"

#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "core/language.h"
#include "core/message.h"
#include "core/network.h"

bool cli_room_for(size_t count, size_t each, size_t most, const char *text, const char *option) {
    char some[CLI_NUMBER_SIZE], numbers[CLI_NUMBER_SIZE], fit[CLI_NUMBER_SIZE];
    if (count <= most / each) return true;
    cli_fail(text, cli_thousands(count, some), cli_thousands(each, numbers),
             cli_thousands(most / each, fit), option);
    return false;
}

bool cli_room_on_disk(const char *path, size_t need, const char *text) {
    struct statvfs disk;
    char free_text[CLI_NUMBER_SIZE], need_text[CLI_NUMBER_SIZE];
    char *folder = cli_format("%s", path), *slash = strrchr(folder, '/');
    if (slash) slash[1] = '\0';
    const bool known = statvfs(path, &disk) == 0 || statvfs(slash ? folder : ".", &disk) == 0;
    free(folder);
    if (!known) return true; /* writing will tell */
    const unsigned long long left = (unsigned long long)disk.f_bavail * disk.f_frsize;
    if (left >= need) return true;
    cli_fail(text, path, cli_size((size_t)left, free_text), cli_size(need, need_text));
    return false;
}

bool cli_room_codes(const emb_net *net, size_t count, const char *option) {
    return cli_room_codes_of((size_t)emb_net_latent(net), cli_network_pixels(net), count, option);
}

bool cli_room_codes_of(size_t latent, size_t pixels, size_t count, const char *option) {
    return latent <= pixels ||
           cli_room_for(count, latent, CLI_ROOM_NUMBERS,
                        option ? E_("%s codes of %s numbers are more than are held at once, at "
                                    "most %s codes; a smaller %s takes fewer")
                               : E_("%s codes of %s numbers are more than are held at once, at "
                                    "most %s"),
                        option);
}

size_t cli_room_images(const emb_net *net, size_t count, size_t rows) {
    const size_t fit = CLI_ROOM_PICTURE / (rows * cli_network_pixels(net));
    return fit < 1 ? 1 : fit < count ? fit : count;
}
