"""What answers take, in tokens and in money: prices, a budget, and a meter that runs along."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from bench.errors import UserError
from bench.records import Completion

BYTES_PER_TOKEN = 3
"""Of UTF-8, where nobody counts: English has more, Chinese about three."""
_UNITS = {"": 1, "k": 1e3, "m": 1e6, "b": 1e9}
_TOKENS = re.compile(r"(\d+(?:\.\d+)?)([kmb]?)", re.IGNORECASE)
_MONEY = re.compile(r"\$(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?) ?usd", re.IGNORECASE)


def estimated_tokens(size: int) -> int:
    """Tokens of so many bytes of text."""
    return -(-size // BYTES_PER_TOKEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """USD for a million tokens; tokens from a prefix cache are priced as input."""

    input: float
    output: float

    @classmethod
    def read(cls, price_in: float | None, price_out: float | None) -> Self | None:
        """The prices of the two options; None where neither is given.

        Raises:
            UserError: one alone is given, or one is below 0.
        """
        if price_in is None and price_out is None:
            return None
        if price_in is None or price_out is None:
            raise UserError("--price-in and --price-out go together; give 0 for what costs nothing")
        if min(price_in, price_out) < 0:
            raise UserError("--price-in and --price-out must be at least 0")
        return cls(input=float(price_in), output=float(price_out))

    def cost(self, input_tokens: int, output_tokens: int) -> dict[str, float]:
        """USD, by input and output and in all."""
        paid = {"input": input_tokens * self.input / 1e6, "output": output_tokens * self.output / 1e6}
        return {**paid, "total": sum(paid.values())}


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much a run may take, over all its starts.

    Attributes:
        amount: tokens in and out, or USD.
        prices: of the tokens where the amount is money; None where it is tokens.
        text: as it was given.
    """

    amount: float
    prices: Prices | None
    text: str

    @classmethod
    def read(cls, text: str, prices: Prices | None) -> Self:
        """The budget that `2M`, `500k`, `1500000`, `5usd` or `$5` stands for.

        Raises:
            UserError: it is none of these, nothing, or money without prices.
        """
        tokens, money = _TOKENS.fullmatch(text.strip()), _MONEY.fullmatch(text.strip())
        if money and prices is None:
            raise UserError(f"--budget {text}: money needs --price-in and --price-out, USD for a million tokens")
        amount = float(money[1] or money[2]) if money else _tokens(tokens)
        if amount <= 0:
            raise UserError(f"--budget {text}: write tokens (2M, 500k, 1500000) or money (5usd)")
        return cls(amount=amount, prices=prices if money else None, text=text.strip())

    def units(self, input_tokens: float, output_tokens: float) -> float:
        """What so many tokens take of it."""
        if self.prices is None:
            return input_tokens + output_tokens
        return (input_tokens * self.prices.input + output_tokens * self.prices.output) / 1e6

    def shown(self, units: float) -> str:
        """An amount in its own unit."""
        return f"{units:,.0f} tokens" if self.prices is None else money(units)


def _tokens(found: re.Match[str] | None) -> float:
    return float(found[1]) * _UNITS[found[2].lower()] if found else 0.0


def money(usd: float) -> str:
    """US dollars; small amounts keep two digits that say something."""
    return f"${usd:,.2f}" if usd >= 1 or not usd else f"${usd:.2g}"


@dataclass(slots=True)
class Meter:
    """Tokens of the completions that passed by.

    Attributes:
        input, output: tokens, estimated where nobody reported them.
        cached: input tokens that came from a prefix cache, of the `cacheable` that somebody reported on.
        answers: completions counted.
        estimated: those among them without a count of their own.
    """

    input: int = 0
    output: int = 0
    cached: int = 0
    cacheable: int = 0
    answers: int = 0
    estimated: int = 0

    def add(self, completion: Completion, size: int) -> None:
        """Count one; a failure and what came out of the response cache took nothing.

        Args:
            size: bytes of what was asked.
        """
        if completion.error is not None or completion.from_cache:
            return
        usage, shared = completion.usage, completion.requests == 0  # one request may carry several attempts
        unknown = usage.input_tokens is None and usage.output_tokens is None
        self.answers += 1
        if unknown and not shared:
            self.estimated += 1
            self.input += estimated_tokens(size)
            self.output += estimated_tokens(_size(completion.text, completion.thought))
        self.input += usage.input_tokens or 0
        self.output += usage.output_tokens or 0
        if usage.cached_tokens is not None:
            self.cached += usage.cached_tokens
            self.cacheable += usage.input_tokens or 0

    @property
    def cached_share(self) -> float | None:
        """Of the input tokens, in [0, 1]; None where nobody said."""
        return self.cached / self.cacheable if self.cacheable else None


def _size(*texts: str | None) -> int:
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in texts if text)


class Spending:
    """What a run has taken of its budget, and whether more may go out.

    Args:
        budget: None for no end.
        earlier: what earlier starts took.
    """

    def __init__(self, budget: Budget | None, earlier: Iterable[tuple[Completion, int]]) -> None:
        self.budget = budget
        self.meter = Meter()
        self._handed, self._expected = 0, 0.0
        for completion, size in earlier:
            self.meter.add(completion, size)

    @property
    def spent(self) -> float:
        """So far, in the budget's unit."""
        return self.budget.units(self.meter.input, self.meter.output) if self.budget else 0.0

    def handed_out(self, size: int, max_tokens: int) -> None:
        """A prompt of so many bytes went out, for so many new tokens at most."""
        self._handed += 1
        self._expected += self.budget.units(estimated_tokens(size), max_tokens) if self.budget else 0.0

    def reached(self, in_flight: int) -> bool:
        """Whether what is spent, and what the prompts in flight will take, comes to the budget."""
        return self.budget is not None and self.spent + in_flight * self._mean() >= self.budget.amount

    def _mean(self) -> float:
        """Of one answer: as those so far, and before there is any by the size of what was asked."""
        if self.meter.answers:
            return self.spent / self.meter.answers
        return self._expected / self._handed if self._handed else 0.0
