"""The same models in PyTorch. Reads lines `NAME STEPS`, answers with milliseconds per training step."""
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(1)


class Block(nn.Module):
    def __init__(self, width, heads, causal):
        super().__init__()
        self.heads, self.causal = heads, causal
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(b, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        a = F.scaled_dot_product_attention(q, k, v, is_causal=self.causal)
        x = x + self.out(a.transpose(1, 2).reshape(b, t, d))
        return x + self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh"))


class Transformer(nn.Module):
    def __init__(self, causal, classes, pooled, bias):
        super().__init__()
        self.pooled = pooled
        self.tokens = nn.Embedding(8192, 256)
        self.positions = nn.Parameter(torch.randn(64, 256) * 0.02)
        self.blocks = nn.Sequential(*[Block(256, 4, causal) for _ in range(4)])
        self.norm, self.head = nn.LayerNorm(256), nn.Linear(256, classes, bias=bias)

    def forward(self, tokens):
        x = self.norm(self.blocks(self.tokens(tokens) + self.positions))
        return self.head(x.mean(1) if self.pooled else x).flatten(0, -2)


def make(name):
    if name == "mlp":
        model = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
        return model, lambda: torch.randn(128, 784), lambda: torch.randint(10, (128,))
    tokens = lambda: torch.randint(8192, (32, 64))
    if name == "transformer-classifier":
        return Transformer(False, 10, True, True), tokens, lambda: torch.randint(10, (32,))
    return Transformer(True, 8192, False, False), tokens, lambda: torch.randint(8192, (2048,))


def optimizer_of(model):
    try:
        return torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    except (RuntimeError, TypeError):
        return torch.optim.Adam(model.parameters(), lr=1e-3)


ready = {}
print(f"torch {torch.__version__}, {torch.get_num_threads()} threads", flush=True)
for line in sys.stdin:
    name, steps = line.split()
    if name not in ready:
        model, x, y = make(name)
        ready[name] = (model, optimizer_of(model), x, y)
    model, optimizer, x, y = ready[name]
    data = [(x(), y()) for _ in range(int(steps))]
    start = time.perf_counter()
    for batch, label in data:
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(model(batch), label).backward()
        optimizer.step()
    print((time.perf_counter() - start) * 1000 / int(steps), flush=True)
