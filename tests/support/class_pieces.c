/* Pieces of work with classes: a Python file and a notebook. See pieces.h. */
#include <string.h>

#include "embudo.h"
#include "support/pieces.h"

static const char class_text[] =
    "import torch\nfrom torch import nn\n\n\n"
    "class Net(nn.Module):\n"
    "    def __init__(self, sizes, act=nn.ReLU):\n"
    "        super().__init__()\n"
    "        layers = []\n"
    "        for a, b in zip(sizes[:-1], sizes[1:]):\n"
    "            layers += [nn.Linear(a, b), act()]\n"
    "        self.body = nn.Sequential(*layers)\n"
    "        self.mu, self.lv = nn.Linear(sizes[-1], 2), nn.Linear(sizes[-1], 2)\n"
    "        self.up = nn.ModuleDict({'a': nn.Linear(2, 36)})\n"
    "        self.old = nn.Linear(1, 1)\n\n"
    "    def forward(self, x):\n"
    "        h = self.body(x.view(x.size(0), -1))\n"
    "        mu, lv = self.mu(h), self.lv(h)\n"
    "        z = torch.distributions.Normal(mu, torch.exp(0.5 * lv)).rsample()\n"
    "        return torch.sigmoid(self.up['a'](z)).view(-1, 1, 6, 6), mu, lv\n\n\n"
    "model = Net([36, 9, 5])\n"
    "optimiser = torch.optim.Adam(model.parameters(), lr=2e-3)\n";

/* Writes the class as it is, or as a notebook's cell. */
static bool write(const char *path, bool notebook) {
    char text[4096];
    size_t length = 0;
    const char *begin = "{\"cells\": [{\"cell_type\": \"code\", \"source\": \"";
    for (const char *c = begin; notebook && *c; c++) text[length++] = *c;
    for (const char *c = class_text; *c && length + 32 < sizeof text; c++) {
        if (notebook && *c == '\n') text[length++] = '\\';
        text[length++] = notebook && *c == '\n' ? 'n' : *c;
    }
    for (const char *c = "\"}]}"; notebook && *c; c++) text[length++] = *c;
    return emb_file_write(path, text, length) == EMB_OK;
}

bool class_pieces_set_up(void) { return write("net.py", false) && write("net.ipynb", true); }

/* What it is, what it says of training, and its notes. */
static bool open_one(test_sha *result, const char *path) {
    emb_written written;
    emb_net *net = emb_net_open(path, &(emb_net_options){.input = {1, 6, 6}});
    if (net) {
        const char *texts[] = {emb_net_notation(net), emb_net_notes(net)};
        for (int i = 0; i < 2; i++) test_sha_add(result, texts[i], strlen(texts[i]));
        if (emb_net_written(net, &written)) {
            test_sha_add(result, &written.learning_rate, sizeof written.learning_rate);
        }
    }
    emb_net_free(net);
    return net;
}

bool piece_class(test_sha *result) { return open_one(result, "net.py"); }
bool piece_notebook(test_sha *result) { return open_one(result, "net.ipynb"); }
