"""How results look: tables, workbooks, bars, dots, pages; it knows no record and judges nothing."""
