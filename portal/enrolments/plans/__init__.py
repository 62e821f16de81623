"""Personal plans, closing assessments, the path of a training, reviews of coaching portfolios."""
