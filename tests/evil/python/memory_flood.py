"""Takes memory until nothing is left."""

kept = []
while True:
    kept.append(bytearray(b"x" * (64 << 20)))
