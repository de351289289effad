from collections import OrderedDict


class RecentPages:
    def __init__(self, most):
        self._most = most
        self._visits = OrderedDict()

    def visit(self, page):
        self._visits[page] = self._visits.get(page, 0) + 1
        self._visits.move_to_end(page)
        if len(self._visits) > self._most:
            return self._visits.popitem(last=False)[0]
        return None

    def pages(self):
        return list(reversed(self._visits))

    def rank(self, page):
        return self.pages().index(page) + 1 if page in self._visits else 0

    def visits(self, page):
        return self._visits.get(page, 0)
