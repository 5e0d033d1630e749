"""Finished run directories in; the same in a tracker of experiments.

    record.py        what a tracker is told of a run, as plain data
    send.py          which tracker, and what goes wrong with it
    mlflow.py        an MLflow database or server
    wandb.py         Weights & Biases, offline or online
    tensorboard.py   event files

Sending reads a run directory and changes nothing in it, so it can be done again, later, or somewhere else. A run that a
tracker has already is not sent twice. Where it is sent, the user says, or the configuration of the very run being made:
what a run directory says of names and addresses removes nothing and chooses nothing. A tracker's package is imported
only here, and each only in its own module.
"""
