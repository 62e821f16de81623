"""Case files: a procurement's story, played through the same use-cases as the pages."""
