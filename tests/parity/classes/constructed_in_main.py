from __future__ import annotations

import argparse
import torch
import torch.nn as nn

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=5)
parser.add_argument("--batch-size", type=int, default=128)
args = parser.parse_args()


class AE(nn.Module):
    def __init__(self, **kwargs):
        super().__init__()
        self.encoder_hidden_layer = nn.Linear(in_features=kwargs["input_shape"], out_features=32)
        self.encoder_output_layer = nn.Linear(in_features=32, out_features=16)
        self.decoder_hidden_layer = nn.Linear(in_features=16, out_features=32)
        self.decoder_output_layer = nn.Linear(in_features=32, out_features=kwargs["input_shape"])

    def forward(self, features):
        activation = self.encoder_hidden_layer(features)
        activation = torch.relu(activation)
        code = self.encoder_output_layer(activation)
        code = torch.sigmoid(code)
        activation = self.decoder_hidden_layer(code)
        activation = torch.relu(activation)
        activation = self.decoder_output_layer(activation)
        reconstructed = torch.sigmoid(activation)
        return reconstructed


def main():
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = AE(input_shape=784).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)


if __name__ == "__main__":
    main()
