"""Siirtymä: capacity procurement of training and coaching, from call to follow-up."""
