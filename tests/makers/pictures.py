#!/usr/bin/env python3
"""Makes the small picture files of tests/parity/pictures.tar.gz, with the pixels that they stand for.

    python3 tests/makers/pictures.py        # needs Pillow, numpy, tifffile

`index` has a line for each file that is a picture:
    good FILE FORMAT CHANNELS HEIGHT WIDTH BITS ORIENTATION FLAGS TOLERANCE
FLAGS are letters: a (may be transparent), p (palette), i (inks), c (colour profile), s (several
pictures), or -. FILE.rgba has its pixels upright, [H][W][4], as Pillow reads them; where Pillow
rounds down what we round, or reads less, from the numbers that were written. TOLERANCE is how far a
channel may be off: 0 where the format keeps numbers as they are.
A line for each file that is not:
    bad FILE ...what the refusal must contain
"""
import gzip
import io
import os
import struct
import tarfile
import zlib

import numpy as np
import tifffile
from PIL import Image, ImageOps

here = os.path.dirname(os.path.abspath(__file__))
files, index = {}, []
random = np.random.default_rng(7)
H, W = 13, 21


def rounded(values, most):
    return (values.astype(np.uint64) * 255 + most // 2) // most


def rgba(pixels):
    pixels = np.asarray(pixels)
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, axis=2)
    if pixels.shape[2] == 2:
        pixels = np.concatenate([np.repeat(pixels[..., :1], 3, axis=2), pixels[..., 1:]], axis=2)
    if pixels.shape[2] == 3:
        pixels = np.concatenate([pixels, np.full(pixels.shape[:2] + (1,), 255)], axis=2)
    return pixels.astype(np.uint8)


def good(name, data, kind, channels, bits, flags="-", tolerance=0, orientation=1, pixels=None):
    if pixels is None:
        image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
        pixels = image.convert("RGBA")
    pixels = rgba(pixels)
    files[name] = data
    files[name + ".rgba"] = pixels.tobytes()
    index.append(f"good {name} {kind} {channels} {pixels.shape[0]} {pixels.shape[1]} {bits} "
                 f"{orientation} {flags} {tolerance}")


def bad(name, data, message):
    files[name] = data
    index.append(f"bad {name} {message}")


def saved(image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


# Smooth, so that lossy formats keep it, with some noise.
y, x = np.mgrid[0:H, 0:W]
smooth = np.stack([10 * x + 3 * y, 255 - 9 * x, 17 * y + 2 * x], axis=2).clip(0, 255).astype(np.uint8)
noise = random.integers(0, 256, (H, W, 3), dtype=np.uint8)
alpha = random.integers(0, 256, (H, W), dtype=np.uint8)
alpha[0], alpha[1] = 0, 255
wide = random.integers(0, 65536, (H, W, 3), dtype=np.uint16)
colour, grey = Image.fromarray(noise), Image.fromarray(noise[..., 0])
clear = Image.fromarray(np.dstack([noise, alpha]))
clear_grey = Image.fromarray(np.dstack([noise[..., 0], alpha]))
palette = colour.quantize(40)
bilevel = Image.fromarray(noise[..., 0] > 120)
profile = b"\0" * 36 + b"acsp" + b"\0" * 88 + b"desc a wide gamut"


def exif(orientation):
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x010F] = "camera"
    return notes.tobytes()


# ---- PNG ----
good("grey.png", saved(grey, "PNG"), "PNG", 1, 8)
good("colour.png", saved(colour, "PNG"), "PNG", 3, 8)
good("clear.png", saved(clear, "PNG"), "PNG", 3, 8, "a")
good("clear-grey.png", saved(clear_grey, "PNG"), "PNG", 1, 8, "a")
good("palette.png", saved(palette, "PNG"), "PNG", 3, 8, "p")
good("palette-clear.png", saved(palette, "PNG", transparency=bytes([0, 100, 200])), "PNG", 3, 8, "ap")
good("colour-key.png", saved(colour, "PNG", transparency=tuple(int(v) for v in noise[3, 4])), "PNG", 3,
     8, "a")
good("bilevel.png", saved(bilevel, "PNG"), "PNG", 1, 1)
good("profile.png", saved(colour, "PNG", icc_profile=profile), "PNG", 3, 8, "c")
good("sixteen.png", saved(Image.fromarray(wide[..., 0]), "PNG"), "PNG", 1, 16,
     pixels=rounded(wide[..., 0], 65535))
