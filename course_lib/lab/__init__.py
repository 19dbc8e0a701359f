"""The lab: JupyterLab on a learner's own copies of the notebooks, which an update never overwrites."""
