import torch
import torch.nn as nn
import torch.nn.functional as F


class FlexibleAE(nn.Module):
    def __init__(self, latent=6, use_dropout=True, final='sigmoid', verbose=False):
        super().__init__()
        self.use_dropout = use_dropout
        self.final = final
        self.verbose = verbose
        self.fc1 = nn.Linear(784, 44)
        self.fc2 = nn.Linear(44, latent)
        self.fc3 = nn.Linear(latent, 44)
        self.fc4 = nn.Linear(44, 784)
        if self.use_dropout:
            self.drop = nn.Dropout(0.25)

    def forward(self, x, return_code=False):
        if x.dim() > 2:
            x = x.view(x.size(0), -1)
        x = F.relu(self.fc1(x))
        if self.use_dropout:
            x = self.drop(x)
        code = self.fc2(x)
        if return_code:
            return code
        if self.verbose:
            print('code', code.shape)
        x = F.relu(self.fc3(code))
        x = self.fc4(x)
        if self.final == 'sigmoid':
            x = torch.sigmoid(x)
        elif self.final == 'tanh':
            x = torch.tanh(x)
        else:
            pass
        return x


model = FlexibleAE(latent=5)
