"""The translation store: records of what was translated before, and its upkeep."""
