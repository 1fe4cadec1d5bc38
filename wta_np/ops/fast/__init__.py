"""Faster ways to the results of `wta_np.ops`: Winograd's convolution, tile by tile, and rows that are active."""
