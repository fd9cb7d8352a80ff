"""What fits whom, and why: one function for the person who looks and for the host who looks for people."""
