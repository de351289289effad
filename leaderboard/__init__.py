"""Runs side by side: tables, a page, and exports. It knows run folders and its own tables of published figures."""
