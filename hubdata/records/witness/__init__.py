"""Checkpoints that leave the home: to a folder, on paper, to another hub or an authority; and what is found by them."""
