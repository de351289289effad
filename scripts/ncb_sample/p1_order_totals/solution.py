import csv
from collections import Counter


def _orders(path):
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            quantity = int(row["quantity"])
            if quantity > 0:
                yield row["customer"], row["item"], quantity, int(row["cents"])


def order_totals(path):
    totals = Counter()
    for customer, _, quantity, cents in _orders(path):
        totals[customer] += quantity * cents
    return dict(sorted(totals.items()))


def best_seller(path):
    sold = Counter()
    for _, item, quantity, _ in _orders(path):
        sold[item] += quantity
    return min(sold, key=lambda item: (-sold[item], item), default="")
