"""mt-eval measures how well MarianMT and NLLB models translate whole articles between Vietnamese and Arabic."""

__version__ = "0.1.0"
