"""The pure room: what a viewer saw, and how it is told. No clock, no I/O, no pytest."""
