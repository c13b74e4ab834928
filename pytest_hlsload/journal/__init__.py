"""The append-only file of records: writing it, following it while it grows, reading it afterwards"""
