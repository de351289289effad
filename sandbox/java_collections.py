"""Java's collections and numbers that constructors and factory methods make, where it can be told what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from bench.sandbox.java_constants import NULL, Constant, Leaf, Node, is_sound, key_of
from bench.sandbox.java_source import NotUnderstood

MOST = 1000
"""Values of one collection beyond which it is left alone."""
_NEW: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("ArrayList", "LinkedList"), "list"),
        **dict.fromkeys(("HashSet", "LinkedHashSet", "TreeSet"), "set"),
        **dict.fromkeys(("HashMap", "LinkedHashMap", "TreeMap"), "map"),
    }
)

_BIG = re.compile(r"-?(?:0|[1-9]\d*)")


def made(kind: str, arguments: Sequence[Constant]) -> Constant:
    """What `new Kind(arguments)` gives.

    Raises:
        NotUnderstood: it cannot be told.
    """
    only = arguments[0] if len(arguments) == 1 else NULL
    if kind in _NEW and not arguments:
        return Node(_NEW[kind], ())
    if kind in _NEW and isinstance(only, Node) and (only.kind == "map") is (_NEW[kind] == "map"):
        return checked(_NEW[kind], _unique(only.children) if _NEW[kind] == "set" else only.children)
    if kind == "BigInteger" and only.kind == "String" and isinstance(only, Leaf) and _BIG.fullmatch(str(only.value)):
        return Leaf(kind, str(int(str(only.value))))
    if kind == "BigDecimal" and only.kind == "String" and isinstance(only, Leaf):
        return Leaf(kind, str(only.value))
    if kind == "String" and only.kind == "String":
        return only
    raise NotUnderstood


def _unique(children: Iterable[Constant]) -> list[Constant]:
    return list({key_of(child): child for child in children}.values())


def checked(kind: str, children: Sequence[Constant]) -> Constant:
    """A collection of these values.

    Raises:
        NotUnderstood: it is too large, or holds an array, which is equal only to itself, or a map holds null.
    """
    if any(child.kind.endswith("]") for child in children) or len(children) > MOST:
        raise NotUnderstood
    if kind == "map" and any(child.kind == "null" for child in children):
        raise NotUnderstood
    return Node(kind, tuple(children))


def filled(collection: Constant, added: Sequence[Constant]) -> Constant:
    """`new Kind() {{ add(...); }}`: a collection with what its initialiser adds.

    Raises:
        NotUnderstood: it is none, or cannot be told.
    """
    if not isinstance(collection, Node):
        raise NotUnderstood
    return grown(collection, added)


def grown(collection: Node, added: Sequence[Constant]) -> Node:
    """A collection after `add(x)` or `put(key, value)`.

    Raises:
        NotUnderstood: it cannot be told what it holds then.
    """
    children = (*collection.children, *added)
    found = Node(collection.kind, tuple(_unique(children)) if collection.kind == "set" else children)
    if collection.kind not in {"list", "set", "map"} or (collection.kind == "map" and len(added) % 2):
        raise NotUnderstood
    if not is_sound(found) or any(child.kind.endswith("]") for child in children):
        raise NotUnderstood
    return found
