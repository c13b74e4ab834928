"""The page's tables: what the figures show can be read, too, and what no figure shows"""
