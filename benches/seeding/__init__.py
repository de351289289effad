"""Seeded faults in published problems: material, what becomes of it, and the count."""
