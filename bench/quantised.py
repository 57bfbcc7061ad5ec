#!/usr/bin/env python3
"""models/vq.net against the same network in PyTorch: test MSE and perplexity after so many epochs on
MNIST, for some seeds. Needs PyTorch and NumPy in the Python that runs it.

    python3 bench/quantised.py                           # 10 epochs, 3 seeds: the bar is at the end
    python3 bench/quantised.py --epochs 2 --seeds 1
"""
import argparse
import gzip
import math
import pathlib
import re
import sys
import tempfile

import measure

sys.path.insert(0, str(measure.ROOT / "tests" / "makers"))
sys.dont_write_bytecode = True

BATCH, LATENT, ENTRIES = 128, 16, 64
BEHIND = 1.10  # the most that a mean may be worse


def embudo_scores(program, epochs, seed, folder):
    run = pathlib.Path(folder) / f"seed-{seed}"
    measure.run([program, "train", "mnist", "--model", measure.ROOT / "models" / "vq.net",
                 "--epochs", epochs, "--batch-size", BATCH, "--shuffle", "--seed", seed, "-o", run])
    out = measure.run([program, "eval", run, "mnist"]).out
    found = {name: float(re.search(rf"{name} ([0-9.e-]+)", out).group(1))
             for name in ("MSE", "perplexity", "unused")}
    return found["MSE"], found["perplexity"], found["unused"]


def images(name):
    import numpy
    import torch
    with gzip.open(measure.ROOT / "data" / "mnist" / f"{name}-images-idx3-ubyte.gz") as file:
        bytes_ = file.read()[16:]
    pixels = numpy.frombuffer(bytes_, numpy.uint8).reshape(-1, 1, 28, 28)
    return torch.from_numpy(pixels.copy()).float() / 255


def torch_scores(train, test, epochs, seed):
    import torch
    from quantizer import VectorQuantizer
    from torch import nn
    torch.manual_seed(seed)
    kept = torch.utils.data.random_split(range(len(train)), [48000, 12000])[0].indices
    own = train[torch.tensor(kept)]
    book = VectorQuantizer(ENTRIES, LATENT)
    net = nn.Sequential(
        nn.Conv2d(1, 32, 4, stride=2, padding=1), nn.ReLU(),
        nn.Conv2d(32, 64, 4, stride=2, padding=1), nn.ReLU(), nn.Conv2d(64, LATENT, 1), book,
        nn.Conv2d(LATENT, 64, 3, padding=1), nn.ReLU(),
        nn.ConvTranspose2d(64, 32, 4, stride=2, padding=1), nn.ReLU(),
        nn.ConvTranspose2d(32, 1, 4, stride=2, padding=1), nn.Sigmoid())
    adam = torch.optim.Adam(net.parameters())
    for _ in range(epochs):
        for rows in torch.randperm(len(own)).split(BATCH):
            x = own[rows]
            adam.zero_grad()
            loss = nn.functional.mse_loss(net(x), x) + book.term
            loss.backward()
            adam.step()
    net.eval()
    error, uses = 0.0, torch.zeros(ENTRIES)
    with torch.no_grad():
        for x in test.split(500):
            error += ((net(x) - x) ** 2).sum().item()
            uses += torch.bincount(book.index, minlength=ENTRIES)
    shares = uses[uses > 0] / uses.sum()
    return (error / test.numel(), math.exp(-(shares * shares.log()).sum().item()),
            int((uses == 0).sum()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=3, help="so many, from 1 on")
    parser.add_argument("--embudo", help="the program")
    parser.add_argument("--threads", type=int, default=0, help="of PyTorch")
    args = parser.parse_args()
    try:
        import torch
    except ImportError:
        sys.exit("needs PyTorch and NumPy: run this with a Python that has them")
    if args.threads:
        torch.set_num_threads(args.threads)
    program = measure.find_embudo(args.embudo)
    train, test = images("train"), images("t10k")
    print(f"{args.epochs} epochs, batch {BATCH}; PyTorch {torch.__version__}", flush=True)
    print("seed  who      test MSE  perplexity  unused")
    rows = {"embudo": [], "PyTorch": []}
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(1, args.seeds + 1):
            for who in rows:
                row = (embudo_scores(program, args.epochs, seed, folder) if who == "embudo"
                       else torch_scores(train, test, args.epochs, seed))
                rows[who].append(row)
                print(f"{seed:4}  {who:7}  {row[0]:.6f}  {row[1]:10.3f}  {row[2]:6.0f}", flush=True)
    means = {who: [sum(row[i] for row in got) / len(got) for i in range(3)]
             for who, got in rows.items()}
    for who, mean in means.items():
        print(f"mean  {who:7}  {mean[0]:.6f}  {mean[1]:10.3f}  {mean[2]:6.1f}")
    own, peer = means["embudo"], means["PyTorch"]
    error, perplexity = own[0] / peer[0], own[1] / peer[1]
    print(f"test MSE is {error:.3f} of PyTorch's, perplexity {perplexity:.3f}")
    if error > BEHIND or perplexity < 1 / BEHIND:
        sys.exit("more than 10 % behind")


if __name__ == "__main__":
    main()
