#!/usr/bin/env python3
"""Digits as people photograph them, drawn by program: drawn_digits.py FOLDER [SEED [SCALE]]

Writes FOLDER/LABEL-N-SCENE.png: every digit four times, drawn from strokes with differing pens, on
differing papers, in differing light, turned by up to 15 degrees, anywhere in the picture and in
differing sizes. The same seed gives the same bytes. SCALE 8 makes pictures of some ten megapixels.
"""
import math
import os
import random
import struct
import sys
import zlib


def arc(x, y, across, down, start, end, count=14):
    """Points of an ellipse, from one angle to another: 0 is right, 90 down."""
    angles = [math.radians(start + (end - start) * i / count) for i in range(count + 1)]
    return [(x + across * math.cos(a), y + down * math.sin(a)) for a in angles]


# Of each digit several ways to write it: lists of strokes, in a box of 1 x 1, y down.
WAYS = {
    0: [
        [arc(0.5, 0.5, 0.3, 0.48, -80, 285, 28)],
        [arc(0.5, 0.5, 0.36, 0.46, -110, 240, 28)],
        [arc(0.48, 0.5, 0.26, 0.5, -60, 310, 28)],
    ],
    1: [
        [[(0.52, 0.0), (0.5, 1.0)]],
        [[(0.3, 0.22), (0.55, 0.0), (0.53, 1.0)]],
        [[(0.34, 0.2), (0.52, 0.02), (0.52, 0.98)], [(0.3, 0.99), (0.74, 0.98)]],
    ],
    2: [
        [arc(0.48, 0.27, 0.3, 0.27, -170, 40) + [(0.2, 0.98), (0.82, 0.97)]],
        [arc(0.5, 0.28, 0.28, 0.27, -190, 50) + [(0.3, 0.86), (0.18, 0.99), (0.5, 0.95), (0.84, 1.0)]],
        [arc(0.46, 0.26, 0.32, 0.26, -160, 35) + [(0.4, 0.75), (0.14, 1.0), (0.8, 0.99)]],
    ],
    3: [
        [arc(0.45, 0.26, 0.3, 0.26, -150, 90) + arc(0.45, 0.74, 0.34, 0.25, -90, 150)],
        [[(0.2, 0.02), (0.74, 0.02), (0.44, 0.4)] + arc(0.44, 0.7, 0.34, 0.29, -80, 150)],
        [arc(0.48, 0.25, 0.27, 0.24, -160, 80) + arc(0.46, 0.73, 0.32, 0.27, -70, 160)],
    ],
    4: [
        [[(0.28, 0.0), (0.18, 0.58), (0.85, 0.56)], [(0.66, 0.1), (0.62, 1.0)]],
        [[(0.62, 0.0), (0.12, 0.66), (0.9, 0.66)], [(0.64, 0.3), (0.63, 1.0)]],
        [[(0.24, 0.02), (0.22, 0.5), (0.72, 0.5)], [(0.76, 0.0), (0.7, 1.0)]],
    ],
    5: [
        [[(0.78, 0.02), (0.3, 0.02), (0.26, 0.42)] + arc(0.46, 0.68, 0.32, 0.3, -125, 140)],
        [[(0.32, 0.05), (0.28, 0.45)] + arc(0.46, 0.69, 0.32, 0.29, -125, 145), [(0.36, 0.0), (0.82, -0.03)]],
        [[(0.8, 0.0), (0.34, 0.03), (0.3, 0.4)] + arc(0.48, 0.66, 0.28, 0.31, -130, 130)],
    ],
    6: [
        [[(0.68, 0.0), (0.42, 0.25), (0.26, 0.55)] + arc(0.5, 0.72, 0.26, 0.27, 200, -150, 22)],
        [[(0.62, 0.02), (0.36, 0.36)] + arc(0.5, 0.7, 0.28, 0.29, 205, -140, 22)],
        [[(0.5, 0.0), (0.3, 0.4), (0.26, 0.7)] + arc(0.48, 0.73, 0.22, 0.26, 180, -170, 22)],
    ],
    7: [
        [[(0.16, 0.03), (0.82, 0.03), (0.42, 1.0)]],
        [[(0.14, 0.1), (0.2, 0.02), (0.84, 0.02), (0.6, 0.4), (0.46, 1.0)]],
        [[(0.18, 0.03), (0.84, 0.02), (0.4, 1.0)], [(0.36, 0.5), (0.78, 0.48)]],
    ],
    8: [
        [arc(0.5, 0.26, 0.24, 0.25, 90, 450, 22), arc(0.5, 0.75, 0.3, 0.25, -90, 270, 22)],
        [
            arc(0.5, 0.25, 0.25, 0.24, -30, -270, 14)
            + arc(0.5, 0.74, 0.28, 0.25, -90, 90, 10)
            + arc(0.5, 0.74, 0.28, 0.25, 90, 270, 10)
            + arc(0.5, 0.25, 0.25, 0.24, 90, -30, 8)
        ],
    ],
    9: [
        [arc(0.48, 0.28, 0.27, 0.27, -20, -380, 22) + [(0.72, 0.5), (0.66, 1.0)]],
        [arc(0.46, 0.29, 0.27, 0.28, -10, -370, 22) + [(0.73, 0.6), (0.6, 0.92), (0.34, 0.98)]],
        [arc(0.5, 0.27, 0.25, 0.26, 0, -360, 22) + [(0.74, 0.55), (0.7, 1.0)]],
    ],
}

