"""Every list of the desk: searched, sorted, filtered, printed, taken away as a workbook; it asks no database."""
