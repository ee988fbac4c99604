# Holdfast: `make run` serves it, `make test` checks it. Both set up what is missing and do nothing twice.
# Needs: rustup, a C compiler, make, Node 20 or newer.

MAKEFLAGS += --no-builtin-rules --no-print-directory
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
# Build tools at pinned versions live outside the checkout, so that a second clone does not build them again.
TOOLS := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/holdfast/tools
# Tools are run a few times and built once: compile time counts more than their speed.
QUICK_BUILD := CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16

# The wasm-bindgen CLI must be the very version of the crate.
BINDGEN_VERSION := $(shell sed -n 's/^wasm-bindgen = "=\(.*\)"/\1/p' Cargo.toml)
BINDGEN := $(TARGET)/tools/wasm-bindgen-$(BINDGEN_VERSION)
DENY_VERSION := 0.20.2
DENY := $(TARGET)/tools/cargo-deny-$(DENY_VERSION)

APP_NPM := app/node_modules/.package-lock.json
E2E_NPM := end2end/node_modules/.package-lock.json

# `make build PROFILE=dev` is the quick, unoptimized variant that `make watch` uses.
PROFILE := release
ifeq ($(PROFILE),dev)
OUT := debug
WASM_PROFILE := dev
WASM_OUT := debug
SITE_DIR := $(TARGET)/site-dev
# A debug build reads the site when it runs.
EMBED :=
optimize = cp $(1)/holdfast_bg.wasm $(1)/holdfast.js $(2)/
else
OUT := release
WASM_PROFILE := wasm-release
WASM_OUT := wasm-release
SITE_DIR := $(TARGET)/site
EMBED := HOLDFAST_SITE_DIR=$(SITE_DIR)
optimize = node app/shrink.mjs $(WASM) $(1) $(2)
endif
WASM := $(TARGET)/wasm32-unknown-unknown/$(WASM_OUT)/holdfast_hydrate.wasm
BOUND := $(TARGET)/site-parts/$(WASM_OUT)/bound
OPTIMIZED := $(TARGET)/site-parts/$(WASM_OUT)/optimized
SITE := $(SITE_DIR)/manifest.json
SHRINK := $(addprefix app/,shrink.mjs glue.mjs panics.mjs dead-data.mjs wasm-file.mjs)
# The packages that build natively; the wasm entry point would unify Leptos' `ssr` and `hydrate`.
NATIVE := --workspace --exclude holdfast-hydrate
HYDRATE := --package holdfast-hydrate --target wasm32-unknown-unknown

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

## Use it ##############################################################################################################

.PHONY: run
run: build ## build what has changed and serve at http://127.0.0.1:3000; HOLDFAST_* variables pass through
	@exec $(TARGET)/release/holdfast

.PHONY: build
build: $(SITE) ## leave target/release/holdfast (one file, site embedded) and target/release/holdfast-user-pool
	@$(EMBED) cargo build --locked --profile $(PROFILE) --package holdfast-server --package holdfast-user-pool

.PHONY: watch
watch: setup-build ## rebuild (unoptimized) and restart on every change
	@exec node app/watch.mjs

.PHONY: setup-build
setup-build: toolchain $(BINDGEN) $(APP_NPM) ## install what building needs

.PHONY: setup-test
setup-test: setup-build $(E2E_NPM) ## install what testing needs, Chromium too
	@node end2end/chromium.mjs --install

.PHONY: clean
clean: ## remove what was built (not the tools)
	cargo clean
	rm -rf $(TARGET)/site $(TARGET)/site-dev $(TARGET)/site-parts $(TARGET)/tools $(TARGET)/conformance
	rm -rf app/node_modules end2end/node_modules server/user-pool/conformance/node_modules

## Check it ############################################################################################################

.PHONY: test
test: ## set up whatever is missing and run every check; the last line sums them up
	@node .ci/test.mjs

.PHONY: fmt
fmt: ## check: Rust is formatted
	@cargo fmt --all --check

.PHONY: clippy
clippy: ## check: clippy, everything native, tests included
	@cargo clippy --locked $(NATIVE) --all-targets -- -D warnings

.PHONY: clippy-wasm
clippy-wasm: toolchain ## check: clippy, what runs in the browser
	@cargo clippy --locked $(HYDRATE) -- -D warnings

