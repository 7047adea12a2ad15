"""What the engine raises."""


class EngineError(ValueError):
    """An operation was asked for that has no meaning; the message names the value and the way out."""


class TooLarge(EngineError):
    """An array would be larger than this engine is willing to allocate."""
