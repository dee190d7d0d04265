"""How the trained files were made. Nothing imports this; it imports what it needs."""
