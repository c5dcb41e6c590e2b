"""What lies in the module cache: read, checked, measured, replaced as go itself would do it."""
