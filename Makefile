# Waymark. Needs Go 1.26, Node 20 and make; every target does its own set-up, and does it once.
#
#   make demo    a practice at work on http://127.0.0.1:8420, with one sign-in link per role; DEMO holds more flags of
#                waymark demo, such as DEMO='--listen 127.0.0.1:0' where that port is taken
#   make build   bin/waymark
#   make test    everything: checks, tests on both databases, journeys in a real browser
#   make lint    the checks alone
#   make screens the pictures in doc/screens, taken anew
#   make bench   speed over HTTP, on both databases; a PostgreSQL with full durability is started for it
#   make fuzz    every fuzz function for FUZZTIME (20s)
#   make clean   forgets what was built

SHELL   := bash
GO      ?= go
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unversioned)

assets    := $(shell find assets -path assets/dist -prune -o -type f -print)
templates := $(shell find cmd internal -name '*.templ')
orphans   := $(filter-out $(templates:.templ=_templ.go),$(shell find cmd internal -name '*_templ.go'))

.PHONY: build setup demo test lint screens bench fuzz clean

build: setup
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/waymark ./cmd/waymark

demo: build
	./bin/waymark demo $(DEMO)

test: setup
	script/test

lint: setup
	script/test lint

screens: setup
	script/test screens

bench: build
	script/postgres run $(GO) run ./bench $(BENCH)

fuzz: setup
	script/fuzz

clean:
	rm -rf bin assets/dist node_modules e2e/results
	find cmd internal -name '*_templ.go' -delete

# Set-up: npm packages, browser code, templates. bin/.NAME remembers when each was last done.
setup: bin/.assets bin/.templates

node_modules/.package-lock.json: package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

bin/.assets: node_modules/.package-lock.json go.mod $(assets) $(wildcard tsconfig*.json) $(if $(wildcard assets/dist),,again)
	npm run build
	@mkdir -p bin && touch $@

bin/.templates: $(templates) go.mod $(if $(orphans),again)
	$(if $(orphans),rm -f $(orphans))
	$(GO) tool templ generate
	@mkdir -p bin && touch $@

.PHONY: again
again:
