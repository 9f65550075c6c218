"""A hidden Markov model with Gaussian observations: the model, its causal filter, its training.

May import what `indicators` may. Start reading at `model.py`, then `forward.py`, `training.py`.
"""