.PHONY: unit
unit: ## check: every Rust test (nextest where it is installed), then the examples in the documentation
	@if cargo nextest --version >/dev/null 2>&1; \
	then cargo nextest run --locked $(NATIVE) --no-fail-fast --no-tests=pass; \
	else cargo test --locked $(NATIVE) --no-fail-fast --lib --bins --tests --examples; fi
	@cargo test --locked $(NATIVE) --doc

.PHONY: unit-build
unit-build: ## compile every Rust test, and run none
	@if cargo nextest --version >/dev/null 2>&1; \
	then cargo nextest run --locked --no-run $(NATIVE); \
	else cargo test --locked --no-run $(NATIVE) --lib --bins --tests --examples; fi

.PHONY: doc
doc: ## check: the documentation builds without a warning
	@RUSTDOCFLAGS='-D warnings' cargo doc --locked $(NATIVE) --lib --no-deps --document-private-items

.PHONY: site
site: $(SITE) ## check: what the editor page loads is within its budget
	@node app/site-sizes.mjs $(SITE_DIR)

.PHONY: types
types: $(E2E_NPM) ## check: the end-to-end tests are typed
	@cd end2end && node_modules/.bin/tsc --noEmit

.PHONY: e2e
e2e: build setup-test ## check: the product in a real browser; ARGS='-g "E3"' passes through to Playwright
	@cd end2end && HOLDFAST_BIN=$(TARGET)/release/holdfast node_modules/.bin/playwright test $(ARGS)

.PHONY: conformance
conformance: build ## check: the user pool and Holdfast against things nobody here wrote; ARGS=boto3 for one of them
	@HOLDFAST_BIN=$(TARGET)/release/holdfast HOLDFAST_USER_POOL_BIN=$(TARGET)/release/holdfast-user-pool \
		node server/user-pool/conformance/run.mjs $(ARGS)

.PHONY: deny
deny: $(DENY) ## check: licences, sources, banned crates and dependency arrows; advisories with HOLDFAST_ADVISORY_DB
	@CARGO_DENY=$(DENY) ADVISORIES=$(TARGET)/advisory-db node .ci/deny.mjs

.PHONY: tree
tree: ## check: no ignored file is tracked, nothing names a machine's paths, and links in the documents lead somewhere
	@node .ci/tree.mjs

.PHONY: commands
commands: build ## check: every command in the documentation does what it says
	@cargo build --locked $(NATIVE) --example tiny
	@HOLDFAST_BIN=$(TARGET)/release/holdfast HOLDFAST_USER_POOL_BIN=$(TARGET)/release/holdfast-user-pool \
		HOLDFAST_EXAMPLE_BIN=$(TARGET)/debug/examples/tiny node .ci/commands.mjs

.PHONY: screenshots
screenshots: build setup-test ## take pictures of every screen into target/screenshots, docs/editor.png, and the animation docs/expiry.png
	@cd end2end && HOLDFAST_BIN=$(TARGET)/release/holdfast HOLDFAST_SCREENSHOTS=$(TARGET)/screenshots \
		node_modules/.bin/playwright test --config screenshots.config.ts
	@mkdir -p docs && cp $(TARGET)/screenshots/editor-warning-1280-light.png docs/editor.png
	@cp $(TARGET)/screenshots/expiry.png docs/expiry.png

# The benches have a target directory of their own: cargo links them with the features that the tests need, and would put
# a `holdfast` with those features where the shipped one is. The shipped one is what is measured.
.PHONY: bench
bench: build ## measure the numbers that Holdfast promises, each beside its baseline; HOLDFAST_BENCH_SHORT=1 for a glance
	@HOLDFAST_BIN=$(TARGET)/release/holdfast HOLDFAST_BENCH_SITE=$(SITE_DIR) \
		cargo bench --locked --target-dir $(TARGET)/bench --package holdfast-server --bench promises

# Driven from outside, like the benches: what is broken is the shipped binary, by programs of their own. docs/proof.md
SEED := 1
.PHONY: prove
prove: prove-harness prove-browser ## break it on purpose and count what is lost, in some minutes; see docs/proof.md

.PHONY: prove-harness
prove-harness: build ## a part of that, all but the browser's: ARGS='kill --count 1000', ARGS='--long' for hours; SEED=7
	@cargo build --locked $(NATIVE) --bin holdfast-prove
	@HOLDFAST_BIN=$(TARGET)/release/holdfast $(TARGET)/debug/holdfast-prove --seed $(SEED) $(ARGS)

