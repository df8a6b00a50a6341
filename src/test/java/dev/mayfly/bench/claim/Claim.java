package dev.mayfly.bench.claim;

import java.util.Locale;

/**
 * Everything that the pages claim of a measurement: the limit that the bench of that name holds it to.
 * {@code docs/contributing/benchmarks.md} lists them in this order, with the figure of one run beside each; {@code FiguresTest} compares them.
 */
public enum Claim {
    SCALE_UP(
            "Bench", "0 → 50 replicas, beside the raw Engine API with identical bodies, median of 5", 1.25, Unit.TIMES),
    SCALE_DOWN("Bench", "50 → 0 with a grace of 1 s, beside the raw Engine API, median of 5", 1.25, Unit.TIMES),
    PODS_SCALE_UP(
            "PageBench",
            "0 → 50 replicas as Pods, beside a Deployment at its best settings, medians of 3",
            1,
            Unit.TIMES),
    PODS_HEAL(
            "PageBench",
            "a Pod killed again → ready, beside the kubelet's restart with back-off, medians",
            0.5,
            Unit.TIMES),
    HEAL_P99("HealBench", "50 replicas, 200 kills from outside → a ready successor, 99th percentile", 1, Unit.SECONDS),
    ROLLOUT(
            "RolloutBench",
            "a rollout of 50 with maxSurge 100 %, beside 0 → 50 plus 50 → 0, median of 5",
            1.15,
            Unit.TIMES),
    WARM_SCALE_UP(
            "WarmBench",
            "0 → 50 replicas from a warm pool, median of 5, beside the raw Engine API's best cold start of 5",
            0.1,
            Unit.TIMES),
    WARM_CLAIM(
            "WarmBench",
            "0 → 1 from the pool, change of the spec → the process runs, median of 200",
            0.025,
            Unit.SECONDS),
    WARM_CLAIM_P99("WarmBench", "the same, 99th percentile", 0.05, Unit.SECONDS),
    WARM_HEAL_P99(
            "WarmBench", "200 kills from outside → a replica of the pool runs, 99th percentile", 0.1, Unit.SECONDS),
    WARM_STEADY("WarmBench", "5 claims a second for 60 s while the pool is refilled, median", 0.05, Unit.SECONDS),
    WARM_STEADY_P99("WarmBench", "the same, 99th percentile", 0.1, Unit.SECONDS),
    WARM_BURST(
            "WarmBench",
            "100 at once on a pool of 50, 99th percentile of those that are started, beside 50 cold starts",
            1.05,
            Unit.TIMES),
    WARM_IDLE_CPU("WarmBench", "50 held replicas, nothing to do, 60 s", 0.5, Unit.PERCENT),
    ZERO_WARM_P99(
            "ZeroBench",
            "a client of a workload at zero, connect → first byte from a warm replica, slowest of 20",
            0.1,
            Unit.SECONDS),
    ZERO_COLD("ZeroBench", "the same from a cold start, beside 0 → 1 without a client, medians of 5", 1.1, Unit.TIMES),
    ZERO_ERRORS(
            "ZeroBench",
            "errors that this client sees in 20 times idle → zero → back, and at 10 random moments about zero",
            0,
            Unit.COUNT),
    ZERO_AT_ONCE("ZeroBench", "of 1,000 clients at once of a workload at zero those without an answer", 0, Unit.COUNT),
    MIRRORED_SCALE_UP(
            "MirrorBench", "0 → 50 replicas with mirror Pods, beside the same without, median of 5", 1.05, Unit.TIMES),
    MIRRORS_IDLE_CPU(
            "MirrorBench",
            "500 mirror Pods, nothing to do, 60 s, less the same replicas without Pods",
            1,
            Unit.PERCENT),
    MIRRORS_IDLE_WRITES(
            "MirrorBench",
            "writes to the API server with these Pods in 60 s, but for Leases and the Node",
            60,
            Unit.COUNT),
    MIRRORS_MEMORY("MirrorBench", "the operator's memory with these 500 replicas", 200, Unit.MEGABYTES),
    EXEC_FIRST_BYTE("ExecBench", "`kubectl exec` → the first byte of its output, median of 20", 0.3, Unit.SECONDS),
    EXEC_AT_ONCE("ExecBench", "of 200 commands at once those with another output or exit code", 0, Unit.COUNT),
    EXEC_HEAP(
            "ExecBench",
            "more of the operator's heap in use while 1 GiB goes into and out of a command, or after it",
            10,
            Unit.MEGABYTES),
    AUDIT_CPU(
            "AuditBench",
            "201 idle replicas of 3 images in Audit, every 30 s: looking for writes, operator and engine",
            1,
            Unit.PERCENT),
    AUDIT_BESIDE_DIFF("AuditBench", "the same beside `docker diff` of all as often", 0.5, Unit.TIMES),
    AUDIT_FALSE_FINDINGS("AuditBench", "findings of these replicas, which wrote nothing", 0, Unit.COUNT),
    TCP_PROBES("ProbeBench", "1,000 tcpSocket probes a second", 10, Unit.PERCENT),
    HTTP_PROBES("ProbeBench", "1,000 httpGet probes a second", 10, Unit.PERCENT),
    PROBES_FAILED("ProbeBench", "probes of these that failed", 0, Unit.COUNT),
    IMAGE_SCAN("ImageBench", "the scan of an image of 100 MB, with a heap of 64 MiB", 2, Unit.SECONDS),
    ECHO("TaskBench", "one echo, `kubectl apply` → Complete, slowest of 20", 1.2, Unit.SECONDS),
    BATCH(
            "TaskBench",
            "a task of 200 × /bin/true, 8 at a time, until 0 containers are left, beside `docker run --rm` in a loop, median of 5",
            1.3,
            Unit.TIMES),
    NEIGHBOUR_HEAL_P99(
            "NeighbourBench",
            "10 replicas beside bad neighbours, killed → its successor runs, 99th percentile",
            1,
            Unit.SECONDS),
    NEIGHBOUR_HEAL("NeighbourBench", "the same, beside these replicas alone", 2, Unit.TIMES),
    NEIGHBOUR_SCALE("NeighbourBench", "10 → 20 → 10 of these, beside the same alone", 2, Unit.TIMES),
    MILLION(
            "MillionBench",
            "0 → 1,000,000 replicas of one workload on a simulated engine: 17,000 a second",
            58.8,
            Unit.SECONDS),
    MILLION_HEAP("MillionBench", "the live heap with these, of 1 GiB", 1024, Unit.MEGABYTES),
    ONE_MORE("MillionBench", "one more replica beside 100,000, beside one more beside 100 (JMH)", 2, Unit.TIMES),
    FLEET(
            "FleetBench",
            "1,000 workloads of 100 simulated replicas on a real API server: the last is created → all are ready",
            60,
            Unit.SECONDS),
    FLEET_WRITES(
            "FleetBench", "writes to the API server for each of these workloads, beside its creation", 5, Unit.COUNT),
    FLEET_MEMORY("FleetBench", "the operator's memory with these 100,000 replicas", 1000, Unit.MEGABYTES),
    ONE_MORE_END_TO_END(
            "FleetBench",
            "one more replica of a workload of 90,000, `scale` → all ready, beside one of 100, medians of 9",
            2,
            Unit.TIMES),
    START("Soak", "the operator's start → ready, no workloads, slowest of 3", 3, Unit.SECONDS),
    START_MEMORY("Soak", "its memory 8 s later", 200, Unit.MEGABYTES),
    FIRST_CONTAINER("Soak", "`apply` → the first container runs, median of 20", 0.6, Unit.SECONDS),
    REPLACED("Soak", "killed from outside → replaced, median of 20", 0.6, Unit.SECONDS),
    IDLE_CPU("Soak", "50 replicas, nothing to do, 60 s", 1, Unit.PERCENT),
    IDLE_WRITES("Soak", "writes to the API server in that time, but for Leases and the Node", 0, Unit.COUNT),
    MEMORY("Soak", "the operator's memory with these 50 replicas", 300, Unit.MEGABYTES),
    SERVICES_FALSE_FINDINGS(
            "AuditSoak",
            "findings of 200 replicas of 10 services in Audit, which wrote nothing, in an hour",
            0,
            Unit.COUNT),
    STORIES_FAILED("LifeSoak", "stories of a replica's life at full scale that failed", 0, Unit.COUNT),
    COMMAND_LINE_START(
            "bench-cli.sh",
            "`mayfly --help` and `mayfly completion bash`, start → end, the slower median of 20",
            0.4,
            Unit.SECONDS);

