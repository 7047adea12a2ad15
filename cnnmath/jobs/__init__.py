"""The jobs: short compositions of the verbs, one file each."""
