"""Times of wta_np beside those of PyTorch and scikit-learn: ``python -m benchmarks.run``."""
