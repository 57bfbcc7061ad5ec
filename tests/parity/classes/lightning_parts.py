import torch
import torch.nn as nn
import torch.nn.functional as F
import pytorch_lightning as pl


class Encoder(nn.Module):
    def __init__(self, hp):
        super().__init__()
        self.l1 = nn.Linear(28 * 28, hp["hidden"])
        self.l2 = nn.Linear(hp["hidden"], hp["latent"])

    def forward(self, x):
        return self.l2(F.relu(self.l1(x)))


class Decoder(nn.Module):
    def __init__(self, hp):
        super().__init__()
        self.l1 = nn.Linear(hp["latent"], hp["hidden"])
        self.l2 = nn.Linear(hp["hidden"], 28 * 28)

    def forward(self, x):
        return self.l2(F.relu(self.l1(x)))


class LitAE(pl.LightningModule):
    def __init__(self, encoder, decoder, lr=1e-3):
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder
        self.lr = lr

    def training_step(self, batch, batch_idx):
        loss = self._loss(batch)
        self.log("train", loss)
        return loss

    def _loss(self, batch):
        x, _ = batch
        x = x.view(x.size(0), -1)
        z = self.encoder(x)
        x_hat = self.decoder(z)
        return F.mse_loss(x_hat, x)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.lr)


hparams = dict(hidden=30, latent=3)
autoencoder = LitAE(Encoder(hparams), Decoder(hparams))
