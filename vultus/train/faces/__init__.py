"""Our own face encoder: its training data, its networks, their training and their measures."""
