package dev.mayfly.runtime.docker.network;

import inet.ipaddr.IPAddressString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * The packet filter's rules that keep replicas from the host's ports and from link-local addresses, where clouds serve
 * metadata. Pure.
 *
 * <p>All stand in one chain of the installation's, which rules lead to: one for packets to the host, in {@code INPUT}, and
 * those for routed packets, in the chain {@code DOCKER-USER} that the engine leaves to its users. An engine that writes nftables
 * itself has none; then these are in {@code FORWARD}, where a refusal is final as well. Routed are also packets to a port that
 * the engine publishes on the host for a container in another of its networks: up to Docker Engine 27 the engine drops them
 * itself, from 28 on it lets them pass.
 */
final class EgressRules {
    private static final String LINK_LOCAL = "169.254.0.0/16";
    /** All bridges of the engine's that an option gives no other name. */
    private static final String BRIDGES = "-i br-+";
    /** Leads to containers in the engine's own networks, that of its default network last. */
    private static final List<String> TO_CONTAINERS = List.of("-o br-+", "-o docker0");
    /** Of a connection whose destination was changed, as it is for a published port. */
    private static final String PUBLISHED = "-m conntrack --ctstate DNAT";

    private static final String HOST = "host";
    private static final int MAX_PORT = 65_535;

    private final String chain;
    private final List<String> allowed;

    /**
     * @param installation ID of the cluster and installation, 12 characters
     * @param allowed what stays reachable: {@code host} or an IPv4 address or CIDR block, each also with {@code :PORT}
     * @throws IllegalArgumentException if one is none of these
     */
    EgressRules(String installation, List<String> allowed) {
        this.chain = "MAYFLY-" + installation;
        this.allowed = allowed.stream().flatMap(this::returns).toList();
    }

    private Stream<String> returns(String entry) {
        var parts = entry.strip().split(":", -1);
        var to = destination(parts[0], entry);
        var host = parts[0].equals(HOST);
        if (parts.length == 1) {
            var all = Stream.of("-A " + chain + to + " -j RETURN");
            return host ? Stream.concat(all, Stream.of("-A " + chain + " " + PUBLISHED + " -j RETURN")) : all;
        }
        var port = parts.length == 2 ? port(parts[1]) : 0;
        if (port == 0) {
            throw malformed(entry);
        }
        return Stream.of("tcp", "udp").flatMap(protocol -> {
            var own = "-A %s%s -p %s -m %s --dport %d -j RETURN".formatted(chain, to, protocol, protocol, port);
            var published = "-A %s -p %s %s --ctorigdstport %d -j RETURN".formatted(chain, protocol, PUBLISHED, port);
            return host ? Stream.of(own, published) : Stream.of(own);
        });
    }

    private static String destination(String address, String entry) {
        if (address.equals(HOST)) {
            return " -m addrtype --dst-type LOCAL";
        }
        var parsed = new IPAddressString(address);
        if (address.isEmpty() || !parsed.isIPv4()) {
            throw malformed(entry);
        }
        var block = parsed.getAddress().toPrefixBlock();
        return " -d " + (block.isPrefixed() ? block.toString() : block + "/32");
    }

    /** 0: it is none. */
    private static int port(String text) {
        try {
            var port = Integer.parseInt(text);
            return port > 0 && port <= MAX_PORT ? port : 0;
        } catch (NumberFormatException none) {
            return 0;
        }
    }

    private static IllegalArgumentException malformed(String entry) {
        return new IllegalArgumentException("mayfly.egress.allowed: '" + entry
                + "' is none of host, host:PORT, ADDRESS, ADDRESS:PORT, ADDRESS/PREFIX and ADDRESS/PREFIX:PORT");
    }

    /**
     * Input for {@code iptables-restore --noflush} that makes the rules those for these bridges; empty if they are that. With
     * no bridge, all are removed.
     *
     * @param current output of {@code iptables-save -t filter}
     */
    String changes(List<String> current, Collection<String> bridges) {
        var wanted = bridges.isEmpty() ? List.<String>of() : rules(bridges);
        var jumps = bridges.isEmpty() ? List.<String>of() : jumps(current);
        var present = current.stream()
                .filter(rule -> rule.startsWith("-A " + chain + " "))
                .toList();
        var leading = current.stream()
                .filter(rule -> rule.startsWith("-A ") && rule.endsWith(" -j " + chain))
                .toList();
        var declared = current.stream().anyMatch(line -> line.startsWith(":" + chain + " "));
        if (same(wanted, present) && same(jumps, leading) && declared == !bridges.isEmpty()) {
            return "";
        }
        var lines = new ArrayList<String>();
        lines.add("*filter");
        leading.forEach(rule -> lines.add("-D" + rule.substring(2)));
        if (declared || !bridges.isEmpty()) {
            lines.add(":" + chain + " - [0:0]"); // makes it, or empties it
        }
        lines.addAll(wanted);
        jumps.forEach(rule -> lines.add("-I" + rule.substring(2)));
        if (declared && bridges.isEmpty()) {
            lines.add("-X " + chain);
        }
        lines.add("COMMIT");
        return String.join("\n", lines) + "\n";
    }

    private List<String> rules(Collection<String> bridges) {
        return Stream.of(
                        Stream.of("-A " + chain + " -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN"),
                        allowed.stream(),
                        bridges.stream()
                                .sorted()
                                .flatMap(bridge -> Stream.of(
                                        "-A %s -i %s -o %s -j RETURN".formatted(chain, bridge, bridge),
                                        "-A %s -i %s -j REJECT --reject-with icmp-port-unreachable"
                                                .formatted(chain, bridge))))
                .flatMap(rules -> rules)
                .toList();
    }

    private List<String> jumps(List<String> current) {
        var routed = current.contains("-A FORWARD -j DOCKER-USER") ? "DOCKER-USER" : "FORWARD";
        return Stream.concat(
                        Stream.of("-A INPUT " + BRIDGES, "-A " + routed + " -d " + LINK_LOCAL + " " + BRIDGES),
                        TO_CONTAINERS.stream().map(to -> "-A " + routed + " " + BRIDGES + " " + to + " " + PUBLISHED))
                .map(rule -> rule + " -j " + chain)
                .toList();
    }

    /** The versions of {@code iptables} print the parts of a rule in different orders. */
    private static boolean same(List<String> rules, List<String> others) {
        return words(rules).equals(words(others));
    }

    private static List<List<String>> words(List<String> rules) {
        return rules.stream()
                .map(rule -> Arrays.stream(rule.split(" ")).sorted().toList())
                .toList();
    }
}
