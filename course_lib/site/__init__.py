"""The course as pages that need no kernel: a site to read and slides to show, made from the executed notebooks."""
