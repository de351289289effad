from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def shared() -> Path:
    return Path(os.environ.get("BENCH_SHARED", Path(__file__).parents[1].parent / "shared"))
