"""
An independent calculation of what a viewer saw, from an origin's delivery log alone.

It shares no code with `pytest_hlsload.model`, which is proved against it.
"""
