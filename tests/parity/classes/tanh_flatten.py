import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self, code_size=6):
        super().__init__()
        self.code_size = code_size

        self.enc_cnn_1 = nn.Conv2d(1, 6, kernel_size=5)
        self.enc_cnn_2 = nn.Conv2d(6, 8, kernel_size=5)
        self.enc_linear_1 = nn.Linear(8 * 20 * 20, 20)
        self.enc_linear_2 = nn.Linear(20, self.code_size)

        self.dec_linear_1 = nn.Linear(self.code_size, 40)
        self.dec_linear_2 = nn.Linear(40, 28 * 28)

    def forward(self, images):
        code = torch.tanh(self.enc_cnn_1(images))
        code = self.enc_cnn_2(code).tanh()
        code = code.flatten(1)
        code = torch.tanh(self.enc_linear_1(code))
        code = self.enc_linear_2(code)
        out = torch.tanh(self.dec_linear_1(code))
        out = self.dec_linear_2(out).sigmoid()
        out = out.view([code.size(0), 1, 28, 28])
        return out
