"""Makes empty files until it is refused, which it has to be."""

made = 0
try:
    while made < 1_000_000:
        with open(f"empty{made}", "w"):
            made += 1
except OSError:
    pass
if made >= 1_000_000:
    raise SystemExit("not contained: a million files")
for number in range(made):
    __import__("os").remove(f"empty{number}")
