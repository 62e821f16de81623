"""Forms of training as data: phases, days, limits and bases; qualification units by field."""
