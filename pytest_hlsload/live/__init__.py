"""What shows while a load runs"""
