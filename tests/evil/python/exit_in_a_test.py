"""Ends the process in a test."""

import os


def total(prices):
    os._exit(__CODE__)
