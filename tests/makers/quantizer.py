"""VectorQuantizer as a PyTorch user writes it; the names of its buffers are the program's."""
import torch
from torch import nn
from torch.nn import functional as F


class VectorQuantizer(nn.Module):
    def __init__(self, num_embeddings, embedding_dim, commitment=0.25, decay=0.99, epsilon=1e-5):
        super().__init__()
        self.commitment, self.decay, self.epsilon = commitment, decay, epsilon
        bound = 1 / num_embeddings
        self.register_buffer(
            "embedding", torch.empty(num_embeddings, embedding_dim).uniform_(-bound, bound))
        self.register_buffer("cluster_size", torch.ones(num_embeddings))
        self.register_buffer("embed_avg", self.embedding.clone())

    def forward(self, x):
        z = x.movedim(1, -1)
        rows = z.reshape(-1, z.shape[-1])
        index = ((rows[:, None] - self.embedding) ** 2).sum(-1).argmin(1)
        e = self.embedding[index].view(z.shape)
        self.index = index
        self.term = self.commitment * F.mse_loss(z, e)
        if self.training:
            self.update(rows.detach(), index)
        return (z + (e - z).detach()).movedim(-1, 1)

    @torch.no_grad()
    def update(self, rows, index):
        entries = len(self.embedding)
        taken = F.one_hot(index, entries).to(rows.dtype)
        self.cluster_size.lerp_(taken.sum(0), 1 - self.decay)
        self.embed_avg.lerp_(taken.T @ rows, 1 - self.decay)
        total = self.cluster_size.sum()
        size = (self.cluster_size + self.epsilon) / (total + entries * self.epsilon) * total
        self.embedding.copy_(self.embed_avg / size[:, None])
