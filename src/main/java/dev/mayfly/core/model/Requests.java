package dev.mayfly.core.model;

/**
 * What one replica reserves from the engine's capacity.
 *
 * @param cpuMillis thousandths of a CPU, 0 or more
 * @param memoryBytes bytes, 0 or more
 */
public record Requests(long cpuMillis, long memoryBytes) {
    public static final Requests NONE = new Requests(0, 0);

    public Requests plus(Requests other) {
        return new Requests(cpuMillis + other.cpuMillis, memoryBytes + other.memoryBytes);
    }

    public Requests times(long n) {
        return new Requests(cpuMillis * n, memoryBytes * n);
    }
}