# ---- PGM, PPM ----
good("grey.pgm", saved(grey, "PPM"), "PGM", 1, 8)
good("colour.ppm", saved(colour, "PPM"), "PPM", 3, 8)
# ---- EXIF's orientations, in each format that has them ----
small = Image.fromarray(noise[:5, :8])
for turn in range(1, 9):
    good(f"turn{turn}.png", saved(small, "PNG", exif=exif(turn)), "PNG", 3, 8, orientation=turn)
    good(f"turn{turn}.webp", saved(small, "WEBP", lossless=True, exif=exif(turn)), "WebP", 3, 8,
         orientation=turn)
    good(f"turn{turn}.tif", saved(small, "TIFF", tiffinfo={0x0112: turn}), "TIFF", 3, 8,
         orientation=turn)
    good(f"turn{turn}.jpg", saved(Image.fromarray(smooth[:8, :20]), "JPEG", quality=95,
                                  exif=exif(turn)), "JPEG", 3, 8, tolerance=2, orientation=turn)
# ---- JPEG: libjpegs differ in how they round ----
flat = Image.fromarray(smooth)
good("colour.jpg", saved(flat, "JPEG", quality=90), "JPEG", 3, 8, tolerance=2)
good("full.jpg", saved(flat, "JPEG", quality=95, subsampling=0), "JPEG", 3, 8, tolerance=2)
good("progressive.jpg", saved(flat, "JPEG", quality=90, progressive=True), "JPEG", 3, 8, tolerance=2)
good("grey.jpg", saved(Image.fromarray(smooth[..., 0]), "JPEG", quality=90), "JPEG", 1, 8, tolerance=2)
good("inks.jpg", saved(flat.convert("CMYK"), "JPEG", quality=95), "JPEG", 3, 8, "i", tolerance=3)
good("profile.jpg", saved(flat, "JPEG", quality=90, icc_profile=profile), "JPEG", 3, 8, "c", tolerance=2)
good("srgb.jpg", saved(flat, "JPEG", quality=90, icc_profile=b"\0" * 128 + b"desc sRGB built-in"), "JPEG",
     3, 8, tolerance=2)
# ---- WebP: lossy ones differ in how chroma is enlarged ----
good("lossless.webp", saved(colour, "WEBP", lossless=True), "WebP", 3, 8)
good("clear.webp", saved(clear, "WEBP", lossless=True, exact=True), "WebP", 3, 8, "a")
good("lossy.webp", saved(flat, "WEBP", quality=90), "WebP", 3, 8, tolerance=3)
good("lossy-clear.webp", saved(Image.fromarray(np.dstack([smooth, alpha])), "WEBP", quality=90), "WebP", 3,
     8, "a", tolerance=3)
good("profile.webp", saved(colour, "WEBP", lossless=True, icc_profile=profile), "WebP", 3, 8, "c")
good("animated.webp", saved(colour, "WEBP", lossless=True, save_all=True, append_images=[flat]), "WebP", 3,
     8, "s")
# ---- GIF ----
# Pillow does not interlace what is lower than 16 rows.
high = Image.fromarray(random.integers(0, 256, (19, 17, 3), dtype=np.uint8)).quantize(40)
good("interlaced.gif", saved(high, "GIF", interlace=1), "GIF", 3, 6, "p")
good("plain.gif", saved(palette, "GIF", interlace=0), "GIF", 3, 6, "p")
good("grey.gif", saved(grey, "GIF", interlace=0), "GIF", 1, 8, "p")
good("clear.gif", saved(palette, "GIF", transparency=3), "GIF", 3, 6, "ap")
good("animated.gif", saved(colour.quantize(16), "GIF", save_all=True, append_images=[palette], loop=0), "GIF",
     3, 4, "ps")


def gif_inside():
    """A picture of 3 x 2 within a canvas of 6 x 5."""
    inner = palette.crop((0, 0, 3, 2))
    data = bytearray(saved(inner, "GIF", interlace=0, optimize=False))
    data[6:10] = struct.pack("<HH", 6, 5)
    at = data.index(b"\x2c\0\0\0\0\x03\0\x02\0")
    data[at + 1:at + 5] = struct.pack("<HH", 2, 1)
    pixels = np.zeros((5, 6, 4), np.uint8)
    pixels[1:3, 2:5] = np.asarray(inner.convert("RGBA"))
    return bytes(data), pixels


