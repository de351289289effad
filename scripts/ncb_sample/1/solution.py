import csv


def _orders(path):
    with open(path, newline="", encoding="utf-8") as stream:
        for row in list(csv.reader(stream))[1:]:
            try:
                customer, _, amount, price = row
                yield customer, float(amount) * float(price)
            except ValueError:
                continue


def customer_totals(path):
    totals = {}
    for customer, value in _orders(path):
        totals[customer] = totals.get(customer, 0.0) + value
    return {customer: round(value, 2) for customer, value in totals.items()}


def best_customer(path):
    totals = customer_totals(path)
    return max(totals, key=totals.get) if totals else None
