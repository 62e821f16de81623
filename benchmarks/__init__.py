"""How the portal bears a large market; `make bench` prints what pages and documents cost."""
