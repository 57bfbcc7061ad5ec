import torch
import lightning as L
from torch import nn


class LitConvAE(L.LightningModule):
    def __init__(self, channels=4, latent=6):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, channels, 3, stride=2, padding=1), nn.SiLU(),
            nn.Conv2d(channels, 2 * channels, 3, stride=2, padding=1), nn.SiLU(),
            nn.Flatten(), nn.Linear(2 * channels * 49, latent))
        self.decoder = nn.Sequential(
            nn.Linear(latent, 2 * channels * 49), nn.SiLU(), nn.Unflatten(1, (2 * channels, 7, 7)),
            nn.ConvTranspose2d(2 * channels, channels, 4, 2, 1), nn.SiLU(),
            nn.ConvTranspose2d(channels, 1, 4, 2, 1), nn.Sigmoid())
        self.loss = nn.MSELoss()

    def _shared_step(self, batch, stage):
        images, _ = batch
        codes = self.encoder(images)
        reconstructions = self.decoder(codes)
        loss = self.loss(reconstructions, images)
        self.log(f"{stage}_loss", loss, prog_bar=True)
        return loss

    def training_step(self, batch, batch_idx):
        return self._shared_step(batch, "train")

    def validation_step(self, batch, batch_idx):
        self._shared_step(batch, "val")

    def configure_optimizers(self):
        optimizer = torch.optim.AdamW(self.parameters(), lr=1e-3)
        scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=3)
        return {"optimizer": optimizer, "lr_scheduler": scheduler, "monitor": "val_loss"}


model = LitConvAE()
