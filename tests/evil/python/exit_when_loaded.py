"""Ends the process while it is loaded."""

import os

os._exit(__CODE__)
