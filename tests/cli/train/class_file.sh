# Classes in Python files: which one, with what, and that a run of one needs the file no more:
# sh class_file.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
small data

cat >nets.py <<'PY'
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, n_code, hidden=20):
        super().__init__()
        self.last = nn.Linear(hidden, 784)
        self.old = nn.Linear(3, 4)
        self.first = nn.Linear(784, hidden)
        self.code = nn.Linear(hidden, n_code)
        self.back = nn.Linear(n_code, hidden)

    def forward(self, x):
        h = torch.relu(self.first(x.flatten(1)))
        h = torch.relu(self.back(self.code(h)))
        return torch.sigmoid(self.last(h)).view(x.size())


class Other(Net):
    pass


other = Other(5)
net = Net(4)
PY

# Which class, with what.
t 0 "nets.py: read for images of 1x28x28, as MNIST's are; --input CxHxW says others" info nets.py
t 0 'forward does not use old: it is kept' info nets.py --input 28x28
has out 'encoder.3 .*Linear(20, 4)'
run info nets.py --input 28x28 --class Other
has out 'encoder.3 .*Linear(20, 5)'
run info nets.py --input 28x28 --set n_code=6 --set hidden=30
has out 'encoder.3 .*Linear(30, 6)'
t 2 "--set: expected a name and a value, such as hidden=64, got 'hidden'" info nets.py --set hidden --input 28x28
t 1 "nets.py: there is no class 'Nets'; it has Net, Other" info nets.py --class Nets --input 28x28
t 1 'nets.py: --set width: neither' info nets.py --set width=3 --input 28x28
t 1 'nets.py:15: first Linear expects 784 inputs, gets 196' info nets.py --input 14x14

# A run of it: resumed, and read without the file.
run train data --model nets.py --epochs 2 -o run
[ "$code" -eq 0 ] || fail "train: $(cat err)"
has run/model.safetensors '"old.weight"'
mv nets.py away.py
run train data --model away.py --epochs 1 -o short
run train --resume short --epochs 2
same short/model.safetensors run/model.safetensors
run eval run data
[ "$code" -eq 0 ] || fail "eval: $(cat err)"

# Its weights into the class again.
run import run/model.safetensors --notation away.py --input 28x28 -o back.safetensors
[ "$code" -eq 0 ] || fail "import: $(cat err)"
has out "Linear(784, 20, name='first')"
t 1 'tensor code.weight is [4, 20]; its network needs [7, 20]' import run/model.safetensors --notation away.py --input 28x28 --set n_code=7 -o no.safetensors
t 1 'as in --set latent_dim=3; the 4 that it has stands in code Linear and in back Linear' train data --model away.py --latent 3

# Options of a class, for a network that is none.
t 2 "--set is for a class in a Python file or a notebook (.py, .ipynb); 'notebook' is none" train data --set x=1
t 2 "--class is for a class in a Python file or a notebook (.py, .ipynb); 'mlp' is none" info mlp --class Net
t 2 "--as-written is for a class in a Python file or a notebook (.py, .ipynb); 'notebook' is none" train data --as-written

# bench and compare take one, too; a class's code is as long as the class says.
run bench away.py --set n_code=3 --only train,memory --batches 16 --threads 1 --repeats 1 --seconds 0.002
[ "$code" -eq 0 ] || fail "bench: $(cat err)"
grep -q 'left out' err && fail "bench: $(cat err)"
t 0 'trained the autoencoder, latent 3, 1 epoch in' compare data --model away.py --set n_code=3 --epochs 1 --classifier-epochs 1 -o compared
has compared/compare.csv '^codes,linear,'
t 2 "--latent is for notations; a class's arguments are set by their names" compare data --model away.py --latent 3
finish
