"""Fills every file system that lies in memory."""

kept = []
for folder in ("/dev/shm", "/tmp", "/work", "."):
    try:
        with open(f"{folder}/flood", "wb", 0) as file:
            while True:
                file.write(b"x" * (1 << 20))
    except OSError:
        continue
while True:
    kept.append(bytearray(b"x" * (64 << 20)))
