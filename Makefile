# Every target says what it does as it goes, and may be run again at any time.
LOCAL := deploy/local

.DEFAULT_GOAL := help
.PHONY: help demo up down leftovers cli check test bench bench-heal bench-rollout bench-audit bench-probes bench-images bench-tasks bench-neighbours bench-cli soak

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

demo: ## the main job, shown step by step on this machine; brings up what it needs
	@$(LOCAL)/demo.sh

up: ## engine, cluster, CRDs and operator; NODE=1 adds a node for real Pods (root)
	@NODE=$(NODE) $(LOCAL)/up.sh

down: ## removes all that `up` started; keeps what was there before
	@$(LOCAL)/down.sh

leftovers: ## lists what Mayfly left on engine, machine and cluster; fails if there is anything
	@$(LOCAL)/leftovers.sh

cli: ## .local/bin/mayfly, also as kubectl mayfly: what containers wrote, images, leftovers
	@$(LOCAL)/cli.sh

check: ## all checks that need neither engine nor cluster, in two minutes: compiler, formatter, unit tests, shellcheck, prose
	@$(LOCAL)/check.sh

test: ## all tests; ends with one line: N passed, N failed
	@$(LOCAL)/test.sh

bench: ## 0 -> 50 -> 0 replicas against the raw Engine API, side by side
	@$(LOCAL)/measure.sh Bench

bench-heal: ## 200 kills from outside over 50 replicas, until each has a ready successor; beside Swarm and a Deployment (root)
	@$(LOCAL)/heal.sh

bench-rollout: ## a rollout of 50 replicas, maxSurge 100%, beside 0 -> 50 plus 50 -> 0
	@$(LOCAL)/measure.sh RolloutBench

bench-audit: ## the cost of the write audit: 200 idle replicas, modes Off and Audit, and docker diff
	@$(LOCAL)/measure.sh AuditBench

bench-probes: ## the cost of 1,000 http and tcp probes a second in the operator, and of an exec probe in the engine
	@$(LOCAL)/measure.sh ProbeBench

bench-images: ## the scan of an image of 100 MB with a heap of 64 MB: seconds and peak heap
	@$(LOCAL)/measure.sh ImageBench

bench-tasks: ## a task of 200 x /bin/true, 8 at a time, beside docker run --rm in a loop and a Kubernetes Job; one echo (root for the Job)
	@$(LOCAL)/tasks.sh

bench-neighbours: ## heals and scaling of a quiet workload beside six kinds of bad neighbours, as multiples of its times alone
	@$(LOCAL)/measure.sh neighbour.NeighbourBench

bench-cli: ## how long the command line takes to start, beside java -version; fails over 400 ms
	@$(LOCAL)/bench-cli.sh

soak: ## the long figures and stories, all tests of the engine's side against Docker Engine 29: two hours and a half
	@$(LOCAL)/soak.sh
