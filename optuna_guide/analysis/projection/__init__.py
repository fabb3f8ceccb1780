"""Trials as points of the plane: distances between them, and maps that keep near what is alike."""
