"""Holdfast itself, over HTTP, against things nobody here wrote."""
