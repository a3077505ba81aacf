"""The same ONNX files through Python: onnxruntime with diffusers' schedulers and transformers' tokenizers and processors.

`python_side.py THREADS`. Reads JSON lines {"what": "pictures" | "captions", "folder", "batch", "steps" | "maxLength", "images"}, answers each with
{"seconds", "count"}: the time of one call that makes `batch` pictures as PNG bytes, or captions the picture files, `batch` at a time. The first
line that it writes says its versions.
"""
import io
import json
import sys
import time

import diffusers
import numpy as np
import onnxruntime
import transformers
from diffusers import DDIMScheduler
from PIL import Image

THREADS = int(sys.argv[1])
opened = {}


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def cast(model, feeds):
    """Feeds in the types and ranks that the file declares."""
    types = {"tensor(int32)": np.int32, "tensor(int64)": np.int64, "tensor(float)": np.float32, "tensor(bool)": np.bool_}
    out = {}
    for given in model.get_inputs():
        value = np.asarray(feeds[given.name], dtype=types[given.type])
        out[given.name] = value.reshape(len(given.shape) and value.shape or ())
    return out


class Pictures:
    def __init__(self, folder):
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(f"{folder}/tokenizer")
        self.text, self.unet, self.vae = (session(f"{folder}/{part}/model.onnx") for part in ("text_encoder", "unet", "vae_decoder"))
        self.scheduler = DDIMScheduler.from_pretrained(f"{folder}/scheduler")
        with open(f"{folder}/unet/config.json") as file:
            self.side = json.load(file)["sample_size"]
        self.scalar = len(next(given for given in self.unet.get_inputs() if given.name == "timestep").shape) == 0

    def embed(self, texts):
        ids = self.tokenizer(texts, padding="max_length", max_length=77, truncation=True, return_tensors="np").input_ids
        return self.text.run(["last_hidden_state"], cast(self.text, {"input_ids": ids}))[0]

    def make(self, batch, steps):
        import torch

        hidden = np.concatenate([self.embed([""] * batch), self.embed([f"a red circle above {n} blue squares" for n in range(batch)])])
        latents = torch.from_numpy(np.random.default_rng(0).standard_normal((batch, 4, self.side, self.side), dtype=np.float32))
        self.scheduler.set_timesteps(steps)
        for t in self.scheduler.timesteps:
            sample = np.concatenate([latents.numpy()] * 2)
            step = np.float32(t) if self.scalar else np.asarray([t])
            noise = self.unet.run(None, cast(self.unet, {"sample": sample, "timestep": step, "encoder_hidden_states": hidden}))[0]
            negative, positive = np.split(noise, 2)
            guided = torch.from_numpy(negative + 7.5 * (positive - negative))
            latents = self.scheduler.step(guided, t, latents).prev_sample
        for one in latents.numpy():
            decoded = self.vae.run(None, cast(self.vae, {"latent_sample": one[None] / 0.18215}))[0]
            pixels = (np.clip(decoded[0] / 2 + 0.5, 0, 1) * 255).round().astype(np.uint8).transpose(1, 2, 0)
            Image.fromarray(pixels).save(io.BytesIO(), "PNG")


class Captions:
    """Greedy, with the cache of the merged decoder."""

    def __init__(self, folder):
        self.processor = transformers.AutoImageProcessor.from_pretrained(folder, use_fast=False)
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        self.encoder, self.decoder = session(f"{folder}/onnx/encoder_model.onnx"), session(f"{folder}/onnx/decoder_model_merged.onnx")
        with open(f"{folder}/config.json") as file:
            config = json.load(file)["decoder"]
        self.start, self.heads = config["bos_token_id"], config["n_head"]
        self.width = config["n_embd"] // config["n_head"]

    def make(self, files, length, batch):
        for first in range(0, len(files), batch):
            self.caption(files[first : first + batch], length)

    def caption(self, files, length):
        pixels = self.processor([Image.open(file) for file in files], return_tensors="np").pixel_values
        hidden = self.encoder.run(None, {"pixel_values": pixels})[0]
        batch = len(files)
        names = [given.name for given in self.decoder.get_inputs()]
        past = {name: np.zeros((batch, self.heads, 0, self.width), np.float32) for name in names if name.startswith("past")}
        outputs = [given.name for given in self.decoder.get_outputs()]
        ids = np.full((batch, 1), self.start)
        done = np.zeros(batch, bool)
        cached = False
        while ids.shape[1] < length and not done.all():
            feeds = {"input_ids": ids[:, -1:] if cached else ids, "encoder_hidden_states": hidden, "use_cache_branch": [cached], **past}
            got = dict(zip(outputs, self.decoder.run(None, cast(self.decoder, feeds))))
            past = {name: got[name.replace("past_key_values", "present")] for name in past}
            cached = True
            word = np.where(done, self.start, got["logits"][:, -1].argmax(-1))
            done |= word == self.start
            ids = np.concatenate([ids, word[:, None]], 1)
        self.tokenizer.batch_decode(ids, skip_special_tokens=True)


def measure(order):
    kind = {"pictures": Pictures, "captions": Captions}[order["what"]]
    key = (order["what"], order["folder"])
    if key not in opened:
        opened[key] = kind(order["folder"])
    began = time.perf_counter()
    if order["what"] == "pictures":
        opened[key].make(order["batch"], order["steps"])
        count = order["batch"]
    else:
        opened[key].make(order["images"], order["maxLength"], order["batch"])
        count = len(order["images"])
    return {"seconds": time.perf_counter() - began, "count": count}


if __name__ == "__main__":
    import torch

    torch.set_num_threads(THREADS)
    versions = {module.__name__: module.__version__ for module in (onnxruntime, diffusers, transformers, torch)}
    print(json.dumps(versions), flush=True)
    for line in sys.stdin:
        print(json.dumps(measure(json.loads(line))), flush=True)
