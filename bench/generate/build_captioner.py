"""Builds a captioner with random weights in the layout of an exported ViT-GPT2. `build_captioner.py OUT TEXT_FROM [WIDTH [LAYERS]]`

A vision transformer (96 x 96 pixels, patches of 16) and a text decoder with attention to the picture and a cache of keys and values; default width
384, 6 layers each: about 25 M parameters. The tokenizer and the configurations come from TEXT_FROM, a folder of the same layout.
"""
import json
import math
import os
import shutil
import sys

import torch
from torch import nn
from torch.nn.functional import gelu

torch.manual_seed(0)
OUT, TEXT_FROM = sys.argv[1], sys.argv[2]
WIDTH = int(sys.argv[3]) if len(sys.argv) > 3 else 384
LAYERS = int(sys.argv[4]) if len(sys.argv) > 4 else 6
HEADS, SIDE, PATCH = WIDTH // 64, 96, 16

with open(os.path.join(TEXT_FROM, "config.json")) as file:
    config = json.load(file)
VOCABULARY, POSITIONS = config["decoder"]["vocab_size"], config["decoder"]["n_positions"]


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))

    def heads(self, x):
        return x.reshape(x.shape[0], -1, HEADS, WIDTH // HEADS).transpose(1, 2)

    def forward(self, x, source, past=None, causal=False):
        query, key, value = self.heads(self.query(x)), self.heads(self.key(source)), self.heads(self.value(source))
        if past is not None:
            key, value = torch.cat([past[0], key], 2), torch.cat([past[1], value], 2)
        scores = query @ key.transpose(2, 3) / math.sqrt(WIDTH // HEADS)
        if causal:
            row = torch.arange(query.shape[2])[:, None] + key.shape[2] - query.shape[2]
            scores = scores.masked_fill(torch.arange(key.shape[2])[None] > row, float("-inf"))
        mixed = (scores.softmax(-1) @ value).transpose(1, 2)
        return self.out(mixed.reshape(mixed.shape[0], -1, WIDTH)), key, value


class Block(nn.Module):
    def __init__(self, sees):
        super().__init__()
        self.itself, self.other = Attention(), Attention() if sees else None
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(3))
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x, picture=None, past=None):
        near = self.norms[0](x)
        mixed, key, value = self.itself(near, near, past, past is not None)
        x = x + mixed
        if self.other is not None:
            x = x + self.other(self.norms[1](x), picture)[0]
        return x + self.down(gelu(self.up(self.norms[2](x)))), key, value


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, WIDTH, PATCH, PATCH)
        self.places = nn.Parameter(torch.randn(1, (SIDE // PATCH) ** 2, WIDTH) * 0.02)
        self.blocks = nn.ModuleList(Block(False) for _ in range(LAYERS))

    def forward(self, pixel_values):
        x = self.patches(pixel_values).flatten(2).transpose(1, 2) + self.places
        for block in self.blocks:
            x = block(x)[0]
        return x


class Decoder(nn.Module):
    """The first call has a cache of no positions."""

    def __init__(self):
        super().__init__()
        self.words, self.places = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(POSITIONS, WIDTH)
        self.blocks = nn.ModuleList(Block(True) for _ in range(LAYERS))
        self.norm, self.logits = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, VOCABULARY, bias=False)

    def forward(self, input_ids, encoder_hidden_states, *past):
        at = torch.arange(input_ids.shape[1]) + past[0].shape[2]
        x = self.words(input_ids) + self.places(at)
        present = []
        for layer, block in enumerate(self.blocks):
            x, key, value = block(x, encoder_hidden_states, past[2 * layer : 2 * layer + 2])
            present += [key, value]
        return self.logits(self.norm(x)), *present


def export(module, name, feeds, inputs, outputs, axes):
    with torch.no_grad():
        torch.onnx.export(
            module.eval(), feeds, os.path.join(OUT, "onnx", f"{name}.onnx"), input_names=inputs, output_names=outputs, dynamic_axes=axes,
            opset_version=17, dynamo=False,
        )


os.makedirs(os.path.join(OUT, "onnx"), exist_ok=True)
encoder, decoder = Encoder(), Decoder()
export(encoder, "encoder_model", (torch.randn(2, 3, SIDE, SIDE),), ["pixel_values"], ["last_hidden_state"],
       {"pixel_values": {0: "batch"}, "last_hidden_state": {0: "batch"}})
cache = [f"{layer}.{part}" for layer in range(LAYERS) for part in ("key", "value")]
past, present = [f"past_key_values.{name}" for name in cache], [f"present.{name}" for name in cache]
feeds = (torch.ones(2, 3, dtype=torch.long), torch.randn(2, (SIDE // PATCH) ** 2, WIDTH), *(torch.randn(2, HEADS, 5, WIDTH // HEADS) for _ in cache))
export(decoder, "decoder_model_merged", feeds, ["input_ids", "encoder_hidden_states", *past], ["logits", *present], {
    "input_ids": {0: "batch", 1: "length"}, "encoder_hidden_states": {0: "batch"}, "logits": {0: "batch", 1: "length"},
    **{name: {0: "batch", 2: "past"} for name in past}, **{name: {0: "batch", 2: "present"} for name in present},
})
for name in os.listdir(TEXT_FROM):
    if name.endswith((".json", ".txt")):
        shutil.copy(os.path.join(TEXT_FROM, name), os.path.join(OUT, name))
config["decoder"].update(n_embd=WIDTH, n_head=HEADS, n_layer=LAYERS)
config["encoder"].update(hidden_size=WIDTH, num_attention_heads=HEADS, num_hidden_layers=LAYERS, image_size=SIDE, patch_size=PATCH)
with open(os.path.join(OUT, "preprocessor_config.json")) as file:
    processor = json.load(file)
for name, value in (("config", config), ("preprocessor_config", {**processor, "size": {"height": SIDE, "width": SIDE}})):
    path = os.path.join(OUT, f"{name}.json")
    os.chmod(path, 0o644)
    with open(path, "w") as file:
        json.dump(value, file, indent=2)
print(json.dumps({"parameters": sum(p.numel() for module in (encoder, decoder) for p in module.parameters())}))
