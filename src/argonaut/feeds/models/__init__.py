"""Trained models on disk: a registry of versions, and how one is learned from bars.

May import what `feeds` may. Start reading at `registry.py`, then `learning.py`.
"""
