import pytorch_lightning as pl
import torch
import torch.nn.functional as F
from torch import nn


class Squeezer(pl.LightningModule):
    def __init__(self, hidden=48, code=5):
        super().__init__()
        self.down = nn.Sequential(nn.Linear(784, hidden), nn.Tanh(), nn.Linear(hidden, code))
        self.up = nn.Sequential(nn.Linear(code, hidden), nn.Tanh(), nn.Linear(hidden, 784), nn.Sigmoid())
        self.criterion = nn.MSELoss()

    def _loss(self, batch, name):
        images, _ = batch
        images = images.view(images.size(0), -1)
        made = self.up(self.down(images))
        loss = self.criterion(made, images)
        self.log(name, loss, prog_bar=True)
        return loss

    def training_step(self, batch, batch_idx):
        return self._loss(batch, "train_loss")

    def validation_step(self, batch, batch_idx):
        self._loss(batch, "val_loss")

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=2e-3)


model = Squeezer(code=6)
trainer = pl.Trainer(max_epochs=5)
