"""Builds a Stable Diffusion folder with random weights and exports it as optimum does. `build_pipeline.py OUT TEXT_FROM [CHANNELS]`

A U-Net of three levels (default channels 128,256,384: about 50 M parameters), an autoencoder with the factor 8, and the text encoder and
tokenizer of a small CLIP that are taken from TEXT_FROM, a folder in the layout of diffusers with ONNX or torch weights.
"""
import json
import os
import shutil
import sys

import torch
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel

torch.manual_seed(0)
OUT, TEXT_FROM = sys.argv[1], sys.argv[2]
CHANNELS = [int(width) for width in (sys.argv[3] if len(sys.argv) > 3 else "128,256,384").split(",")]
SIDE = 32

with open(os.path.join(TEXT_FROM, "text_encoder", "config.json")) as file:
    width = json.load(file)["hidden_size"]
unet = UNet2DConditionModel(
    sample_size=SIDE, in_channels=4, out_channels=4, layers_per_block=2, block_out_channels=CHANNELS, norm_num_groups=32,
    down_block_types=["CrossAttnDownBlock2D"] * (len(CHANNELS) - 1) + ["DownBlock2D"],
    up_block_types=["UpBlock2D"] + ["CrossAttnUpBlock2D"] * (len(CHANNELS) - 1),
    attention_head_dim=[width // 64 for width in CHANNELS], cross_attention_dim=width, use_linear_projection=True,
).eval()
vae = AutoencoderKL(
    block_out_channels=[32, 64, 96, 96], down_block_types=["DownEncoderBlock2D"] * 4, up_block_types=["UpDecoderBlock2D"] * 4,
    latent_channels=4, norm_num_groups=32, sample_size=SIDE * 8,
).eval()


class Denoiser(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.unet = unet

    def forward(self, sample, timestep, encoder_hidden_states):
        return self.unet(sample, timestep, encoder_hidden_states, return_dict=False)[0]


class Decoder(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.vae = vae

    def forward(self, latent_sample):
        return self.vae.decode(latent_sample, return_dict=False)[0]


def export(module, part, feeds, names, output, axes):
    folder = os.path.join(OUT, part)
    os.makedirs(folder, exist_ok=True)
    with torch.no_grad():
        torch.onnx.export(
            module, feeds, os.path.join(folder, "model.onnx"), input_names=names, output_names=[output], dynamic_axes=axes,
            opset_version=17, dynamo=False,
        )


batch = {0: "batch"}
picture = {0: "batch", 2: "height", 3: "width"}
export(
    Denoiser(), "unet", (torch.randn(2, 4, SIDE, SIDE), torch.tensor(500.0), torch.randn(2, 77, width)),
    ["sample", "timestep", "encoder_hidden_states"], "out_sample",
    {"sample": picture, "encoder_hidden_states": batch, "out_sample": picture},
)
export(Decoder(), "vae_decoder", (torch.randn(1, 4, SIDE, SIDE),), ["latent_sample"], "sample", {"latent_sample": picture, "sample": picture})
unet.save_config(os.path.join(OUT, "unet"))
vae.save_config(os.path.join(OUT, "vae_decoder"))
DDIMScheduler(
    beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False, set_alpha_to_one=False, steps_offset=1,
).save_pretrained(os.path.join(OUT, "scheduler"))
for part in ("tokenizer", "text_encoder"):
    shutil.copytree(os.path.join(TEXT_FROM, part), os.path.join(OUT, part), dirs_exist_ok=True)
with open(os.path.join(TEXT_FROM, "model_index.json")) as file:
    index = json.load(file)
with open(os.path.join(OUT, "model_index.json"), "w") as file:
    json.dump({**index, "scheduler": ["diffusers", "DDIMScheduler"]}, file, indent=2)
print(json.dumps({"parameters": sum(p.numel() for p in unet.parameters()), "vae": sum(p.numel() for p in vae.parameters())}))
