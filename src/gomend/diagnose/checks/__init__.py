"""The checks, one file each, named after what it looks at; `diagnose.plan` lists them."""
