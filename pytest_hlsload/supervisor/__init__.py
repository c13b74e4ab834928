"""
The process that runs the readers of a load

It is a process of its own, single-threaded and standard library only: a test body that holds the interpreter's lock
would delay time stamps by up to a second, and what was collected must survive pytest.
"""
