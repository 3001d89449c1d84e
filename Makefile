# The front door. Every target installs the Debian packages it lacks, after saying which.
SHELL := /bin/bash
JOBS := $(shell nproc)
MISSION := examples/missions/easter-2025
N := 100000
OBSERVATIONS := 20000
SENSORS := 5000

.PHONY: help demo test bench fuzz lint coverage format clean release docs web basemap
help:
	@echo "Each target names the Debian packages that are missing and installs them, with sudo when not root;"
	@echo "where it may not, it prints the command and stops. make clean and make help need none."
	@echo
	@echo "make demo    build, and run the Easter 2025 mission to its report"
	@echo "make test    build twice (release; address and undefined-behaviour sanitizers) and run every test;"
	@echo "             thread sanitizer for what runs on threads"
	@echo "make bench   the whole flow on one core, with its floor; OBSERVATIONS=20000; arrivals to"
	@echo "             effects against sensors and arrivals; SENSORS=5000; the server and the app under load"
	@echo "make fuzz    N=100000 mutated inputs per parser, under sanitizers"
	@echo "make lint    formatting and clang-tidy on files changed since BASE (default: where this"
	@echo "             branch left origin/main, or the last commit)"
	@echo "make coverage run the tests with counters and say what they ran"
	@echo "make format  format the sources"
	@echo "make docs    write what is made from the sources: docs/parameters.md, schema/*.schema.json"
	@echo "make web     build the app in a browser, web/dist, as every target does that builds the program"
	@echo "make basemap build the offline map of MISSION=examples/missions/…; needs npm"
	@echo "make clean   remove build/ and the var/ of missions under examples and tests"

# A build from nothing joins the sources of each target, which takes half the time. One that is there stays as it is:
# whoever works on the sources begins with cmake --preset release.
JOINED := $(if $(wildcard build/release),,-DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=0)

# Debian's npm does not install beside a Node from elsewhere: only where none is found.
NODE := $(if $(shell command -v npm),,node)

release: web
	scripts/install_packages.sh build libs test
	cmake --preset release $(JOINED)
	cmake --build --preset release -j $(JOBS) --target truce

demo: release
	build/release/truce run $(MISSION) --once
	@echo
	@echo "Open $(CURDIR)/$(MISSION)/var/reports/2025-04-18_2025-04-22.html in a browser;"
	@echo "build/release/truce run $(MISSION) stays, and serves the app at http://127.0.0.1:8080."

test: web
	scripts/install_packages.sh build libs test browser sanitize
	for preset in release asan-ubsan; do \
	  cmake --preset $$preset $(JOINED) && cmake --build --preset $$preset -j $(JOBS) && \
	  ctest --test-dir build/$$preset -j $(JOBS) --output-on-failure $$([ $$preset = release ] || echo -LE crash) || exit 1; \
	done
	cmake --preset tsan && cmake --build --preset tsan -j $(JOBS) --target base_test model_test fuse_test serve_test
	for t in base/base_test model/model_test stages/fuse/fuse_test; do \
	  build/tsan/src/$$t --gtest_filter='*thread*' || exit 1; \
	done
	build/tsan/src/stages/serve/serve_test --gtest_filter='Server*:*Tls*'

bench: web
	scripts/install_packages.sh build libs test
	cmake --preset release
	cmake --build --preset release -j $(JOBS) --target bench_end_to_end bench_associate bench_judge bench_alerts bench_serve_tiles truce
	build/release/bench/bench_end_to_end $(OBSERVATIONS)
	build/release/bench/bench_associate $(SENSORS)
	build/release/bench/bench_judge
	build/release/bench/bench_serve_tiles
	build/release/bench/bench_alerts build/release/truce examples/missions/sixty-days
	@if { command -v node && command -v wrk && command -v chromium; } >/dev/null; then node bench/serve/run.mjs build/release/truce; \
	else echo "the server and the app are not measured: that needs node, wrk and chromium"; fi

fuzz:
	scripts/install_packages.sh build libs test sanitize
	cmake --preset asan-ubsan -DTRUCE_MUTATIONS=$(N)
	cmake --build --preset asan-ubsan -j $(JOBS)
	ctest --test-dir build/asan-ubsan -L fuzz -j $(JOBS) --output-on-failure

lint:
	scripts/install_packages.sh build libs test lint
	scripts/lint.sh $(BASE)

coverage:
	scripts/install_packages.sh build libs test coverage browser
	cmake --preset coverage && cmake --build --preset coverage -j $(JOBS)
	find build/coverage -name '*.gcda' -delete
	ctest --test-dir build/coverage -j $(JOBS) --output-on-failure
	scripts/coverage.sh

format:
	scripts/install_packages.sh lint
	git ls-files '*.h' '*.cpp' | xargs clang-format-19 -i

docs: release
	cmake --build --preset release -j $(JOBS) --target write_toml_schemas
	build/release/truce params --markdown >docs/parameters.md
	build/release/src/stages/judge/write_toml_schemas schema

# The app, which the program holds; made anew only when something it is made of has changed.
web: web/dist/index.html
web/dist/index.html: $(shell git ls-files web/src web/public web/locales src/model/messages 2>/dev/null) web/index.html \
    web/tsconfig.json web/vite.config.mjs web/node_modules/.package-lock.json
	cd web && npm run build
web/node_modules/.package-lock.json: web/package-lock.json
	$(if $(NODE),scripts/install_packages.sh $(NODE))
	cd web && npm ci --no-audit --no-fund
	touch $@

clean:
	rm -rf build web/dist web/node_modules scripts/basemap/node_modules examples/missions/*/var tests/missions/*/var

# The places come from two packages of npm, the rest from Debian's.
basemap:
	scripts/install_packages.sh basemap $(NODE)
	npm ci --prefix scripts/basemap --silent --no-audit --no-fund --ignore-scripts
	BASEMAP_MODULES=scripts/basemap/node_modules node scripts/make_basemap.mjs $(MISSION)
