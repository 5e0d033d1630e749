"""Articles that people bring: what a folder holds, a manifest for it, and whether its references are fit.

Like the pipeline, this package joins stages: it loads, cleans, segments and aligns as a run does.
"""
