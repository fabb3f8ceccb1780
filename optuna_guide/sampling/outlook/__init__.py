"""What the trials say of the search itself: which of them holds, and what more would gain."""
