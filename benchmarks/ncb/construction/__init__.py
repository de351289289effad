"""Building problems: from requests that users made to problems with hidden tests, which people have only to decide on.

The pipeline of the NaturalCodeBench paper (Zhang et al. 2024) came without code. Its stages here are each a file in one
folder, and each can be done again: screen, draft, verify, measure, repair, align, review, publish.
"""
