"""The one place that knows where the folders beside the package are."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
CRITERIA = ROOT / "criteria"
MIGRATIONS = ROOT / "migrations"
TRANSLATIONS = ROOT / "portal" / "translations"
DOCUMENTS = TEMPLATES / "documents"
