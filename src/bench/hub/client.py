"""Files of the Hugging Face hub, by its own client: HF_HOME, HF_ENDPOINT, HF_TOKEN and HF_HUB_OFFLINE are its business.

It is imported where it is used: it is heavy, and reads its environment once, on import.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.hub.failures import CannotFetchError, hub_failure


def fetch_hub(repository: str, path: str, revision: str) -> Path:
    """A file of a data set in the hub's cache, fetched where it is not there.

    The client verifies no content: see `bench.hub.verifying`.

    Raises:
        CannotFetchError: it cannot be had.
    """
    client = _quiet()
    try:
        return Path(client.hf_hub_download(repository, path, repo_type="dataset", revision=revision))
    except Exception as error:  # its errors have no common base
        raise CannotFetchError(hub_failure(error, revision)) from error


def fetch_snapshot(repository: str, patterns: Sequence[str], revision: str | None) -> Path:
    """The folder of a model's files in the hub's cache, fetched where they are not there; its name is the commit.

    Raises:
        CannotFetchError: it cannot be had.
    """
    client = _quiet()
    try:
        return Path(client.snapshot_download(repository, allow_patterns=list(patterns), revision=revision))
    except Exception as error:  # its errors have no common base
        raise CannotFetchError(hub_failure(error, revision or "main")) from error


def cache_folder() -> Path:
    """The hub's own cache."""
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


def _quiet() -> Any:
    """The client, told not to speak of every failed try nor to draw bars into a log, unless the user asks for it."""
    import huggingface_hub
    from huggingface_hub.utils import disable_progress_bars, logging

    if "HF_HUB_VERBOSITY" not in os.environ:
        logging.set_verbosity_error()
    if "HF_HUB_DISABLE_PROGRESS_BARS" not in os.environ and not sys.stderr.isatty():
        disable_progress_bars()
    return huggingface_hub
