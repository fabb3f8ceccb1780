"""What the panels are made of: looks, axes, small multiples, and the trials that they show."""
