"""What becomes of a host's name here: who is asked for it, what each says, what go gets, what is wrong with that."""
