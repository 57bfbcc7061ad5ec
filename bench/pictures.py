"""Pictures a second, from a folder of photographs to images of 64x64: embudo, which decodes them once
into its cache, beside torchvision's ImageFolder with Resize and ToTensor under a DataLoader with two
workers, taking turns. And first and second starts on many small JPEGs.

Needs Pillow, NumPy, torch and torchvision: run it with the Python that has them.
"""
import argparse
import pathlib
import statistics
import subprocess
import tempfile
import time

import numpy
import PIL.Image

HERE = pathlib.Path(__file__).resolve().parent


def photograph(generator, height, width):
    """What costs a decoder what a photograph does: shades of every size, and a little noise."""
    image = numpy.zeros((height, width, 3))
    for octave in range(2, 9):
        small = generator.normal(size=(2 ** octave, 2 ** octave, 3)) * 120 / 1.6 ** octave
        small = numpy.clip(small + 128, 0, 255).astype("uint8")
        image += numpy.asarray(PIL.Image.fromarray(small).resize((width, height),
                                                                 PIL.Image.BICUBIC), float) - 128
    image += generator.normal(scale=3, size=image.shape)
    return PIL.Image.fromarray(numpy.clip(image + 128, 0, 255).astype("uint8"))


def make_photographs(folder, count):
    generator = numpy.random.default_rng(0)
    kinds = [photograph(generator, 864, 1152) for _ in range(20)]
    for i in range(count):
        place = folder / f"class{i % 5}"
        place.mkdir(parents=True, exist_ok=True)
        picture = kinds[i % len(kinds)]
        if i % 2:
            picture = picture.transpose(PIL.Image.ROTATE_180)
        picture.save(place / f"{i:05d}.jpg", quality=85 + i % 10)


def make_small(folder, count):
    generator = numpy.random.default_rng(0)
    for i in range(count):
        place = folder / str(i % 10)
        place.mkdir(parents=True, exist_ok=True)
        pixels = numpy.kron(generator.integers(0, 256, (7, 7)), numpy.ones((4, 4)))
        PIL.Image.fromarray(pixels.astype("uint8")).save(place / f"{i:05d}.jpg", quality=90)


def embudo_start(program, folder, cache, options):
    """Seconds from the command to the end of its first step."""
    with tempfile.TemporaryDirectory() as run:
        line = [program, "train", folder, "--max-steps", "1", "-o", f"{run}/run", *options]
        began = time.perf_counter()
        subprocess.run(line, check=True, capture_output=True,
                       env={"XDG_CACHE_HOME": str(cache), "PATH": "/usr/bin:/bin"})
        return time.perf_counter() - began


def torchvision_pass(folder, workers):
    import torch.utils.data
    from torchvision import datasets, transforms
    began = time.perf_counter()
    change = transforms.Compose([transforms.Resize((64, 64)), transforms.ToTensor()])
    loader = torch.utils.data.DataLoader(datasets.ImageFolder(folder, change), batch_size=64,
                                         num_workers=workers)
    count = sum(len(images) for images, _ in loader)
    return count / (time.perf_counter() - began)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default=HERE.parent / "build" / "release" / "embudo")
    parser.add_argument("--photographs", type=int, default=2000)
    parser.add_argument("--small", type=int, default=60000)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        make_photographs(work / "photographs", args.photographs)
        ours, theirs = [], []
        for turn in range(args.rounds):
            options = ["--size", "64x64", "--fit", "stretch"]
            cache = work / f"cache{turn}"
            cache.mkdir()
            first = embudo_start(args.program, work / "photographs", cache, options)
            ours.append(args.photographs / first)
            theirs.append(torchvision_pass(work / "photographs", 2))
        print(f"{args.photographs} photographs of 1152x864 to 64x64, pictures a second, with start "
              f"and first step: embudo {statistics.median(ours):.0f}, torchvision "
              f"{statistics.median(theirs):.0f}: "
              f"{statistics.median(a / b for a, b in zip(ours, theirs)):.2f} times")
        make_small(work / "small", args.small)
        cache = work / "cache"
        cache.mkdir()
        first = embudo_start(args.program, work / "small", cache, [])
        again = [embudo_start(args.program, work / "small", cache, []) for _ in range(args.rounds)]
        print(f"{args.small} JPEGs of 28x28: first start {first:.2f} s, {args.small / first:.0f} files "
              f"a second; second start {statistics.median(again):.2f} s")


if __name__ == "__main__":
    main()
