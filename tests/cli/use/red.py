"""How many pixels of each PNG of 28x28, 8-bit RGB, are red: python3 red.py FILE..."""
import struct
import sys
import zlib


def red(path):
    png = open(path, "rb").read()
    assert struct.unpack(">IIBB", png[16:26]) == (28, 28, 8, 2), path
    data, at = b"", 8
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at:at + 8])
        data += png[at + 8:at + 8 + size] if kind == b"IDAT" else b""
        at += 12 + size
    raw, above, count = zlib.decompress(data), [0] * 84, 0
    for y in range(28):
        line = list(raw[y * 85 + 1:y * 85 + 85])
        for i in range(84):
            left, up, corner = (line[i - 3], above[i], above[i - 3]) if i > 2 else (0, above[i], 0)
            nearest = min((left, up, corner), key=lambda v: abs(left + up - corner - v))
            line[i] = (line[i] + (0, left, up, (left + up) // 2, nearest)[raw[y * 85]]) % 256
        count += sum(line[i] > line[i + 1] + 80 for i in range(0, 84, 3))
        above = line
    return count


for name in sys.argv[1:]:
    print(red(name))
