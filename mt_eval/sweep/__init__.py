"""Sweeps: many jobs, done by this process or by workers, none of which can stop the others.

A *job* is one configuration. The *front* is the process the user started: it prepares every job, leaves out what is
finished, hands the rest to a *launcher* and waits. A *worker* is a process in which a launcher does jobs; the front may
be one itself. Workers tell the front nothing: they claim runs, write run directories and failures, and put the outcome
of each job on the *board*, a folder below `runs_dir`. So the front can tell what became of every job even if its worker
was killed, and any way of starting processes that see the same folder will do as a launcher.
"""
