"""From a notebook to a bundle that can be proved later; the promise board, and the assurance exports."""
