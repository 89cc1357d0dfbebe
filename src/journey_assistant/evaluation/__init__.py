"""The offline harness: cases, scorers, runs and reports."""