# What is drawn with on what: name, width and height of the picture, the digit's height as a share
# of it, the pen's width as a share of the digit's height, its colour, and the paper's.
SCENES = [
    ("pencil", 220, 260, (0.45, 0.7), (0.025, 0.045), (118, 116, 120), (236, 233, 226)),
    ("marker", 240, 240, (0.5, 0.75), (0.13, 0.19), (24, 22, 30), (244, 243, 240)),
    ("squared", 260, 220, (0.45, 0.7), (0.05, 0.08), (32, 44, 150), (243, 244, 246)),
    ("board", 260, 220, (0.4, 0.7), (0.06, 0.1), (226, 228, 222), (38, 66, 54)),
    ("ruled", 220, 260, (0.35, 0.55), (0.05, 0.08), (176, 30, 36), (240, 232, 196)),
    ("lamp", 240, 240, (0.4, 0.65), (0.06, 0.1), (30, 30, 34), (232, 224, 208)),
    ("corner", 420, 320, (0.2, 0.28), (0.08, 0.13), (28, 28, 40), (238, 238, 236)),
    ("night", 220, 220, (0.45, 0.7), (0.05, 0.09), (232, 214, 120), (28, 34, 74)),
    ("shadow", 260, 240, (0.45, 0.65), (0.07, 0.11), (26, 30, 44), (240, 238, 232)),
    ("scan", 200, 220, (0.5, 0.8), (0.05, 0.12), (20, 20, 20), (252, 252, 252)),
]


def strokes_of(digit, rng):
    """Points jittered as a whole (slant, width) and one by one, then smoothed into short steps."""
    slant, wide = rng.uniform(-0.16, 0.16), rng.uniform(0.75, 1.1)
    bend = [rng.uniform(-0.03, 0.03) for _ in range(4)]
    lines = []
    for stroke in rng.choice(WAYS[digit]):
        line = []
        for x, y in stroke:
            x += bend[0] * math.sin(3 * y + 9 * bend[1]) + rng.gauss(0, 0.008)
            y += bend[2] * math.sin(3 * x + 9 * bend[3]) + rng.gauss(0, 0.008)
            line.append(((x - 0.5) * wide * 0.8 + slant * (0.5 - y), y - 0.5))
        lines.append(line)
    return lines


def ink_of(lines, width, height, pen, rng):
    """How much of each pixel is ink, as {row: {column: 0..1}}: a round pen that presses unevenly."""
    ink = {}
    for line in lines:
        presses = [rng.uniform(0.85, 1.15) for _ in line]
        for i in range(len(line) - 1):
            (ax, ay), (bx, by) = line[i], line[i + 1]
            radius = pen / 2 * (presses[i] + presses[i + 1]) / 2
            dx, dy = bx - ax, by - ay
            length = dx * dx + dy * dy or 1e-9
            for y in range(max(0, int(min(ay, by) - radius - 1)), min(height, int(max(ay, by) + radius + 3))):
                row = ink.setdefault(y, {})
                for x in range(max(0, int(min(ax, bx) - radius - 1)), min(width, int(max(ax, bx) + radius + 3))):
                    t = ((x + 0.5 - ax) * dx + (y + 0.5 - ay) * dy) / length
                    t = 0 if t < 0 else 1 if t > 1 else t
                    away = math.hypot(x + 0.5 - ax - t * dx, y + 0.5 - ay - t * dy)
                    share = min(1.0, radius + 0.5 - away)
                    if share > row.get(x, 0):
                        row[x] = share
    return ink


