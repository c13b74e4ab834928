"""What a load can raise"""


class LoadError(RuntimeError):
    """A load could not be started or has broken; the message says what to do."""


class LoadTimeout(LoadError, TimeoutError):
    """Something that was waited for did not happen in time."""


class LoadAborted(LoadError):
    """A soak was ended because a threshold of the setting ``abort`` does not hold; the message says which, and why."""
