"""The colours and the type of every chart, in the Analysis Function's palette; it draws nothing and loads nothing."""

INK, QUIET, BAR = "#0b0c0c", "#484949", "#12436D"
FONT = "Arial, Helvetica, sans-serif"
