"""Laws that only the exercises have; those of the ops are in `wta_np.testing.laws`."""
