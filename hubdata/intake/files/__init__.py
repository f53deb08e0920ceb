"""What a return's files hold, read in a process that is bounded; a file is never believed."""
