#!/usr/bin/env python3
"""Draws the page's icons: two jacks joined by a patch cord. Run it after a change and commit the PNGs."""

import math
import pathlib
import struct
import zlib

OUT = pathlib.Path(__file__).resolve().parents[1] / "resources/web/icons"
GROUND, CORD = (15, 95, 99), (255, 255, 255)
JACKS = [(0.29, 0.36), (0.71, 0.36)]
SAMPLES = 4

# The cord hangs between the jacks; the points stand close enough for a smooth line.
STEPS = [i / 80 for i in range(81)]
LINE = [
    (
        (1 - t) ** 3 * 0.29 + 3 * (1 - t) ** 2 * t * 0.29 + 3 * (1 - t) * t**2 * 0.71 + t**3 * 0.71,
        (1 - t) ** 3 * 0.36 + 3 * (1 - t) ** 2 * t * 0.92 + 3 * (1 - t) * t**2 * 0.92 + t**3 * 0.36,
    )
    for t in STEPS
]


def on_cord(x, y):
    for cx, cy in JACKS:
        distance = math.hypot(x - cx, y - cy)
        if distance < 0.055:
            return False
        if distance < 0.135:
            return True
    return any(math.hypot(x - px, y - py) < 0.042 for px, py in LINE)


def on_ground(x, y):
    dx, dy = max(abs(x - 0.5) - 0.28, 0), max(abs(y - 0.5) - 0.28, 0)
    return math.hypot(dx, dy) < 0.22


def pixel(size, column, row, badge):
    ground = cord = 0
    for i in range(SAMPLES):
        for j in range(SAMPLES):
            x = (column + (i + 0.5) / SAMPLES) / size
            y = (row + (j + 0.5) / SAMPLES) / size
            if badge:
                x, y = 0.5 + (x - 0.5) * 0.75, 0.5 + (y - 0.5) * 0.75
            if on_cord(x, y):
                cord += 1
            elif not badge and on_ground(x, y):
                ground += 1
    total = ground + cord
    if total == 0:
        return (0, 0, 0, 0)
    mixed = tuple(round((g * ground + c * cord) / total) for g, c in zip(GROUND, CORD))
    return (*mixed, round(255 * total / SAMPLES**2))


def write(name, size, badge=False):
    rows = b"".join(
        b"\0" + bytes(v for column in range(size) for v in pixel(size, column, row, badge))
        for row in range(size)
    )

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / name).write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    )


write("notification-192.png", 192)
write("favicon.png", 64)
write("badge-72.png", 72, badge=True)
