SIGNS = [
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
]


def to_roman(number):
    if not 1 <= number <= 3999:
        raise ValueError(f"{number} has no Roman numeral")
    written = ""
    for value, sign in SIGNS:
        while number >= value:
            written += sign
            number -= value
    return written


def from_roman(text):
    upper, total, place = text.upper(), 0, 0
    for value, sign in SIGNS:
        while upper.startswith(sign, place):
            total += value
            place += len(sign)
    if not 1 <= total <= 3999 or to_roman(total) != upper:
        raise ValueError(f"{text!r} is no Roman numeral")
    return total


def roman_sum(texts):
    return to_roman(sum(from_roman(text) for text in texts))
