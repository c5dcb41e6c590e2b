"""Takes secrets out of text, before anything is shown or stored."""
