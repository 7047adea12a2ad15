"""Nouns in, text out. `page` composes what a reader sees; each other module writes it in one format."""
