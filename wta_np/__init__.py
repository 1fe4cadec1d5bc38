"""Winner-take-all autoencoders in NumPy and CuPy."""

__version__ = "0.1.0"
