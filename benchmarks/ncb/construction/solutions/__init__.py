"""Other solutions of a problem, most of them wrong, by which its tests are tried: variants and mutants."""
