"""A load over several hosts: an agent on each runs the same supervisor, and the owner makes one journal of theirs"""
