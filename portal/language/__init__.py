"""How things are said to a reader: dates, numbers and money in the reader's form, both ways."""
