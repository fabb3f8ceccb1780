"""What can be said about trials, tested."""
