"""What the person at the bench does, as steps from one state to the next; no Qt, so it runs without a window too."""