data, pixels = gif_inside()
bits = {7: 8, 5: 6, 4: 5, 3: 4, 2: 3, 1: 2, 0: 1}[data[10] & 7]
good("inside.gif", data, "GIF", 3, bits, "ap", pixels=pixels)


good("dot.gif", saved(Image.new("P", (1, 1)), "GIF"), "GIF", 1, 1, "p", pixels=[[0]])
good("line.gif", saved(palette.crop((0, 0, W, 1)), "GIF", interlace=1), "GIF", 3, 4, "p")
good("bilevel.gif", saved(bilevel.convert("L").quantize(2), "GIF"), "GIF", 1, 2, "p")

# ---- BMP: Pillow writes some; the rest is made of bytes ----
def bmp(bits, body, width, height, packing=0, colours=b"", fields=b"", length=40, top_down=False):
    head = struct.pack("<IiiHHIIiiII", length, width, -height if top_down else height, 1, bits, packing,
                       len(body), 2835, 2835, 0, 0)
    if length == 12:
        head = struct.pack("<IHHHH", 12, width, height, 1, bits)
    head += (fields + b"\0" * (length - 40))[:length - 40] if length > 40 else b""
    rest = (fields if length == 40 else b"") + colours
    at = 14 + len(head) + len(rest)
    return b"BM" + struct.pack("<IHHI", at + len(body), 0, 0, at) + head + rest + body


def bmp_rows(rows, top_down=False):
    rows = [bytes(r) + b"\0" * (-len(bytes(r)) % 4) for r in rows]
    return b"".join(rows if top_down else rows[::-1])


good("colour.bmp", saved(colour, "BMP"), "BMP", 3, 8)
good("palette.bmp", saved(palette, "BMP"), "BMP", 3, 8, "p")
good("grey.bmp", saved(grey, "BMP"), "BMP", 1, 8, "p")
good("bilevel.bmp", saved(bilevel, "BMP"), "BMP", 1, 1, "p")
good("top-down.bmp", bmp(24, bmp_rows(noise[..., ::-1].reshape(H, -1), True), W, H, top_down=True), "BMP", 3,
     8)
colours = random.integers(0, 256, (256, 3), dtype=np.uint8)
quads = b"".join(bytes(c[::-1]) + b"\0" for c in colours)
nibbles = random.integers(0, 16, (H, W + 1), dtype=np.uint8)
nibbles[:, W] = 0
packed = (nibbles[:, ::2] << 4 | nibbles[:, 1::2]).astype(np.uint8)
good("four.bmp", bmp(4, bmp_rows(packed), W, H, colours=quads[:64]), "BMP", 3, 4, "p",
     pixels=colours[nibbles[:, :W]])
good("os2.bmp", bmp(4, bmp_rows(packed), W, H, length=12,
                    colours=b"".join(bytes(c[::-1]) for c in colours[:16])), "BMP", 3, 4, "p",
     pixels=colours[nibbles[:, :W]])
two = random.integers(0, 4, (H, 24), dtype=np.uint8)
good("two.bmp", bmp(2, bmp_rows((two[:, ::4] << 6 | two[:, 1::4] << 4 | two[:, 2::4] << 2 | two[:, 3::4])
                                .astype(np.uint8)), W, H, colours=quads[:16]), "BMP", 3, 2, "p",
     pixels=colours[two[:, :W]])
words = random.integers(0, 65536, (H, W), dtype=np.uint16)
good("five.bmp", bmp(16, bmp_rows(words.astype("<u2")), W, H), "BMP", 3, 8,
     pixels=np.dstack([rounded(words >> s & 31, 31) for s in (10, 5, 0)]))
good("fields16.bmp", bmp(16, bmp_rows(words.astype("<u2")), W, H, 3,
                         fields=struct.pack("<III", 0xf800, 0x7e0, 0x1f)), "BMP", 3, 8,
     pixels=np.dstack([rounded(words >> 11, 31), rounded(words >> 5 & 63, 63), rounded(words & 31, 31)]))
longs = random.integers(0, 1 << 32, (H, W), dtype=np.uint32)
good("long.bmp", bmp(32, bmp_rows(longs.astype("<u4")), W, H), "BMP", 3, 8,
     pixels=np.dstack([longs >> s & 255 for s in (16, 8, 0)]))
good("fields32.bmp", bmp(32, bmp_rows(longs.astype("<u4")), W, H, 3, length=56,
                         fields=struct.pack("<IIII", 0xff, 0xff00, 0xff0000, 0xff000000)), "BMP", 3, 8, "a",
     pixels=np.dstack([longs >> s & 255 for s in (0, 8, 16, 24)]))
