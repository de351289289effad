"""The wording of what models are asked while problems are built."""
