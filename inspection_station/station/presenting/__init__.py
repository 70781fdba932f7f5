"""From the state of the bench to what the pages show: words in the language in force, no widget, no act."""
