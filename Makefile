# make test   format check, vet, linter, all tests with the race detector
# make bench  the figures of docs/benchmarks.md
# make fuzz   every fuzz target for a short time
# make docs   the outputs and tables in the documentation

GO ?= go
LINT = $(GO) tool -modfile=tools/go.mod staticcheck
FUZZTIME ?= 20s

.PHONY: test check bench fuzz docs build

test: check
	$(GO) test -race -timeout 30m ./...

check:
	@command -v $(GO) >/dev/null || { echo "make test needs Go 1.26 or newer: https://go.dev/dl"; exit 1; }
	@test "$$($(GO) env CGO_ENABLED)" = 1 && command -v "$$($(GO) env CC)" >/dev/null || { echo "make test needs a C compiler for the race detector (Debian: apt-get install gcc libc6-dev)"; exit 1; }
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "not formatted, run gofmt -w:"; echo "$$unformatted"; exit 1; }
	$(GO) vet ./...
	$(LINT) ./...

build:
	$(GO) build -trimpath -o bin/classify ./cmd/classify

bench:
	$(GO) run ./internal/bench -o docs/benchmarks.md

docs:
	$(GO) test ./docs -update

fuzz:
	@for pkg in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$pkg | grep ^Fuzz); do \
	    echo "== $$pkg $$target"; $(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
	  done; \
	done
