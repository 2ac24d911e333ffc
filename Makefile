# `make` alone lists what can be asked. Nothing here needs root.

PYTHON ?= python3
PORT ?= 8000
DEMO ?= 1
export PORT

python := .venv/bin/python
manage := $(python) manage.py
pip := $(python) -m pip install --quiet --disable-pip-version-check --no-input

# $(call step,name,command): prints the name, and the command's output only if it fails.
step = @echo "→ $(1)"; out=$$({ $(2); } 2>&1) || { printf '%s\n' "$$out" >&2; exit 1; }

.PHONY: help run install test lint format kills leaks drill bench ci requirements clean

help: ## Liste ce qu'on peut demander
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

run: .venv/.run build/.collected ## Installe et lance Vigie (PORT=8000, DEMO=0 pour un espace vide)
	$(call step,Base de données,$(manage) migrate)
ifneq ($(DEMO),0)
	@echo "→ Démonstration"
	@$(manage) demo --if-empty
endif
	@echo "→ Serveur"
	@exec $(manage) serve

install: .venv/.run build/.collected ## Installe ou met à jour, sans rien lancer

test: .venv/.dev build/.collected ## Lance les tests, sur la base que nomme DATABASE_URL (SQLite sinon)
	@echo "→ Tests"
	@$(python) -m pytest -n 2 --dist worksteal -m "not serial"
	@echo "→ Tests qui veulent la machine pour eux seuls"
	@$(python) -m pytest -m serial

lint: .venv/.dev ## Vérifie le style, les couches et les migrations
	$(call step,Style,$(python) -m ruff check)
	$(call step,Mise en forme,$(python) -m ruff format --check)
	$(call step,Couches,.venv/bin/lint-imports --no-logo)
	$(call step,Migrations,$(manage) makemigrations --check --dry-run)

format: .venv/.dev ## Met le code en forme
	$(call step,Mise en forme,$(python) -m ruff check --fix && $(python) -m ruff format)

N ?= 20
kills: .venv/.dev build/.collected ## Tue des processus au hasard (N=500), sur une base neuve, et dit ce qui est perdu
	@$(python) -m tests.kills --kills $(N)

leaks: .venv/.dev build/.collected ## Ôte du code chaque garde d'espace et de droit, une à une : les tests doivent le voir
	@$(python) -m tests.leaks

MB ?= 1024
drill: .venv/.dev build/.collected ## Sauvegarde et restaure une grande base (MB=1024), et dit en combien de temps
	@$(python) -m tests.drill --mb $(MB)

bench: N = 100000
bench: .venv/.dev build/.collected ## Remplit une base (N=1000000), et mesure chaque page à côté d'une vue triviale
	@$(python) -m tests.bench --accounts $(N)

ci: ## Fait comme l'intégration continue : lint, puis test sur SQLite et sur PostgreSQL
	@.ci/run --no-install

requirements: ## Recompile requirements*.txt à partir des .in
	$(call step,pip-tools,$(PYTHON) -m venv build/pip-tools && build/pip-tools/bin/pip install --quiet pip-tools==7.6.2)
	$(call step,requirements.txt,build/pip-tools/bin/pip-compile requirements.in)
	$(call step,requirements-dev.txt,build/pip-tools/bin/pip-compile requirements-dev.in)

clean: ## Efface ce que make sait refaire ; garde la base, les médias et les mots de passe
	$(call step,Nettoyage,rm -rf .venv build .pytest_cache .hypothesis .ruff_cache .import_linter_cache; \
		find . -name __pycache__ -type d -prune -exec rm -rf {} +)

# The stamps below say when something was last made. A folder is a prerequisite too: it changes when a file goes.

static := $(shell find static) crm/management/commands/assets.py

.venv/.run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Vigie demande Python 3.11 ou plus récent ; pour en choisir un : make run PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Il manque à Python de quoi créer un environnement : sudo apt-get install python3-venv" >&2; exit 1; }
	$(call step,Environnement Python,$(python) -m pip --version || $(PYTHON) -m venv --clear .venv)
	$(call step,Dépendances,$(pip) --require-hashes -r $<)
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.run
	$(call step,Dépendances des tests,$(pip) --require-hashes -r $<)
	@touch $@

build/.assets: .venv/.run $(static)
	$(call step,Style et police,mkdir -p build && $(manage) assets)
	@touch $@

build/.collected: build/.assets
	$(call step,Fichiers statiques,$(manage) collectstatic --clear --noinput)
	@touch $@
