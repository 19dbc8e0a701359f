"""Homework grading: release, collect, mark in a sandbox, give feedback, keep the book."""