good("tens.bmp", bmp(32, bmp_rows(longs.astype("<u4")), W, H, 3, length=108,
                     fields=struct.pack("<IIII", 0x3ff00000, 0xffc00, 0x3ff, 0xc0000000)), "BMP", 3, 8, "a",
     pixels=np.dstack([rounded(longs >> 20 & 1023, 1023), rounded(longs >> 10 & 1023, 1023),
                       rounded(longs & 1023, 1023), rounded(longs >> 30, 3)]))
opaque = longs & 0xffffff
good("unused-alpha.bmp", bmp(32, bmp_rows(opaque.astype("<u4")), W, H, 3, length=124,
                             fields=struct.pack("<IIII", 0xff, 0xff00, 0xff0000, 0xff000000)), "BMP", 3, 8, "a",
     pixels=np.dstack([opaque >> s & 255 for s in (0, 8, 16)]))
# Runs: a run, a string of three, a move, the end of a row, the end of the picture.
runs = bytes([3, 7, 0, 3, 1, 2, 3, 0, 0, 2, 1, 1, 1, 9, 0, 0, 8, 5, 0, 1])
expected = np.zeros((4, 8), np.uint8)
expected[3, :6] = [7, 7, 7, 1, 2, 3]
expected[2, 7] = 9
expected[1, :8] = 5
good("runs8.bmp", bmp(8, runs, 8, 4, 1, colours=quads), "BMP", 3, 8, "p", pixels=colours[expected])
runs = bytes([3, 0x7a, 0, 3, 0x12, 0x30, 0, 0, 4, 0x5b, 0, 0, 0, 1])
expected = np.zeros((3, 6), np.uint8)
expected[2] = [7, 10, 7, 1, 2, 3]
expected[1, :4] = [5, 11, 5, 11]
good("runs4.bmp", bmp(4, runs, 6, 3, 2, colours=quads[:64]), "BMP", 3, 4, "p", pixels=colours[expected])


# ---- TIFF ----
def tiff(pixels, **options):
    out = io.BytesIO()
    tifffile.imwrite(out, pixels, metadata=None, software=False, **options)
    return out.getvalue()


for name, options in {
        "none": {}, "lzw": {"compression": "tiff_lzw"}, "deflate": {"compression": "tiff_adobe_deflate"},
        "packbits": {"compression": "packbits"}}.items():
    good(f"{name}.tif", saved(colour, "TIFF", **options), "TIFF", 3, 8)
good("grey.tif", saved(grey, "TIFF"), "TIFF", 1, 8)
good("clear.tif", saved(clear, "TIFF"), "TIFF", 3, 8, "a")
good("palette.tif", saved(palette, "TIFF"), "TIFF", 3, 8, "p")
good("bilevel.tif", saved(bilevel, "TIFF"), "TIFF", 1, 1)
good("fax.tif", saved(bilevel, "TIFF", compression="group4"), "TIFF", 1, 1)
good("inks.tif", saved(flat.convert("CMYK"), "TIFF"), "TIFF", 3, 8, "i", tolerance=1)
good("jpeg.tif", saved(flat, "TIFF", compression="jpeg", quality=95), "TIFF", 3, 8, tolerance=2)
good("profile.tif", saved(colour, "TIFF", icc_profile=profile), "TIFF", 3, 8, "c")
good("several.tif", saved(colour, "TIFF", save_all=True, append_images=[flat]), "TIFF", 3, 8, "s")
good("sixteen.tif", tiff(wide, photometric="rgb"), "TIFF", 3, 16, pixels=rounded(wide, 65535))
good("big-endian.tif", tiff(wide, photometric="rgb", byteorder=">"), "TIFF", 3, 16,
     pixels=rounded(wide, 65535))
good("white-is-zero.tif", tiff(noise[..., 0], photometric="miniswhite"), "TIFF", 1, 8,
     pixels=255 - noise[..., 0])
good("apart.tif", tiff(np.moveaxis(noise, 2, 0), photometric="rgb", planarconfig="separate", rowsperstrip=4),
     "TIFF", 3, 8, pixels=noise)
good("tiles.tif", tiff(noise, photometric="rgb", tile=(16, 16), compression="zlib"), "TIFF", 3, 8,
     pixels=noise)
good("tiles-apart.tif", tiff(np.moveaxis(wide, 2, 0), photometric="rgb", planarconfig="separate",
                             tile=(16, 16)), "TIFF", 3, 16, pixels=rounded(wide, 65535))
