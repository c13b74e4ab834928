"""The page: loads as one HTML file that needs nothing beside it"""
