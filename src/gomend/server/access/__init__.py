"""Who may ask a server for what: tokens, rules for modules and versions, rates."""
