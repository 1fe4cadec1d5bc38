"""What several parts of the package need and no user does: nothing here is public."""
