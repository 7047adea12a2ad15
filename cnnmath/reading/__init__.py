"""Text in: what people type and the files they name, read into plain values. Nothing typed is ever run."""
