"""Where module files come from: one small interface and wrappers that each change one thing."""
