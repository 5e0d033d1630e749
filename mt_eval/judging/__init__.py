"""Given texts judged by a model: which model (`choice`), which texts (`texts`), what it says of them (`judge`), and all
of it for a run or for data (`score`)."""
