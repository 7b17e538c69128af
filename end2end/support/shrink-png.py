#!/usr/bin/env python3
"""shrink-png FROM TO: at most 256 colours. Chromium dithers gradients, which a PNG can hardly compress."""

import struct
import sys
import zlib
from collections import Counter


def chunks(data):
    at = 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += length + 12


def read(path):
    """Width, height and rows of RGB triples of an 8-bit RGB or RGBA image."""
    data = open(path, "rb").read()
    header = next(body for name, body in chunks(data) if name == b"IHDR")
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if depth != 8 or colour not in (2, 6) or interlaced:
        sys.exit(f"{path}: only what Chromium writes")
    size = 3 if colour == 2 else 4
    raw = zlib.decompress(b"".join(body for name, body in chunks(data) if name == b"IDAT"))
    stride = width * size
    before, rows = bytearray(stride), []
    for y in range(height):
        start = y * (stride + 1)
        kind, line = raw[start], bytearray(raw[start + 1 : start + 1 + stride])
        for x in range(stride):
            left = line[x - size] if x >= size else 0
            up, corner = before[x], before[x - size] if x >= size else 0
            if kind == 1:
                line[x] = (line[x] + left) & 255
            elif kind == 2:
                line[x] = (line[x] + up) & 255
            elif kind == 3:
                line[x] = (line[x] + (left + up) // 2) & 255
            elif kind == 4:
                guess = left + up - corner
                nearest = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))
                line[x] = (line[x] + nearest[2]) & 255
        before = line
        rows.append(list(zip(line[0::size], line[1::size], line[2::size])))
    return width, height, rows


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def main(source, target):
    width, height, rows = read(source)
    seen = Counter(pixel for row in rows for pixel in row)
    # Neighbours of the dithered ground fall together; the most frequent colours stay as they are.
    palette = []
    for colour, _ in seen.most_common():
        if len(palette) == 256:
            break
        if all(sum(abs(a - b) for a, b in zip(colour, kept)) > 2 for kept in palette):
            palette.append(colour)
    nearest = {
        colour: min(range(len(palette)), key=lambda at: sum((a - b) ** 2 for a, b in zip(colour, palette[at])))
        for colour in seen
    }
    lines = b"".join(b"\0" + bytes(nearest[pixel] for pixel in row) for row in rows)
    with open(target, "wb") as out:
        out.write(b"\x89PNG\r\n\x1a\n")
        out.write(chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)))
        out.write(chunk(b"PLTE", b"".join(bytes(colour) for colour in palette)))
        out.write(chunk(b"IDAT", zlib.compress(lines, 9)))
        out.write(chunk(b"IEND", b""))


main(*sys.argv[1:])
