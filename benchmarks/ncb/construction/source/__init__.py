"""Source texts of solutions and tests, read and changed in places: suites as rows of tests, names, code in answers."""
