# Every target says what it does as it goes, and may be run again at any time.
LOCAL := deploy/local

.DEFAULT_GOAL := help
.PHONY: help demo up down cli test bench bench-audit soak

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

demo: ## the main job, shown step by step on this machine; brings up what it needs
	@$(LOCAL)/demo.sh

up: ## engine, cluster, CRDs and operator; NODE=1 adds a node for real Pods (root)
	@NODE=$(NODE) $(LOCAL)/up.sh

down: ## everything that `up` started, gone; what was there before stays
	@$(LOCAL)/down.sh

cli: ## .local/bin/mayfly, which looks at what an engine's containers wrote: mayfly scan
	@$(LOCAL)/cli.sh

test: ## all tests; ends with one line: N passed, N failed
	@$(LOCAL)/test.sh

bench: ## 0 -> 50 -> 0 replicas against the raw Engine API, side by side
	@$(LOCAL)/measure.sh Bench

bench-audit: ## what looking for writes costs: 200 idle replicas, modes Off and Audit, and docker diff
	@$(LOCAL)/measure.sh AuditBench

soak: ## the long figures: an hour and some minutes
	@$(LOCAL)/measure.sh Soak
	@$(LOCAL)/service-images.sh
	@$(LOCAL)/measure.sh AuditSoak
