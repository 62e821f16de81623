"""How the portal bears a large market; `make bench` prints what pages, documents and processes cost."""
