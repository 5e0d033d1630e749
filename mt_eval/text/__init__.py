"""Pure functions on text: cleaning and cutting into segments."""
