"""Every act and every denied attempt, chained by hash; reads of sealed things beside it."""