.PHONY: prove-browser
prove-browser: build setup-test ## the browser's part: SCHEDULES=1000 for hours; SEED=7
	@cd end2end && HOLDFAST_BIN=$(TARGET)/release/holdfast HOLDFAST_PROVE_SEED=$(SEED) HOLDFAST_PROVE_SCHEDULES=$(SCHEDULES) \
		node_modules/.bin/playwright test --config prove.config.ts

.PHONY: bench-typing
bench-typing: build setup-test ## measure what a key press takes in Chromium; wants an idle machine
	@cd end2end && HOLDFAST_BIN=$(TARGET)/release/holdfast node_modules/.bin/playwright test --config bench.config.ts typing

.PHONY: bench-scroll
bench-scroll: build setup-test ## measure the frames while a list of 10,000 documents scrolls; wants an idle machine
	@cd end2end && HOLDFAST_BIN=$(TARGET)/release/holdfast node_modules/.bin/playwright test --config bench.config.ts scroll

# Not among the tests' own packages: it is large, and nothing else needs it.
.PHONY: lighthouse
lighthouse: build $(TARGET)/tools/lighthouse/node_modules/.bin/lighthouse ## judge list and editor with Lighthouse 12; wants an idle machine
	@HOLDFAST_BIN=$(TARGET)/release/holdfast HOLDFAST_USER_POOL_BIN=$(TARGET)/release/holdfast-user-pool LIGHTHOUSE=$(lastword $^) \
		node .ci/lighthouse.mjs

$(TARGET)/tools/lighthouse/node_modules/.bin/lighthouse:
	@npm install --prefix $(TARGET)/tools/lighthouse --no-audit --no-fund --loglevel=error lighthouse@12.8.2

## Set it up ###########################################################################################################

.PHONY: toolchain
toolchain:
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null \
		|| { echo 'Node 20 or newer is needed (node --version)'; exit 1; }
	@rustc --print target-libdir --target wasm32-unknown-unknown 2>/dev/null | xargs test -d 2>/dev/null \
		|| { echo '==> adding the wasm target'; rustup target add wasm32-unknown-unknown; }

# One on PATH of exactly this version is used; otherwise it is built, once for this user. Without --locked: its own lock
# file can name versions that a registry does not have.
define tool
	@mkdir -p $(@D)
	@tool=$$(command -v $(1) || true); \
	case "$$($(1) --version 2>/dev/null)" in "$(1) $(2)" | "$(1) $(2) "*) ;; *) tool=$(TOOLS)/bin/$(1) ;; esac; \
	case "$$($$tool --version 2>/dev/null)" in "$(1) $(2)" | "$(1) $(2) "*) ;; *) \
		printf '==> building %s %s into %s (some minutes, once)\n' $(1) $(2) $(TOOLS); \
		env -u CARGO_TARGET_DIR $(QUICK_BUILD) cargo install --quiet --root $(TOOLS) $(3)@$(2) ;; esac; \
	ln -sf $$tool $@
endef

$(BINDGEN):
	$(call tool,wasm-bindgen,$(BINDGEN_VERSION),wasm-bindgen-cli)

$(DENY):
	$(call tool,cargo-deny,$(DENY_VERSION),cargo-deny)

%/node_modules/.package-lock.json: %/package-lock.json %/package.json
	@echo '==> npm ci in $*'
	@cd $* && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.package-lock.json

## The site ############################################################################################################

# Cargo knows best what has changed: it is always asked, and touches its output only when that is new.
.PHONY: ask-cargo
$(WASM): ask-cargo toolchain
	@cargo build --locked $(HYDRATE) --profile $(WASM_PROFILE)

$(BOUND)/holdfast.js: $(WASM) $(BINDGEN)
	@$(BINDGEN) --target web --no-typescript --no-demangle --out-name holdfast --out-dir $(@D) $<
	@touch $@

$(OPTIMIZED)/holdfast_bg.wasm: $(BOUND)/holdfast.js $(APP_NPM) $(SHRINK)
	@mkdir -p $(@D)
	@$(call optimize,$(<D),$(@D))

$(SITE): $(OPTIMIZED)/holdfast_bg.wasm app/build-site.mjs app/boot.js app/preview.js app/sw.js app/offline.js \
		$(wildcard app/write/*.js app/src/browser/*.js app/src/browser/*/*.js) \
		style $(wildcard style/*.css style/fonts/*.woff2)
	@node app/build-site.mjs $(if $(filter dev,$(PROFILE)),--dev) $(<D) $(@D)
