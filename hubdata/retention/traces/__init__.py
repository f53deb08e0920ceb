"""What is left of a record once it is destroyed, in rows, files and bytes; it finds and never keeps."""
