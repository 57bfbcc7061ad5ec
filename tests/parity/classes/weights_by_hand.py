import math
import torch
import torch.nn as nn
import torch.nn.functional as F


def init_weights(m):
    if isinstance(m, nn.Linear):
        nn.init.xavier_uniform_(m.weight)
        m.bias.data.fill_(0.01)


class AE(nn.Module):
    def __init__(self, side=28, code=4, debug=False):
        super().__init__()
        self.side = side
        self.debug = debug
        n = side * side
        hidden = int(math.sqrt(n)) * 2
        self.fc_in = nn.Linear(n, hidden)
        self.fc_code = nn.Linear(hidden, code)
        self.fc_mid = nn.Linear(code, hidden)
        self.fc_out = nn.Linear(hidden, n)
        self.apply(init_weights)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.zeros_(m.bias)
        self.num_params = sum(p.numel() for p in self.parameters())

    def forward(self, img):
        assert img.shape[-1] == self.side, "another size"
        b, c, h, w = img.shape
        x = img.view(b, c * h * w)
        x = F.hardtanh(self.fc_in(x))
        z = self.fc_code(x)
        if self.debug:
            print("code:", z.shape, z.mean().item())
        x = F.hardtanh(self.fc_mid(z), min_val=-2.0, max_val=2.0)
        x = F.dropout(x, 0.2, training=self.training)
        x = self.fc_out(x)
        return torch.sigmoid(x).view(b, c, h, w)


model = AE(debug=False)
