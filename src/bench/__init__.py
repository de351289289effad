"""LongBench and NaturalCodeBench: the authors' exact number, from one command."""
