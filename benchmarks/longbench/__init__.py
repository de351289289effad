"""LongBench v1 and LongBench-E (Bai et al., ACL 2024, arXiv:2308.14508)."""
