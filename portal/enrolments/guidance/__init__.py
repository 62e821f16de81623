"""After-guidance of a person, once their training has ended (jälkiohjaus)."""
