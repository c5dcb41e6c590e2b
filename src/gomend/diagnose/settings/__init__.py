"""What is wrong with go's settings, told from their values alone. Pure."""
