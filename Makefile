# The front door. Everything here works on a clean clone: .venv is made on first use.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run demo test check package deploy finish verify destroy env token revoke sweep bench \
        config api reset faults logs requirements format

STAGE ?=
APP ?=
PY := .venv/bin/python

# A stage must be named where something outside this laptop may change.
need-stage = @test -n "$(STAGE)" || { echo "Say which stage: make $@ STAGE=dev" >&2; exit 2; }
stage = --stage $(STAGE) $(if $(APP),--app $(APP))

help: ## Show this help
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

.venv/ready: requirements.txt
	@local/setup

run: .venv/ready ## Start the laptop cloud with all apps; stays up until Ctrl-C
	@$(PY) -m local run $(ARGS)

demo: .venv/ready ## Do the main job once with the real zips and show what happened
	@$(PY) -m local demo $(ARGS)

test: .venv/ready ## Run every test (REFERENCE_DATA=<folder> for those that need real input)
	@local/test $(ARGS)

check: .venv/ready ## Lint, types, templates, policies, and that made files are up to date
	@local/check

package: .venv/ready ## Build, open and measure each app's zip (APP= for one)
	@$(PY) -m infra package $(if $(STAGE),--stage $(STAGE)) $(if $(APP),--app $(APP))

deploy: .venv/ready ## Deploy a stage to AWS: STAGE=dev [APP=paper] [ARGS=--plan]
	$(need-stage)
	@$(PY) -m infra deploy $(stage) $(ARGS)

finish: .venv/ready ## Set again what a deploy erases (part of deploy): STAGE=
	$(need-stage)
	@$(PY) -m infra finish $(stage)

verify: .venv/ready ## Read every setting of a stage back and ping every function: STAGE=
	$(need-stage)
	@$(PY) -m infra verify $(stage)

destroy: .venv/ready ## Remove a stage from AWS: STAGE=
	$(need-stage)
	@$(PY) -m infra destroy $(stage) $(ARGS)

env: .venv/ready ## Print the exports that a plain `chalice deploy` needs: STAGE=
	$(need-stage)
	@$(PY) -m infra env --stage $(STAGE)

token: .venv/ready ## Make a bearer token: STAGE= ROLE=student|tutor|coordinator|operator EMAIL=
	$(need-stage)
	@$(PY) -m infra token create --stage $(STAGE) --role "$(ROLE)" --email "$(EMAIL)"

revoke: .venv/ready ## Revoke a bearer token: STAGE= TOKEN=<id>
	$(need-stage)
	@$(PY) -m infra token revoke --stage $(STAGE) "$(TOKEN)"

sweep: .venv/ready ## Announce again what nobody has handled: STAGE=
	$(need-stage)
	@$(PY) -m infra sweep --stage $(STAGE)

bench: .venv/ready ## Measure sizes, imports, latency and the load run, beside their targets
	@$(PY) -m tests.load $(ARGS)

config: .venv/ready ## Make every .chalice/config.json and policy from project.toml
	@$(PY) -m infra config

api: .venv/ready ## Make the API documents and Postman files from the routes
	@$(PY) -m infra.api

faults: .venv/ready ## Show or set fault switches of the laptop cloud: ARGS="--help"
	@$(PY) -m local faults $(or $(ARGS),list)

logs: .venv/ready ## Follow the functions' logs in the laptop cloud
	@$(PY) -m local logs $(ARGS)

reset: .venv/ready ## Forget everything the laptop cloud has stored
	@$(PY) -m local reset $(ARGS)

requirements: .venv/ready ## Pin requirements.in anew into requirements.txt
	@.venv/bin/uv pip compile --quiet --generate-hashes --python-version 3.12 --universal --no-emit-index-url --no-annotate --no-header requirements.in -o requirements.txt
	@for app in $$($(PY) -c "from infra.project import Project; print(*Project.load().apps)"); do \
		.venv/bin/uv pip compile --quiet --generate-hashes --python-version 3.12 --universal --no-emit-index-url --no-annotate --no-header --constraints requirements.txt $$app/requirements.in -o $$app/requirements.txt || exit 1; \
	done

format: .venv/ready ## Format the code
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .
