"""Reports and then ends with an exit code that is not 0."""

import sys

runner = sys.modules["__main__"]

import os

runner.leave = lambda code: os._exit(__CODE__)
