"""Sample problems in the authors' layout, made from `scripts/ncb_sample`; `bench.benchmarks.ncb.sources` finds them."""
