#!/usr/bin/env python3
"""The same token ids through Hugging Face transformers, as a peer of this suite's strategies.

Needs a GPU of NVIDIA, Python 3.10 or later, torch with CUDA, and transformers 4.50 or later, whose
`generate` compiles a static cache's steps by itself. Nothing is downloaded: the model is a folder.

    java -jar target/benchmarks.jar models prompts llama-3.2-1b-shape --turns 15 > prompts.json
    python3 src/test/peer/transformers_peer.py --model models/llama-3.2-1b-shape \
        --ids prompts.json --new-tokens 8 --out transformers.json

With `model.safetensors` in the folder (`models make`) the weights are the suite's own, so that the
tokens can be compared; without, they have the same shape and are drawn from --seed. The ids may be
those of `generate --json` too.

Each strategy first answers every prompt --warm-up times, the longest first: transformers keeps the
longest static cache, and compiles for it. Then every repetition answers every prompt with every
strategy, in random order. Times are those between CUDA events on the stream of the work: prefill
from the call of `generate` to the first token, with what it takes to make the cache; decode from the
first token to the last, by the tokens between. Memory is taken before that, of the longest prompt
alone, in an order in which what transformers keeps of a static cache is in no other's figure.
"""

import argparse
import json
import pathlib
import platform
import random
import statistics
import time

import torch
import transformers
from transformers import (
    GenerationConfig,
    LlamaConfig,
    LlamaForCausalLM,
    StoppingCriteria,
    StoppingCriteriaList,
)

STRATEGIES = {
    "none": {"use_cache": False},
    "dynamic": {"use_cache": True},
    "static": {"use_cache": True, "cache_implementation": "static", "disable_compile": True},
    "static-compiled": {"use_cache": True, "cache_implementation": "static"},
}


class Clock(StoppingCriteria):
    """Marks the time at the beginning and at each token, and never stops."""

    def __init__(self, device):
        self.on_device = device.type == "cuda"
        self.marks = []
        self.mark()

    def mark(self):
        if self.on_device:
            event = torch.cuda.Event(enable_timing=True)
            event.record()
            self.marks.append(event)
        else:
            self.marks.append(time.perf_counter())

    def __call__(self, input_ids, scores, **kwargs):
        self.mark()
        return torch.zeros(input_ids.shape[0], dtype=torch.bool, device=input_ids.device)

    def millis(self, first, last):
        if self.on_device:
            self.marks[last].synchronize()
            return self.marks[first].elapsed_time(self.marks[last])
        return (self.marks[last] - self.marks[first]) * 1e3


def open_model(folder, seed, device):
    """The folder's weights, or random ones of its shape, in float16 on a GPU."""
    if (folder / "model.safetensors").exists():
        model, weights = LlamaForCausalLM.from_pretrained(folder, local_files_only=True), "as found"
    else:
        torch.manual_seed(seed)
        model = LlamaForCausalLM(LlamaConfig.from_pretrained(folder, local_files_only=True))
        weights = f"random, seed {seed}"
    dtype = torch.float16 if device.type == "cuda" else torch.float32
    return model.to(device=device, dtype=dtype).eval(), weights


def read_prompts(file):
    """The prompts of `models prompts`, or the one of `generate --json`."""
    found = json.loads(file.read_text(encoding="utf-8"))
    return found["prompts"] if "prompts" in found else [found["prompt_tokens"]]


def answer(model, strategy, prompt, new_tokens):
    """Generates exactly new_tokens tokens, greedily; gives them and their clock."""
    config = GenerationConfig(
        do_sample=False,
        max_new_tokens=new_tokens,
        eos_token_id=None,
        pad_token_id=0,
        **STRATEGIES[strategy],
    )
    ids = torch.tensor([prompt], device=model.device)
    if model.device.type == "cuda":
        torch.cuda.synchronize()
    clock = Clock(model.device)
    tokens = model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        generation_config=config,
        stopping_criteria=StoppingCriteriaList([clock]),
    )
    return tokens[0, len(prompt):].tolist(), clock


def peak_bytes(model, strategy, prompt, new_tokens):
    """The most bytes of tensors at once beyond the weights', or None where there is no GPU."""
    if model.device.type != "cuda":
        return None
    weights = sum(tensor.numel() * tensor.element_size() for tensor in model.parameters())
    torch.cuda.reset_peak_memory_stats()
    answer(model, strategy, prompt, new_tokens)
    torch.cuda.synchronize()
    return torch.cuda.max_memory_allocated() - weights


def measure(model, prompts, args):
    longest = max(prompts, key=len)
    peaks = {name: peak_bytes(model, name, longest, args.new_tokens) for name in STRATEGIES}
    for name in STRATEGIES:
        for prompt in sorted(prompts, key=len, reverse=True):
            for _ in range(args.warm_up):
                answer(model, name, prompt, args.new_tokens)

    order = random.Random(args.seed)
    samples = {(name, turn): [] for name in STRATEGIES for turn in range(len(prompts))}
    tokens = {}
    for _ in range(args.repetitions):
        block = list(samples)
        order.shuffle(block)
        for name, turn in block:
            tokens[name, turn], clock = answer(model, name, prompts[turn], args.new_tokens)
            steps = args.new_tokens - 1
            decode = clock.millis(1, args.new_tokens) / steps if steps else None
            samples[name, turn].append((clock.millis(0, 1), decode))

    return [
        {
            "strategy": name,
            "turn": turn + 1,
            "prompt_tokens": len(prompts[turn]),
            "new_tokens": args.new_tokens,
            "prefill_ms": statistics.median(prefill for prefill, _ in found),
            "decode_ms_per_token": statistics.median(decode for _, decode in found)
            if args.new_tokens > 1
            else None,
            "prefill_ms_samples": [prefill for prefill, _ in found],
            "decode_ms_per_token_samples": [decode for _, decode in found],
            "peak_bytes_of_longest_prompt": peaks[name],
            "tokens_of_none": tokens[name, turn] == tokens["none", turn],
            "tokens": tokens[name, turn],
        }
        for (name, turn), found in samples.items()
    ]


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=pathlib.Path, required=True, help="folder of the model")
    parser.add_argument("--ids", type=pathlib.Path, required=True, help="JSON with the token ids")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="JSON file to write")
    parser.add_argument("--new-tokens", type=int, default=8)
    parser.add_argument("--repetitions", type=int, default=10)
    parser.add_argument("--warm-up", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--device", default="cuda", help="cuda, or cpu to try the script")
    return parser.parse_args()


def main():
    args = arguments()
    device = torch.device(args.device)
    with torch.inference_mode():
        model, weights = open_model(args.model, args.seed, device)
        results = measure(model, read_prompts(args.ids), args)
    report = {
        "model": str(args.model),
        "weights": weights,
        "dtype": str(model.dtype),
        "attention": getattr(model.config, "_attn_implementation", None),
        "compiled": getattr(model, "_compiled_call", None) is not None,
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu",
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "cuda": torch.version.cuda,
            "transformers": transformers.__version__,
        },
        "seed": args.seed,
        "repetitions": args.repetitions,
        "warm_up": args.warm_up,
        "results": results,
    }
    args.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
