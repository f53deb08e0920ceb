"""The promises judged row by row in plain Python, from contract.md, notice.md and domain.md alone.

It must know nothing of the rules' SQL, of intake or of a snapshot: it is what they are held to. Where the contract is
silent, the reading that hides nothing was chosen, and the module says which.
"""
