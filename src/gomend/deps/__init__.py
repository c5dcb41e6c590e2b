"""The health of a build list: what is in it, who asks for it, and what is the matter with it."""
