"""Sample problems in the authors' layout, made from `scripts/ncb_sample`; read through `bench.benchmarks.ncb.sources`."""
