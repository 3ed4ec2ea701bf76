"""The peer of `cumae bench train`: the same small GPT, batch and optimiser in PyTorch.

Prints `ready`, then for each line that it reads trains some steps and prints the seconds that one took.
"""
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

threads, layers, width, heads, length, rows, vocabulary, steps = map(int, sys.argv[1:])
torch.set_num_threads(threads)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.before = nn.LayerNorm(width)
        self.between = nn.LayerNorm(width)
        self.input = nn.Linear(width, 3 * width)
        self.output = nn.Linear(width, width)
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)

    def forward(self, x):
        n = x.shape[0]
        q, k, v = self.input(self.before(x)).view(n, length, 3, heads, -1).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.output(mixed.transpose(1, 2).reshape(n, length, width))
        return x + self.down(F.gelu(self.up(self.between(x)), approximate="tanh"))


class Gpt(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(vocabulary, width)
        self.places = nn.Parameter(torch.randn(length, width) * 0.02)
        self.blocks = nn.ModuleList(Block() for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, vocabulary, bias=False)

    def forward(self, ids):
        x = self.table(ids) + self.places
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


model = Gpt()
optimizer = torch.optim.AdamW(model.parameters(), 1e-3)


def step():
    ids = torch.randint(0, vocabulary, (rows, length + 1))
    logits = model(ids[:, :-1])
    loss = F.cross_entropy(logits.reshape(-1, vocabulary), ids[:, 1:].reshape(-1))
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss.item()


step()
print("ready", torch.__version__, flush=True)
for _ in sys.stdin:
    begun = time.time()
    for _ in range(steps):
        step()
    print((time.time() - begun) / steps, flush=True)