    /** Of a limit and of what is measured. */
    public enum Unit {
        TIMES("×", "%.2f"),
        SECONDS(" s", "%.2f"),
        PERCENT(" % of a core", "%.2f"),
        MEGABYTES(" MB", "%.0f"),
        COUNT("", "%.0f");

        private final String sign;
        private final String format;

        Unit(String sign, String format) {
            this.sign = sign;
            this.format = format;
        }

        /** A measured value, such as {@code 1.08×}. */
        String text(double value) {
            return String.format(Locale.ROOT, format, value) + sign;
        }
    }

    private final String bench;
    private final String subject;
    private final double limit;
    private final Unit unit;

    Claim(String bench, String subject, double limit, Unit unit) {
        this.bench = bench;
        this.subject = subject;
        this.limit = limit;
        this.unit = unit;
    }

    /** Simple name of the class that measures it, or name of the script. */
    public String bench() {
        return bench;
    }

    /** The measured subject, in README's words. */
    public String subject() {
        return subject;
    }

    /** The largest value that keeps the claim, in the claim's unit. */
    public double limit() {
        return limit;
    }

    /** The limit in README's words, such as {@code ≤ 1.25×}. */
    public String limitText() {
        var number = limit == Math.rint(limit) ? Long.toString((long) limit) : Double.toString(limit);
        return limit == 0 ? "none" : "≤ " + number + unit.sign;
    }

    /** A measured value with the claim's unit. */
    public String text(double value) {
        return unit.text(value);
    }

    /** A value that is not a number keeps no claim. */
    boolean keptBy(double measured) {
        return measured <= limit;
    }
}
