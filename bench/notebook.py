"""The assignment's notebook as a plain script, against which embudo's training is timed.

Same data path (a PIL image and ToTensor for each item, a DataLoader in the main process), same
network, same draws from the random stream, same lines on standard output. It draws no pictures,
although it picks and reconstructs each epoch's image; embudo's run writes them.
"""
import argparse
import gzip
import pathlib
import tempfile

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, random_split

FILES = [f"{part}-{kind}-ubyte" for part in ("train", "t10k")
         for kind in ("images-idx3", "labels-idx1")]


class Mnist(Dataset):
    """Replaces torchvision's MNIST and ToTensor if it is missing: the same work for each item."""

    def __init__(self, root, train):
        from PIL import Image
        self.image = Image
        part = pathlib.Path(root) / "MNIST" / "raw" / ("train" if train else "t10k")
        pixels = np.fromfile(f"{part}-images-idx3-ubyte", np.uint8)[16:]
        self.data = torch.from_numpy(pixels.reshape(-1, 28, 28))
        labels = np.fromfile(f"{part}-labels-idx1-ubyte", np.uint8)[8:]
        self.targets = torch.from_numpy(labels).to(torch.int64)

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        picture = self.image.fromarray(self.data[index].numpy())
        array = torch.from_numpy(np.array(picture, np.uint8, copy=True))
        array = array.view(picture.size[1], picture.size[0], 1).permute(2, 0, 1).contiguous()
        return array.to(torch.float32).div(255), int(self.targets[index])


def open_mnist(root, train):
    try:
        from torchvision import datasets, transforms
    except ImportError:
        return Mnist(root, train)
    return datasets.MNIST(root=root, train=train, download=False, transform=transforms.ToTensor())


def unpack(source, root):
    """Unpacks the gzipped files of folder `source` to where torchvision looks below `root`."""
    raw = pathlib.Path(root) / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name in FILES:
        with gzip.open(pathlib.Path(source) / f"{name}.gz") as packed:
            (raw / name).write_bytes(packed.read())


class Autoencoder(nn.Module):
    def __init__(self, latent=2):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 8, 3, stride=2, padding=1), nn.Tanh(),
            nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.Tanh(),
            nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.Tanh(),
            nn.Flatten(), nn.Linear(32 * 4 * 4, 64), nn.Tanh(), nn.Linear(64, latent))
        self.decoder = nn.Sequential(
            nn.Linear(latent, 64), nn.Tanh(), nn.Linear(64, 32 * 4 * 4), nn.Tanh(),
            nn.Unflatten(1, (32, 4, 4)),
            nn.ConvTranspose2d(32, 16, 3, stride=2, padding=1), nn.Tanh(),
            nn.ConvTranspose2d(16, 8, 3, stride=2, padding=1, output_padding=1), nn.Tanh(),
            nn.ConvTranspose2d(8, 1, 3, stride=2, padding=1, output_padding=1), nn.Sigmoid())

    def forward(self, x):
        return self.decoder(self.encoder(x))


def validate(model, loader, criterion):
    total = 0.0
    with torch.no_grad():
        for images, _ in loader:
            total += criterion(model(images), images).item()
        images, _ = next(iter(loader))  # the epoch's picture
        model(images)
    return total / len(loader)


def train(root, epochs):
    torch.manual_seed(42)
    train_set, validation_set = random_split(open_mnist(root, True), (0.8, 0.2))
    test_set = open_mnist(root, False)
    train_loader = DataLoader(train_set, batch_size=16, shuffle=False)
    validation_loader = DataLoader(validation_set, batch_size=16, shuffle=True)
    DataLoader(test_set, batch_size=16)  # the notebook makes this too, and does not use it
    model = Autoencoder()
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    for epoch in range(epochs):
        for images, _ in train_loader:
            loss = criterion(model(images), images)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        validation = validate(model, validation_loader, criterion)
        print(f"Epoch [{epoch + 1}/{epochs}], Loss: {loss.item():.4f} "
              f"Validation Loss: {validation:.4f}", flush=True)


def main():
    here = pathlib.Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=10, help="0: start up and stop")
    parser.add_argument("--threads", type=int, default=0, help="0: PyTorch's own choice")
    parser.add_argument("--data", default=here.parent / "data" / "mnist",
                        help="a folder with MNIST's four files, gzipped, or with MNIST/raw in it")
    options = parser.parse_args()
    if options.threads > 0:
        torch.set_num_threads(options.threads)
    if (pathlib.Path(options.data) / "MNIST" / "raw").is_dir():
        train(options.data, options.epochs)
        return
    with tempfile.TemporaryDirectory() as root:
        unpack(options.data, root)
        train(root, options.epochs)


if __name__ == "__main__":
    main()
