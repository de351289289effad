"""Make a tiny sentence-transformers model with random weights, for tests of retrieval by meaning.

    python scripts/tiny_embedder.py TINY OUT

TINY is a folder that scripts/tiny_model.py made: its tokenizer is used. Nothing is downloaded; the mean over random
embeddings of a text's tokens still tells texts that share words from others. Needs `sentence-transformers`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

DIMENSIONS = 64


def main() -> int:
    """Write the model into the folder named on the command line."""
    parser = argparse.ArgumentParser(description="Make a tiny embedding model with random weights.")
    parser.add_argument("tiny", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()

    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer

    torch.manual_seed(0)
    tokenizer = Tokenizer.from_file(str(options.tiny / "tokenizer.json"))
    parts = [StaticEmbedding(tokenizer, embedding_dim=DIMENSIONS)]
    SentenceTransformer(modules=parts, device="cpu").save(str(options.out))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
