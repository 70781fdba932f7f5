"""The station's way to the centre: what waits goes there by itself, what the centre tells comes back."""
