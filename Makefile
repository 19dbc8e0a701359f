# Two commands are all a learner needs: `make lab` and `make test`. Windows: see the README.
PYTHON ?= python3
ARGS ?=
BOOTSTRAP = $(PYTHON) course_lib/bootstrap.py

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /make \1	/p' Makefile

lab:  ## set up, then open the course            (ARGS="--no-browser --port 0")
	@$(BOOTSTRAP) lab $(ARGS)

test:  ## set up, then run every test             (ARGS="tests/data -x")
	@$(BOOTSTRAP) test $(ARGS)

quick:  ## set up, then the tests without browser, notebook and sandbox: under three minutes
	@$(BOOTSTRAP) quick $(ARGS)

coverage:  ## every test, counting lines and branches: htmlcov/index.html   (slower than `make test`)
	@$(BOOTSTRAP) coverage $(ARGS)

setup:  ## set up only: .venv, locked packages, data
	@$(BOOTSTRAP) setup

grader:  ## set up with what marking homework needs (teachers)
	@$(BOOTSTRAP) grader

doctor:  ## say what is wrong with this installation, and how to mend it
	@$(BOOTSTRAP) doctor $(ARGS)

lock:  ## resolve the dependencies, write locks/ and constraints.txt (ARGS=--upgrade: all versions anew)
	@$(BOOTSTRAP) lock $(ARGS)

clean-env:  ## remove .venv; your notebooks and progress stay
	rm -rf .venv

.PHONY: help lab test quick coverage setup grader doctor lock clean-env
.DEFAULT_GOAL := help
