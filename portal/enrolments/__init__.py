"""People in trainings: application, interview, selection, start, outcome and what follows."""
