"""Hubs made up from one number, as nasty as they come; nothing here may know how they are judged.

A hub is many small families' stories in one database: they share no organisation, worker or person, so each can be
told apart, and shown alone when it is judged wrongly. Rows go straight into the tables, because rules must judge what
they meet, whatever intake refuses.
"""
