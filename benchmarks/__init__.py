"""How the portal bears a large market; `python -m benchmarks.lists` prints what lists cost."""
