"""Params files and the code that reads them: which object holds which file, and which keys are read.

Pure: other files are asked for by `SourceFile.neighbour`, and nothing is imported or run.
"""
