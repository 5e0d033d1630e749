"""Translations by a model behind an HTTP server: what is asked, how, at which cost, and what becomes of answers."""
