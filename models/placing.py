"""What models may use of a cluster: machines that prepare prompts, and machines on which servers run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from bench.models.fitting import Fitter
from bench.models.rendering import Prepared
from bench.records import Prompt


class Preparing(Protocol):
    """Something that prepares prompts beside generation; called from as many threads as it has workers."""

    @property
    def ready(self) -> bool:
        """Whether the first worker has loaded its tokenizer, or will never."""

    @property
    def workers(self) -> int:
        """Prompts at a time."""

    def prepare(self, prompt: Prompt) -> Prepared:
        """The prompt as it can be sent; what a worker cannot do is done here."""

    def close(self) -> None:
        """Let go of the workers, at work or not."""


class Serving(Protocol):
    """Servers of one model on a cluster."""

    @property
    def urls(self) -> Sequence[str]:
        """One for each replica, up to and with `/v1`; the same for as long as it lives."""

    @property
    def key(self) -> str | None:
        """What opens them; None where they ask for none."""

    @property
    def failure(self) -> str | None:
        """Why no server can answer any more, in one line; None while one can, or may again."""

    def close(self) -> None:
        """End the servers."""


class Cluster(Protocol):
    """Machines beside this one."""

    def preparing(self, fitter: Fitter) -> Preparing:
        """Workers with this fitter.

        Raises:
            pickle.PicklingError, AttributeError, TypeError: it cannot be sent to them.
        """

    def serving(
        self, arguments: Mapping[str, Any], *, replicas: int, folders: Mapping[str, Mapping[str, str]]
    ) -> Serving:
        """vLLM servers with these arguments, each where the cluster has room for it; returns when all are ready.

        Args:
            folders: those that the arguments name; every machine must have them with these digests of their files.

        Raises:
            ModelError: there is no room, or a server does not start; the end of its log is in the text.
        """
