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
    HEAL_P99("HealBench", "50 replicas, 200 kills from outside → a ready successor, 99th percentile", 1, Unit.SECONDS),
    ROLLOUT(
            "RolloutBench",
            "a rollout of 50 with maxSurge 100 %, beside 0 → 50 plus 50 → 0, median of 5",
            1.15,
            Unit.TIMES),
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
    START("Soak", "the operator's start → ready, no workloads, slowest of 3", 3, Unit.SECONDS),
    START_MEMORY("Soak", "its memory 8 s later", 200, Unit.MEGABYTES),
    FIRST_CONTAINER("Soak", "`apply` → the first container runs, median of 20", 0.6, Unit.SECONDS),
    REPLACED("Soak", "killed from outside → replaced, median of 20", 0.6, Unit.SECONDS),
    IDLE_CPU("Soak", "50 replicas, nothing to do, 60 s", 1, Unit.PERCENT),
    IDLE_WRITES("Soak", "writes to the API server in that time, but for Leases", 0, Unit.COUNT),
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

    /** What is measured, in README's words. */
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
