"""What is wrong between this machine and its modules, found by asking: checks, their plan, their run."""
