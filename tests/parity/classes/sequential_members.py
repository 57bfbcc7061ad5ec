"""A fully connected autoencoder: two nn.Sequential members."""
import torch
import torch.nn as nn
import torch.optim as optim
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

transform = transforms.Compose([transforms.ToTensor()])
train_set = datasets.MNIST(root="./data", train=True, transform=transform, download=True)
train_loader = DataLoader(train_set, batch_size=64, shuffle=True)


class Autoencoder(nn.Module):
    def __init__(self):
        super(Autoencoder, self).__init__()
        self.encoder = nn.Sequential(
            nn.Linear(28 * 28, 96),
            nn.ReLU(True),
            nn.Linear(96, 32),
            nn.ReLU(True),
            nn.Linear(32, 3),
        )
        self.decoder = nn.Sequential(
            nn.Linear(3, 32),
            nn.ReLU(True),
            nn.Linear(32, 96),
            nn.ReLU(True),
            nn.Linear(96, 28 * 28),
            nn.Sigmoid(),
        )

    def forward(self, x):
        x = self.encoder(x)
        x = self.decoder(x)
        return x


device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
model = Autoencoder().to(device)
criterion = nn.MSELoss()
optimizer = optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-5)

for epoch in range(10):
    for img, _ in train_loader:
        img = img.view(img.size(0), -1).to(device)
        out = model(img)
        loss = criterion(out, img)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch + 1}: {loss.item():.4f}")
