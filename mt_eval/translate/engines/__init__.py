"""Engines: what decodes batches of tokens, which one to use, and the models that are kept in memory."""
