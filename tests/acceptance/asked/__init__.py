"""Readers of homework and exam questions, one for each family: topic and givens in, quantities of the shelf out."""
