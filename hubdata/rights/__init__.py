"""Requests about data rights and complaints, from the letter to the answer; their clock is the rules'."""