def light_of(scene, width, height, rng):
    """How bright the paper is at a place, 0..1, as a function."""
    turn = rng.uniform(0, 2 * math.pi)
    cos, sin = math.cos(turn), math.sin(turn)
    depth = {"lamp": 0.55, "shadow": 0.15, "scan": 0.02, "corner": 0.25}.get(scene, 0.2)
    side = rng.uniform(-0.25, 0.25)

    def at(x, y):
        u, v = x / width - 0.5, y / height - 0.5
        value = 1 - depth * (0.5 + u * cos + v * sin) * 0.7 - depth * 0.5 * (u * u + v * v)
        if scene == "shadow":  # of a head: its edge takes some pixels
            value -= 0.3 / (1 + math.exp(-(u * sin - v * cos - side) * 25))
        return value

    return at


def is_line(scene, x, y, pitch, offset, tilt):
    """Whether a printed line of the paper is here."""
    along, across = y + tilt * x + offset, x - tilt * y + offset
    weight = max(1, pitch // 14)
    if scene == "squared":
        return along % pitch < weight or across % pitch < weight
    return scene == "ruled" and along % (2 * pitch) < weight


def paint(digit, scene, scale, rng):
    name, width, height, sizes, pens, pen_colour, paper = scene
    width, height = width * scale, height * scale
    size = rng.uniform(*sizes) * height
    pen = max(1.3, rng.uniform(*pens) * size)
    turn = math.radians(rng.uniform(-15, 15))
    cos, sin = math.cos(turn), math.sin(turn)
    room = size / 2 * 1.2 + pen
    x0 = rng.uniform(min(room, width / 2), max(width - room, width / 2))
    y0 = rng.uniform(min(room, height / 2), max(height - room, height / 2))
    lines = [
        [(x0 + size * (x * cos - y * sin), y0 + size * (x * sin + y * cos)) for x, y in line]
        for line in strokes_of(digit, rng)
    ]
    ink = ink_of(lines, width, height, pen, rng)
    light = light_of(name, width, height, rng)
    pitch, offset, tilt = rng.randint(20, 28) * scale, rng.randint(0, 19), rng.uniform(-0.06, 0.06)
    line_colour = tuple(int(c * 0.78) if i < 2 else c for i, c in enumerate(paper))
    noise = {"scan": 2, "board": 9, "pencil": 5}.get(name, 6)
    grain = [int(rng.gauss(0, noise)) for _ in range(4099)]
    at, rows = 0, []
    for y in range(height):
        row = bytearray()
        inked = ink.get(y, {})
        for x in range(width):
            share = inked.get(x, 0)
            if share and name in ("board", "pencil") and grain[(x * 31 + y * 17) % 4099] > noise:
                share *= 0.55  # chalk and pencil leave gaps
            ground = line_colour if is_line(name, x, y, pitch, offset, tilt) else paper
            bright = light(x, y)
            at = (at + 1) % 4099
            for c in range(3):
                value = (ground[c] + (pen_colour[c] - ground[c]) * share) * bright + grain[(at * 7 + c) % 4099]
                row.append(0 if value < 0 else 255 if value > 255 else int(value))
        at = (at + rng.randint(0, 4098)) % 4099
        rows.append(b"\0" + bytes(row))
    return width, height, b"".join(rows)


def png(width, height, rows):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")
    )


def main():
    folder, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
    scale = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    os.makedirs(folder, exist_ok=True)
    for digit in range(10):
        for i in range(4):
            scene = SCENES[(digit * 7 + i * 3 + seed) % len(SCENES)]
            rng = random.Random(f"{seed} {digit} {i}")
            with open(os.path.join(folder, f"{digit}-{i}-{scene[0]}.png"), "wb") as file:
                file.write(png(*paint(digit, scene, scale, rng)))


if __name__ == "__main__":
    main()
