"""One URL, looked at closely: every address, every phase, every hop, the certificates, what came."""
