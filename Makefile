# Every target says what it does as it goes, and may be run again at any time.
LOCAL := deploy/local

.DEFAULT_GOAL := help
.PHONY: help demo up down test bench soak

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

demo: ## the main job, shown step by step on this machine; brings up what it needs
	@$(LOCAL)/demo.sh

up: ## engine, cluster, CRDs and operator; NODE=1 adds a node for real Pods (root)
	@NODE=$(NODE) $(LOCAL)/up.sh

down: ## everything that `up` started, gone; what was there before stays
	@$(LOCAL)/down.sh

test: ## all tests; ends with one line: N passed, N failed
	@$(LOCAL)/test.sh

bench: ## 0 -> 50 -> 0 replicas against the raw Engine API, side by side
	@$(LOCAL)/measure.sh Bench

soak: ## the long figures
	@$(LOCAL)/measure.sh Soak
