"""Work that follows an act: written with it, done once after it."""
