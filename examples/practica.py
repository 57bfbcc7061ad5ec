"""La red de la práctica, como módulo aparte: las mismas capas que practica.ipynb, con nombres en español.

embudo train --model examples/practica.py
"""
import torch
from torch import nn

CANALES = (8, 16, 32)
LADO = 4            # después de tres convoluciones con paso 2: 28, 14, 7, 4
OCULTAS = 64


class Autocodificador(nn.Module):
    def __init__(self, dim_latente=2):
        super(Autocodificador, self).__init__()
        c1, c2, c3 = CANALES
        self.planas = c3 * LADO * LADO

        # Codificador
        self.conv1 = nn.Conv2d(1, c1, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(c1, c2, 3, stride=2, padding=1)
        self.conv3 = nn.Conv2d(c2, c3, 3, stride=2, padding=1)
        self.lineal1 = nn.Linear(self.planas, OCULTAS)
        self.codigo = nn.Linear(OCULTAS, dim_latente)

        # Decodificador
        self.lineal2 = nn.Linear(dim_latente, OCULTAS)
        self.lineal3 = nn.Linear(OCULTAS, self.planas)
        self.trans1 = nn.ConvTranspose2d(c3, c2, 3, stride=2, padding=1)
        self.trans2 = nn.ConvTranspose2d(c2, c1, 3, stride=2, padding=1, output_padding=1)
        self.trans3 = nn.ConvTranspose2d(c1, 1, 3, stride=2, padding=1, output_padding=1)

    def codificar(self, x):
        x = torch.tanh(self.conv1(x))
        x = torch.tanh(self.conv2(x))
        x = torch.tanh(self.conv3(x))
        x = x.view(x.size(0), -1)
        x = torch.tanh(self.lineal1(x))
        return self.codigo(x)

    def decodificar(self, z):
        z = torch.tanh(self.lineal2(z))
        z = torch.tanh(self.lineal3(z)).view(-1, CANALES[-1], LADO, LADO)
        z = torch.tanh(self.trans1(z))
        z = torch.tanh(self.trans2(z))
        return torch.sigmoid(self.trans3(z))

    def forward(self, x):
        return self.decodificar(self.codificar(x))


modelo = Autocodificador()
