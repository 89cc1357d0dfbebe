"""The product over HTTP: one file a surface."""