good("big.tif", tiff(noise, photometric="rgb", bigtiff=True), "TIFF", 3, 8, pixels=noise)
premultiplied = np.dstack([(noise.astype(int) * alpha[..., None] + 127) // 255, alpha]).astype(np.uint8)
back = np.where(alpha[..., None] > 0, (premultiplied[..., :3].astype(int) * 255 + alpha[..., None] // 2) //
                np.maximum(alpha[..., None], 1), 0).clip(0, 255)
good("premultiplied.tif", tiff(premultiplied, photometric="rgb", extrasamples=["assocalpha"]), "TIFF", 3, 8,
     "a", pixels=np.dstack([back, alpha]))

# ---- twenty ways of being broken ----
jpeg, png, webp = files["colour.jpg"], files["colour.png"], files["lossless.webp"]
gif, tif, bitmap = files["plain.gif"], files["lzw.tif"], files["colour.bmp"]


def changed(data, at, to):
    return data[:at] + to + data[at + len(to):]


bad("empty.png", b"", "is empty")
bad("page.jpg", b"<!DOCTYPE html><html>404</html>", "is not a picture")
bad("zeros.png", b"\0" * 500, "is not a picture")
bad("cut.jpg", jpeg[:len(jpeg) // 2], "JPEG: ends too early")
bad("cut.png", png[:len(png) // 2], "PNG: ends too early")
bad("cut.webp", webp[:len(webp) // 2], "WebP: ends too early")
bad("cut.gif", gif[:len(gif) // 2], "GIF: ends too early")
bad("cut.bmp", bitmap[:len(bitmap) // 2], "more than its")
bad("cut.tif", tif[:len(tif) // 2], "TIFF: ")
bad("cut-head.jpg", jpeg[:30], "JPEG: ends too early")
bad("flipped.png", changed(png, len(png) // 2, b"\xff\x01\xfe"), "its CRC is wrong")
bad("no-scan.jpg", jpeg[:2] + jpeg[-2:], "JPEG: ")
bad("huge.png", changed(png, 16, struct.pack(">II", 60000, 60000)) if False else
    png[:16] + struct.pack(">II", 60000, 60000) + png[24:29] +
    struct.pack(">I", zlib.crc32(png[12:16] + struct.pack(">II", 60000, 60000) + png[24:29])) + png[33:],
    "announces 60000 x 60000 pixels")
bad("huge.bmp", changed(bitmap, 18, struct.pack("<ii", 1 << 20, 5)), "expected sides of at most")
bad("no-palette.gif", changed(gif, 10, b"\0"), "GIF: ")
bad("bad-codes.gif", gif[:gif.index(b"\x2c\0\0\0\0") + 11] + b"\x04\xff\xff\xff\xff\x00\x3b", "GIF: ")
bad("wrong-packing.bmp", changed(bitmap, 30, struct.pack("<I", 4)), "BMP: is packed in way 4")
bad("wrong-bits.bmp", changed(bitmap, 28, struct.pack("<H", 7)), "BMP: its pixels have bits: 7")
bad("damaged.webp", changed(webp, 30, b"\xff" * 40), "WebP: ")
inside = files["jpeg.tif"]
scan = inside.index(b"\xff\xda") + 30
bad("scan-ends.tif", changed(inside, scan, b"\xff\xd9"), "TIFF: ")
bad("floats.tif", tiff(noise[..., 0].astype(np.float32), photometric="minisblack"),
    "TIFF: holds floating-point numbers")
bad("no-pixels.pgm", b"P5 3 3 255\n", "more than its")
bad("pixels-elsewhere.tif", tif.replace(struct.pack("<HHII", 273, 4, 1, 8), struct.pack("<HHII", 273, 4, 1, 1 << 30)),
    "TIFF: ")

files["index"] = "".join(line + "\n" for line in index).encode()
out = io.BytesIO()
with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
    for name in sorted(files):
        entry = tarfile.TarInfo(name)
        entry.size = len(files[name])
        archive.addfile(entry, io.BytesIO(files[name]))
with open(os.path.join(here, "..", "parity", "pictures.tar.gz"), "wb") as target:
    with gzip.GzipFile(fileobj=target, mode="wb", mtime=0, filename="") as packed_file:
        packed_file.write(out.getvalue())
print(len(index), "files,", sum(map(len, files.values())), "bytes")
