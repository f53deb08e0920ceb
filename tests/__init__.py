"""The tests of hubdata; `make test` runs all of them."""
