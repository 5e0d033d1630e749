"""Checkpoints: found on this disk or the hub, hashed, and loaded."""
