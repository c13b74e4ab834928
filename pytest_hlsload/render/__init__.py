"""A report in words: strings only, no pytest, no I/O"""
