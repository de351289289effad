"""Leaves by an exception while it is loaded."""

import sys

sys.exit(__CODE__)
