"""How names become addresses here: the files that say who is asked, go's own way, and each resolver asked by itself."""
