# Every target says what it does as it goes, and may be run again at any time.
LOCAL := deploy/local

.DEFAULT_GOAL := help
.PHONY: help demo up down image leftovers cli install-plugin check test bench bench-heal bench-rollout bench-warm bench-cold bench-zero bench-audit bench-probes bench-images bench-tasks bench-neighbours bench-cli soak bench-mirrors bench-exec bench-simulated bench-fleet demo-simulated simulate elastic site dev release

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

demo: ## the main job, shown step by step on this machine; brings up what it needs; HELM=1: with the operator as a Pod
	@HELM=$(HELM) $(LOCAL)/demo.sh

demo-simulated: ## the operator on a cluster without any engine: 1,000 simulated replicas, a rollout, crashes, heals
	@$(LOCAL)/demo-simulated.sh

simulate: ## SCENARIO=file.yaml: what would happen to a workload, as a table, and a plot in target/simulate
	@$(LOCAL)/simulate.sh $(SCENARIO)

up: ## engine, cluster, CRDs and operator; NODE=1 adds a node for real Pods (root); HELM=1: the operator is one of them
	@NODE=$(NODE) HELM=$(HELM) $(LOCAL)/up.sh

image: ## the operator's image, from this machine's JDK and packages: target/image/operator.tar, and in the engine
	@deploy/image/build.sh load

down: ## removes all that `up` started; keeps what was there before
	@$(LOCAL)/down.sh

leftovers: ## lists what Mayfly left on engine, machine and cluster; fails if there is anything
	@$(LOCAL)/leftovers.sh

cli: ## .local/bin/mayfly, also as kubectl mayfly: replicas, rollouts, what containers wrote, images, leftovers
	@$(LOCAL)/cli.sh

install-plugin: ## kubectl mayfly for each shell: links kubectl-mayfly into PREFIX/bin, else /usr/local/bin or ~/.local/bin
	@$(LOCAL)/cli.sh install

check: ## all checks that need neither engine nor cluster, in two minutes: compiler, formatter, unit tests, shellcheck, prose
	@$(LOCAL)/check.sh

test: ## all tests; ends with one line: N passed, N failed
	@$(LOCAL)/test.sh

bench: ## 0 -> 50 -> 0 against the raw Engine API; then beside a Swarm and a Deployment too, as a page (root; QUICK=1: 5 minutes)
	@QUICK=$(QUICK) $(LOCAL)/bench.sh

bench-heal: ## 200 kills from outside over 50 replicas, until each has a ready successor; beside Swarm and a Deployment (root)
	@$(LOCAL)/heal.sh

bench-rollout: ## a rollout of 50 replicas, maxSurge 100%, beside 0 -> 50 plus 50 -> 0
	@$(LOCAL)/measure.sh RolloutBench

bench-warm: ## a warm pool of 50: 0 -> 50 beside the raw engine's cold start, 0 -> 1, 200 kills, 5 claims a second, idle CPU
	@$(LOCAL)/measure.sh warm.WarmBench

bench-cold: ## where the time of a cold start goes: 50 by the raw Engine API, without a network, on the default one, on a user's
	@$(LOCAL)/cold.sh

bench-zero: ## a workload at zero: the first byte warm and cold, 20 times idle -> zero -> back, 1,000 clients at once (root)
	@$(LOCAL)/zero.sh

bench-mirrors: ## what mirror Pods cost: 0 -> 50 replicas with and without them, and 500 of them idle
	@$(LOCAL)/measure.sh MirrorBench

bench-exec: ## kubectl exec: time to the first byte, 200 commands at once, and the operator's heap while 1 GiB goes through
	@$(LOCAL)/measure.sh pod.ExecBench

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

elastic: ## a HorizontalPodAutoscaler follows a load: a table and a plot of load, replicas and answers (root)
	@$(LOCAL)/elastic.sh

bench-simulated: ## 0 -> 1,000,000 replicas of one workload on a simulated engine with 1 GiB of heap, and one more of many (JMH)
	@MAYFLY_IS_UP=1 $(LOCAL)/measure.sh million.MillionBench

bench-fleet: ## 1,000 workloads of 100 simulated replicas on a cluster of its own: until all are ready, and what is written for each
	@$(LOCAL)/bench-fleet.sh

bench-cli: ## how long the command line takes to start, beside java -version; fails over 400 ms
	@$(LOCAL)/bench-cli.sh

site: ## the pages as a site that works offline, in target/site/html; fails for a link that leads nowhere
	@deploy/site/build.sh

dev: ## the operator in Quarkus' dev mode, against the cluster and engine of make up; restarts with each file that is saved
	@$(LOCAL)/dev.sh

release: ## VERSION=1.2.3: version, changelog, commit, tag; then files, checksums, provenance and signatures in target/release
	@deploy/release.sh $(VERSION)

soak: ## the long figures and stories, all tests of the engine's side against Docker Engine 29: two hours and a half
	@$(LOCAL)/soak.sh
