package dev.mayfly.config;

import com.google.re2j.Pattern;
import java.util.stream.Stream;

/**
 * Consecutive ports of the host that replicas may publish.
 *
 * @param namespace the Kubernetes namespace whose replicas may; empty: all
 * @param first lowest of them, 1 or more
 * @param last highest of them, 65535 or less
 */
public record HostPorts(String namespace, int first, int last) {
    private static final int MOST = 65_535;
    private static final Pattern WRITTEN =
            Pattern.compile("(?:([a-z0-9](?:[a-z0-9-]*[a-z0-9])?):)?([0-9]{1,5})(?:-([0-9]{1,5}))?");

    /**
     * Reads {@code 80}, {@code 8000-8999}, or one of these after {@code namespace:}.
     *
     * @throws IllegalArgumentException if the text is none of them
     */
    public static HostPorts of(String text) {
        var written = WRITTEN.matcher(text.strip());
        if (!written.matches()) {
            throw meaningless(text);
        }
        var first = Integer.parseInt(written.group(2));
        var last = written.group(3) == null ? first : Integer.parseInt(written.group(3));
        if (first < 1 || last < first || last > MOST) {
            throw meaningless(text);
        }
        return new HostPorts(written.group(1) == null ? "" : written.group(1), first, last);
    }

    private static IllegalArgumentException meaningless(String text) {
        return new IllegalArgumentException("'" + text
                + "' means no ports: write one such as 8080, or a range such as 8000-8999, from 1 to " + MOST
                + ", each also after a namespace and a colon");
    }

    /** True if an operator allows the port to all, unless it is configured otherwise. */
    public static boolean allowedByDefault(int port) {
        return Stream.of(HostPortsConfig.ALLOWED.split(",")).map(HostPorts::of).anyMatch(ports -> ports.contain(port));
    }

    /** True if workloads of that namespace may publish some of them. */
    public boolean concern(String workloads) {
        return namespace.isEmpty() || namespace.equals(workloads);
    }

    public boolean contain(int port) {
        return first <= port && port <= last;
    }

    /** The ports alone, as they are written. */
    public String range() {
        return first == last ? Integer.toString(first) : first + "-" + last;
    }
}
