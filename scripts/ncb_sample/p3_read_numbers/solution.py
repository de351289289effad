import sys


def _numbers():
    found = []
    for word in sys.stdin.read().split():
        try:
            found.append(int(word))
        except ValueError:
            continue
    return found


def read_numbers():
    found = _numbers()
    smallest, largest = min(found, default=0), max(found, default=0)
    return {"count": len(found), "sum": sum(found), "smallest": smallest, "largest": largest}


def echo_sorted():
    print(*sorted(_numbers()))
