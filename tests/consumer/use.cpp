// The header is C++ as well.
#include <embudo.h>

#include <cstdio>
#include <memory>

int main() {
    emb_net_options options{};
    options.latent = 3;
    std::unique_ptr<emb_net, decltype(&emb_net_free)> net(emb_net_open("notebook", &options),
                                                          emb_net_free);
    if (!net || emb_net_init(net.get(), 1) != EMB_OK) {
        std::fprintf(stderr, "%s\n", emb_error());
        return 1;
    }
    return emb_net_latent(net.get()) == 3 ? 0 : 1;
}
