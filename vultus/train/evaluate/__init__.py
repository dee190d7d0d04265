"""How good is the motion that is shipped? Measured through the run-time path on what was never trained on."""
