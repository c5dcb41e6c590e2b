"""Where module files are kept: one small interface over disk, memory and object stores."""
