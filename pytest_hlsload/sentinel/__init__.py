"""The stream's own health, watched in a process of its own: so far one look at the playlist before the readers start"""
