#!/usr/bin/env python3
"""A variational autoencoder in embudo and in PyTorch: the test images' evidence lower bound.

    python3 bench/variational.py PROGRAM MNIST [--seeds 5] [--epochs 20] [--latent 2]

MNIST is the folder of the four files. The network is models/variational.net; both train it on 48,000
images with Adam at 0.001, batches of 128 and binary cross entropy. PyTorch draws its own numbers, so
only means and spreads over seeds compare.
"""
import argparse
import gzip
import os
import re
import statistics
import subprocess
import tempfile

import numpy as np
import torch
from torch import nn


def images(folder, name):
    with gzip.open(os.path.join(folder, name)) as file:
        pixels = np.frombuffer(file.read(), np.uint8)[16:]
    return torch.from_numpy(pixels.reshape(-1, 1, 28, 28).astype(np.float32) / 255)


def network(latent):
    encoder = nn.Sequential(nn.Conv2d(1, 32, 3, 2, 1), nn.ReLU(), nn.Conv2d(32, 64, 3, 2, 1),
                            nn.ReLU(), nn.Flatten(), nn.Linear(3136, 128), nn.ReLU(),
                            nn.Linear(128, 2 * latent))
    decoder = nn.Sequential(nn.Linear(latent, 128), nn.ReLU(), nn.Linear(128, 3136), nn.ReLU(),
                            nn.Unflatten(1, (64, 7, 7)), nn.ConvTranspose2d(64, 32, 3, 2, 1, 1),
                            nn.ReLU(), nn.ConvTranspose2d(32, 1, 3, 2, 1, 1), nn.Sigmoid())
    return encoder, decoder


def parts(encoder, decoder, x):
    mean, logvar = encoder(x).chunk(2, 1)
    made = decoder(mean + (0.5 * logvar).exp() * torch.randn_like(mean))
    error = nn.functional.binary_cross_entropy(made, x, reduction="sum")
    return error, 0.5 * (mean ** 2 + logvar.exp() - 1 - logvar).sum()


def with_torch(args, seed):
    torch.manual_seed(seed)
    x, test = images(args.mnist, "train-images-idx3-ubyte.gz"), images(args.mnist, "t10k-images-idx3-ubyte.gz")
    x = x[torch.randperm(len(x))[:48000]]
    encoder, decoder = network(args.latent)
    adam = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=1e-3)
    for _ in range(args.epochs):
        for batch in torch.randperm(len(x)).split(128):
            adam.zero_grad()
            error, kl = parts(encoder, decoder, x[batch])
            ((error + kl) / (len(batch) * 784)).backward()
            adam.step()
    with torch.no_grad():
        return -sum(float(sum(parts(encoder, decoder, some))) for some in test.split(500)) / len(test)


def with_embudo(args, seed, folder):
    run = os.path.join(folder, str(seed))
    subprocess.run([args.program, "train", args.mnist, "--model", "variational", "--latent", str(args.latent),
                    "--loss", "bce", "--batch-size", "128", "--shuffle", "--epochs", str(args.epochs),
                    "--lr", "0.001", "--seed", str(seed), "-o", run], check=True, capture_output=True)
    said = subprocess.run([args.program, "eval", run, args.mnist], check=True, capture_output=True,
                          text=True).stdout
    return float(re.search(r"ELBO (-[0-9.]+)", said).group(1))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("mnist")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--latent", type=int, default=2)
    parser.add_argument("--threads", type=int, default=0)
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    with tempfile.TemporaryDirectory() as folder:
        for name, run in (("embudo", lambda s: with_embudo(args, s, folder)),
                          ("PyTorch", lambda s: with_torch(args, s))):
            found = [run(seed) for seed in range(1, args.seeds + 1)]
            spread = statistics.stdev(found) if len(found) > 1 else 0
            print(f"{name}: ELBO {statistics.mean(found):.2f}, spread {spread:.2f}: "
                  + ", ".join(f"{x:.2f}" for x in found), flush=True)


if __name__ == "__main__":
    main()
