# Targets for people who work on mcpgen. `make help` lists them.
# Most targets need nothing but Go; conformance, e2e, podman, containers and
# chaos install what else they need.

SHELL       := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS   += --no-builtin-rules

# Modules with their own go.mod: their dependencies must not reach users.
NESTED   := $(patsubst %/go.mod,%,$(shell git ls-files '*/go.mod' | grep -vE '(^|/)testdata/|^internal/tools/'))
# Packages whose tests know the flag -update. The dependency list has a target of its own.
GOLDEN    = $(sort $(dir $(shell grep -rlE --include='*_test.go' 'mcpgen/internal/golden"|Bool."update"' ./gen ./cmd ./runtime)))
FUZZTIME ?= 20s
AGAIN    := '$(CURDIR)/internal/tools/again.sh'
DEBIAN   := $(AGAIN) bash -c 'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 "$$@" >/dev/null' install
# The real parts of a cluster and a browser, from Debian.
CLUSTER  := { command -v nginx && command -v redis-server && command -v chromium; } >/dev/null || $(DEBIAN) nginx-light redis-server chromium
LINT     := go tool -modfile=internal/tools/go.mod golangci-lint

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.PHONY: all
all: checkgenerate lint race docs ## Everything that must be green before a change is handed over

.PHONY: generate
generate: ## Regenerate every committed mcp_gen.go
	go generate ./...
	for m in $(NESTED); do (cd $$m && go generate ./...); done

.PHONY: checkgenerate
checkgenerate: ## Fail when generated files are not what the sources give
	go run ./cmd/mcpgen check ./examples/... ./internal/cluster/...
	for m in $(NESTED); do if grep -rqs --include='*.go' 'go:generate' $$m; then go run ./cmd/mcpgen check -C $$m ./...; fi; done

.PHONY: lint
lint: ## gofmt, vet and golangci-lint, each disabled linter with its reason in .golangci.yml
	test -z "$$(gofmt -l $$(git ls-files '*.go' | grep -v testdata))"
	go vet ./...
	$(LINT) run ./...

.PHONY: test
test: ## Unit, golden and transcript tests; nothing but Go is needed
	go test ./...
	for m in $(NESTED); do (cd $$m && go test ./...); done

.PHONY: modules
modules: ## Download the modules that the other targets need
	$(AGAIN) go list -deps -test -tags 'e2e containers' ./... >/dev/null
	for m in $(NESTED); do (cd $$m && $(AGAIN) go list -deps -test ./... >/dev/null); done

.PHONY: race
race: ## Every test under the race detector
	go test -race ./...
	for m in $(NESTED); do (cd $$m && go test -race ./...); done

.PHONY: fuzz
fuzz: ## Run every fuzz target for FUZZTIME (20s)
	@for p in $$(grep -rlE --include='*_test.go' '^func Fuzz' . | grep -vE '/(testdata|node_modules)/' | xargs -n1 dirname | sort -u); do \
	  for f in $$(grep -hoE '^func Fuzz[A-Za-z0-9_]+' $$p/*_test.go | sed 's/func //'); do \
	    echo "== $$p $$f"; (cd $$p && go test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) .); \
	  done; done

.PHONY: bench
bench: ## Benchmarks of the generator and of the path of a call, and ratios to other ways
	go test -run '^$$' -bench . -benchmem ./gen/... ./runtime/...
	cd internal/bench && go test -run '^$$' -bench . -benchmem . && go run . && go run ./load && go run ./streams && go run ./start

.PHONY: golden
golden: ## Rewrite golden files and generated pages; review the diff like code
	go test $(GOLDEN) -update

.PHONY: deps
deps: ## Rewrite internal/policy/deps.txt from what the packages import
	go test ./internal/policy -update

.PHONY: docs
docs: ## Check links, tables and examples in the documentation
	go test ./internal/policy -run 'Docs'

.PHONY: demo
demo: ## Generate, start and call the quickstart over every transport
	go run ./internal/demo

.PHONY: conformance
conformance: ## The official conformance suite, every scenario for servers and clients
	go test -tags e2e -count=1 -timeout 15m -v -run 'Conformance|Compare' ./internal/e2e

.PHONY: e2e
e2e: ## Real clients against real servers; installs Node packages itself
	$(CLUSTER)
	go test -tags e2e -count=1 -timeout 15m -v ./internal/e2e
	go test -tags e2e -count=1 -timeout 15m ./runtime/store/redis ./internal/cluster

.PHONY: podman
podman: ## Install podman and find out whether it can run a container on this machine
	@{ command -v podman-compose && command -v runc && command -v buildah && test -x /usr/lib/podman/aardvark-dns && command -v busybox && command -v nginx && command -v redis-server; } >/dev/null || \
	  $(DEBIAN) podman podman-compose buildah runc iptables catatonit netavark aardvark-dns busybox-static nginx-light redis-server ca-certificates
	@tar -C / -c bin/busybox | podman import -q - localhost/probe >/dev/null && \
	  podman --cgroup-manager=cgroupfs --runtime=runc run --rm --network=none --ulimit=nofile=20000:20000 --ulimit=nproc=20000:20000 localhost/probe /bin/busybox echo "containers run on this machine" && \
	  podman rmi -f localhost/probe >/dev/null

.PHONY: containers
containers: podman ## Build the image of mcpgen deploy and run its docker-compose.yml
	go test -tags containers -count=1 -timeout 10m -v ./internal/containers

.PHONY: vuln
vuln: ## Look for known vulnerabilities in what is linked, with a database from the network or the module proxy
	go run ./internal/vuln

.PHONY: plugin
plugin: ## Build golangci-lint with our plugin, and lint a module with mistakes
	go test -tags plugin -count=1 -timeout 10m -run Custom ./gen/analyzer/golangci

.PHONY: chaos
chaos: ## Kill and restart instances, and Redis, under load; prints the figures of docs/reliability.md
	$(CLUSTER)
	go test -tags e2e -count=1 -timeout 15m -v -run Chaos ./internal/cluster -rounds 10 -churns 100000 -replayed 10000
