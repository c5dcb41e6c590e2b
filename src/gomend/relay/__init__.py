"""The loopback door for one go command: it carries each GOPROXY entry to its source and adds what go lacks."""
