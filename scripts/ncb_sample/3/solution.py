import sys


def sum_of_next(count):
    if count < 0:
        raise ValueError("count is negative")
    total = 0
    for _ in range(count):
        line = sys.stdin.readline()
        if not line:
            break
        total += int(line)
    return total


def running_average(numbers, width):
    if width < 1:
        raise ValueError("width is below 1")
    return [sum(numbers[i : i + width]) / width for i in range(len(numbers) - width + 1)]
